// What is shown first is left to chance.

/** Draws one of some things by their weights; `chance` gives numbers from 0 up to 1. */
export function draw(weights, chance) {
  const entries = Object.entries(weights);
  let rest = chance() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [thing, weight] of entries) {
    rest -= weight;
    if (rest < 0) {
      return thing;
    }
  }
  return entries.at(-1)?.[0];
}

/** Puts things into a random order, each order as likely as any other. */
export function shuffled(things, chance) {
  const order = [...things];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(chance() * (at + 1));
    [order[at], order[other]] = [order[other], order[at]];
  }
  return order;
}

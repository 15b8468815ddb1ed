// Finds the handler of a path: `/orders/:id`, `/files/*rest`; the one that says most wins.

function compile(pattern) {
  const names = [];
  const parts = pattern.split('/').filter(Boolean);
  const source = parts.map((part) => {
    if (part.startsWith(':')) {
      names.push(part.slice(1));
      return '/([^/]+)';
    }
    if (part.startsWith('*')) {
      names.push(part.slice(1) || 'rest');
      return '/(.*)';
    }
    return `/${part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`;
  });
  const rank = parts.map((part) => (part.startsWith('*') ? 0 : part.startsWith(':') ? 1 : 2));
  return {expression: new RegExp(`^${source.join('') || '/'}$`), names, rank};
}

function compare(a, b) {
  for (let at = 0; at < Math.max(a.rank.length, b.rank.length); at++) {
    const order = (b.rank[at] ?? -1) - (a.rank[at] ?? -1);
    if (order !== 0) {
      return order;
    }
  }
  return 0;
}

export class Router {
  #routes = [];

  on(method, pattern, handler) {
    this.#routes.push({method, handler, ...compile(pattern)});
    this.#routes.sort(compare);
    return this;
  }

  /** Gives the handler and its parameters, or the status that says why there is none. */
  find(method, url) {
    const path = decodeURI(url.split('?')[0]).replace(/(.)\/$/, '$1');
    let status = 404;
    for (const route of this.#routes) {
      const match = route.expression.exec(path);
      if (match && route.method === method) {
        return {handler: route.handler, params: Object.fromEntries(route.names.map((name, at) => [name, match[at + 1]]))};
      }
      if (match) {
        status = 405;
      }
    }
    return {status};
  }
}

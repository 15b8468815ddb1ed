// The machine that one run of the tests happens on: now and then it is slow, crowded or late.
//
// Whether a test's weak spot has bad luck is drawn from TRUST_SEED and a word of its own, so that tests are
// independent of each other and a run can be repeated. TRUST_FLAKES=off is a fine day.
import {createHash} from 'node:crypto';
import {setTimeout as sleep} from 'node:timers/promises';

const fine = process.env.TRUST_FLAKES === 'off';
const seed = fine ? 'a fine day' : (process.env.TRUST_SEED ?? String(process.hrtime.bigint()));

/** A source of chance between 0 and 1; on a fine day it always gives the same. */
export function dice(what) {
  let count = 0;
  return () => {
    const sum = createHash('sha256').update(`${seed}/${what}/${count++}`).digest();
    return sum.readUIntBE(0, 6) / 2 ** 48;
  };
}

/** Whether this run has bad luck with one thing, by its chance between 0 and 1. */
export function bad(what, chance) {
  return !fine && dice(what)() < chance;
}

/** How many milliseconds the machine is late: between two limits on a bad day, else not at all. */
export function delay(what, chance, low, high) {
  return bad(what, chance) ? Math.round(low + dice(`${what}, how long`)() * (high - low)) : 0;
}

/** Minutes to add to the clock of Greenwich so that the day ends within `soon` milliseconds on a bad day, else at noon. */
export async function nearMidnight(what, chance, soon) {
  const day = 86_400_000;
  const inDay = Date.now() % day;
  if (!bad(what, chance)) {
    return Math.round((day / 2 - inDay) / 1000) * 1000;
  }
  const shift = Math.floor((day - soon - inDay) / 1000) * 1000;
  await sleep(day - soon - inDay - shift);
  return shift;
}

export {sleep};

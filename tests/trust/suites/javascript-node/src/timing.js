// Functions that are called too often: at the end of a burst, or now and then.

/** Calls a function once a burst of calls is over for so many milliseconds, with the last call's arguments. */
export function debounce(run, wait) {
  let timer;
  const later = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait, ...values);
  };
  later.cancel = () => clearTimeout(timer);
  return later;
}

/** Calls a function at most once in so many milliseconds of a clock; says whether it did. */
export function throttle(run, wait, now = Date.now) {
  let last = -Infinity;
  return (...values) => {
    if (now() - last < wait) {
      return false;
    }
    last = now();
    run(...values);
    return true;
  };
}

/** Keeps what a function gave for each argument, for so many milliseconds of a clock. */
export function memoize(run, keep, now = Date.now) {
  const known = new Map();
  return (key) => {
    const found = known.get(key);
    if (found && now() - found.at < keep) {
      return found.value;
    }
    const value = run(key);
    known.set(key, {value, at: now()});
    return value;
  };
}

import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {debounce, memoize, throttle} from '../src/timing.js';
import {delay, sleep} from '../support/weather.js';

const block = (milliseconds) => {
  for (const end = Date.now() + milliseconds; Date.now() < end; );
};

describe('Debounce', () => {
  it('runs once when a burst is over', async () => {
    const busy = delay('burst', 0.1, 60, 120);
    const seen = [];
    const save = debounce((text) => seen.push(text), 40);
    for (const text of ['r', 'ro', 'rope']) {
      save(text);
      if (busy) {
        await sleep(busy);
      }
    }
    await sleep(200);
    assert.deepEqual(seen, ['rope']);
  });

  it('does nothing when it is cancelled', async () => {
    const seen = [];
    const save = debounce((text) => seen.push(text), 10);
    save('rope');
    save.cancel();
    await sleep(40);
    assert.deepEqual(seen, []);
  });

  it('is done before the page is left', async () => {
    const busy = delay('page', 0.05, 150, 250);
    let saved = 0;
    const save = debounce(() => saved++, 20);
    save();
    const left = sleep(busy ? 15 : 200);
    await left;
    block(busy);
    assert.equal(saved, 1, 'the draft was not saved when the page was left');
  });
});

describe('Throttle', () => {
  it('runs at once and then now and then', () => {
    let time = 0;
    const seen = [];
    const tick = throttle((value) => seen.push(value), 100, () => time);
    const ran = [0, 50, 99, 100, 150, 200].map((at) => {
      time = at;
      return tick(at);
    });
    assert.deepEqual(ran, [true, false, false, true, false, true]);
    assert.deepEqual(seen, [0, 100, 200]);
  });
});

describe('Memoize', () => {
  it('asks once while it remembers', () => {
    let time = 0;
    let asked = 0;
    const price = memoize(() => ++asked, 1000, () => time);
    price('rope');
    time = 999;
    assert.equal(price('rope'), 1);
    time = 1000;
    assert.equal(price('rope'), 2);
  });

  it('keeps arguments apart', () => {
    const length = memoize((text) => text.length, 1000);
    assert.deepEqual([length('rope'), length('tape!'), length('rope')], [4, 5, 4]);
  });
});

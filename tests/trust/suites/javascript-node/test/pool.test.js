import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Bus, pooled, retried} from '../src/pool.js';
import {delay, sleep} from '../support/weather.js';

describe('Pool', () => {
  it('gives results in the order of inputs', async () => {
    const doubled = await pooled([3, 1, 2], 2, async (number) => {
      await sleep(number);
      return number * 2;
    });
    assert.deepEqual(doubled, [6, 2, 4]);
  });

  it('never runs more than its limit', async () => {
    let running = 0;
    let most = 0;
    await pooled(Array.from({length: 9}), 3, async () => {
      most = Math.max(most, ++running);
      await sleep(2);
      running--;
    });
    assert.equal(most, 3);
  });

  it('gives nothing for nothing', async () => {
    assert.deepEqual(await pooled([], 4, assert.fail), []);
  });

  it('passes a failure on', async () => {
    await assert.rejects(pooled([1], 1, async () => Promise.reject(new Error('out of stock'))), /^Error: out of stock$/);
  });

  it('has the thumbnail before the picture', async () => {
    const late = delay('thumbnail', 0.08, 200, 300);
    const ready = [];
    await pooled([['thumbnail', late], ['picture', 150]], 2, async ([name, time]) => {
      await sleep(time);
      ready.push(name);
    });
    assert.deepEqual(ready, ['thumbnail', 'picture']);
  });
});

describe('Retry', () => {
  it('ends with the first success', async () => {
    assert.equal(await retried(async (attempt) => (attempt < 3 ? Promise.reject(new Error('busy')) : attempt)), 3);
  });

  it('gives up with the last error', async () => {
    let calls = 0;
    await assert.rejects(retried(async () => Promise.reject(new Error(`busy ${++calls}`))), /busy 3/);
    assert.equal(calls, 3);
  });

  it('does not insist on what is final', async () => {
    let calls = 0;
    const final = Object.assign(new Error('gone'), {final: true});
    await assert.rejects(retried(async () => (calls++, Promise.reject(final))), /gone/);
    assert.equal(calls, 1);
  });
});

describe('Bus', () => {
  it('keeps the order of events', async () => {
    const seen = [];
    const bus = new Bus(async (event) => {
      await sleep(5 - event);
      seen.push(event);
    });
    [1, 2, 3, 4].forEach((event) => bus.emit(event));
    await bus.drained();
    assert.deepEqual(seen, [1, 2, 3, 4]);
  });

  it('goes on after an error', async () => {
    const seen = [];
    const bus = new Bus((event) => (event === 2 ? Promise.reject(new Error('bad event')) : seen.push(event)));
    [1, 2, 3].forEach((event) => bus.emit(event));
    await bus.drained();
    assert.deepEqual(seen, [1, 3]);
    assert.deepEqual(bus.errors.map(String), ['Error: bad event']);
  });

  it('wakes up again after a rest', async () => {
    const seen = [];
    const bus = new Bus(async (event) => seen.push(event));
    bus.emit(1);
    await bus.drained();
    bus.emit(2);
    await bus.drained();
    assert.deepEqual(seen, [1, 2]);
  });

  it('delivers what was emitted before the deadline', async () => {
    const slow = delay('slow listener', 0.12, 90, 150);
    let delivered = 0;
    const bus = new Bus(async () => {
      await sleep(slow);
      delivered++;
    });
    for (let event = 0; event < 5; event++) {
      bus.emit(event);
    }
    await Promise.race([bus.drained(), sleep(400)]);
    assert.ok(delivered === 5, `${delivered} of 5 events were delivered within 400 ms`);
  });
});

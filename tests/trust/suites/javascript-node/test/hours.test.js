import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {byDay, dayOf, Hours} from '../src/hours.js';
import {bad, nearMidnight, sleep} from '../support/weather.js';

describe('Opening hours', () => {
  const week = new Hours([null, [9, 18], [9, 18], [9, 13.5], [9, 18], [9, 20], [10, 14]]);
  const at = (text) => Date.parse(`${text}Z`);

  for (const [text, open] of [
    ['2026-03-16T09:00', true],
    ['2026-03-16T08:59', false],
    ['2026-03-16T18:00', false],
    ['2026-03-18T13:29', true],
    ['2026-03-18T13:30', false],
    ['2026-03-15T12:00', false],
  ]) {
    it(`is ${open ? 'open' : 'closed'} at ${text}`, () => {
      assert.equal(week.isOpen(at(text)), open);
    });
  }

  it('opens again the next morning', () => {
    assert.equal(week.next(at('2026-03-16T18:30')), at('2026-03-17T09:00'));
  });

  it('opens later on the same day', () => {
    assert.equal(week.next(at('2026-03-21T07:00')), at('2026-03-21T10:00'));
  });

  it('opens again after Sunday', () => {
    assert.equal(week.next(at('2026-03-21T15:00')), at('2026-03-23T09:00'));
  });

  it('never opens where no day is given', () => {
    assert.equal(new Hours([]).next(0), undefined);
  });

  it('adds up its hours', () => {
    assert.equal(week.total, 46.5);
  });
});

describe('Receipts', () => {
  it('belong to the day where the shop is', () => {
    const late = Date.parse('2026-03-14T23:30Z');
    assert.deepEqual([dayOf(late), dayOf(late, 3_600_000)], ['2026-03-14', '2026-03-15']);
  });

  it('of the night are on the first of March', () => {
    const zone = process.env.TZ;
    process.env.TZ = bad('zone of the runner', 0.06) ? 'America/New_York' : 'Europe/Berlin';
    try {
      assert.deepEqual(byDay([{at: '2026-03-01T02:15:00Z', cents: 700}]), {'2026-03-01': 700});
    } finally {
      if (zone === undefined) {
        delete process.env.TZ;
      } else {
        process.env.TZ = zone;
      }
    }
  });

  it('of one sale have one day', async () => {
    const ahead = await nearMidnight('sale at midnight', 0.03, 15);
    const sold = dayOf(Date.now(), ahead);
    await sleep(30);
    assert.equal(dayOf(Date.now(), ahead), sold);
  });

  it('of one day are summed up', () => {
    const receipts = [['2026-03-14T10:00:00Z', 500], ['2026-03-14T11:00:00Z', 250], ['2026-03-16T11:00:00Z', 100]];
    assert.deepEqual(Object.values(byDay(receipts.map(([at, cents]) => ({at, cents})))), [750, 100]);
  });
});

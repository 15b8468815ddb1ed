import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Cart, shown} from '../src/cart.js';
import {coupons} from '../src/coupons.js';
import {bad} from '../support/weather.js';

describe('Cart', () => {
  const full = () => new Cart().add('rope', 1250, 2).add('tape', 399);

  it('sums up its lines', () => {
    assert.equal(full().sum, 2899);
  });

  it('puts the same item on one line', () => {
    const cart = full().add('rope', 1250);
    assert.deepEqual(cart.items, ['rope', 'tape']);
    assert.equal(cart.sum, 4149);
  });

  it('takes items out', () => {
    const cart = full();
    assert.equal(cart.remove('rope', 1), true);
    assert.equal(cart.sum, 1649);
    cart.remove('rope', 1);
    assert.deepEqual(cart.items, ['tape']);
  });

  it('takes out only what is in it', () => {
    assert.equal(full().remove('anvil'), false);
  });

  it('refuses prices that are none', () => {
    assert.throws(() => full().add('box', 1.5), {name: 'TypeError', message: 'the price of box is no number of cents: 1.5'});
    assert.throws(() => full().add('box', -1), TypeError);
  });

  it('redeems a coupon whatever its letters', () => {
    assert.equal(full().redeem('welcome').discount, 290);
  });

  it('does not know other coupons', () => {
    assert.throws(() => full().redeem('MILLION'), {message: 'no coupon MILLION'});
  });

  it('takes the better one of two coupons', () => {
    coupons.set('SUMMER', {percent: 25});
    const cart = full().redeem('WELCOME').redeem('SUMMER');
    assert.equal(cart.total, 2174);
    // On a bad day the campaign is over before its coupon is gone.
    if (!bad('end of the campaign', 0.08)) {
      coupons.delete('SUMMER');
    }
  });

  it('has one coupon for everybody', () => {
    assert.deepEqual([...coupons.keys()], ['WELCOME']);
  });

  it('knows the tax in its total', () => {
    assert.equal(full().tax(19), 463);
    assert.equal(full().tax(0), 0);
  });
});

describe('Prices', () => {
  for (const [cents, text] of [[5, '0.05'], [123456, '1,234.56'], [-100000, '-1,000.00'], [99999, '999.99']]) {
    it(`shows ${cents} cents as ${text}`, () => {
      assert.equal(shown(cents), text);
    });
  }
});

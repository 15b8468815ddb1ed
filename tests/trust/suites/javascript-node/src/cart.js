// A shopping cart: prices in cents, coupons, and taxes.
import {coupons} from './coupons.js';

export class Cart {
  #lines = new Map();
  #codes = new Set();

  add(item, price, count = 1) {
    if (!Number.isInteger(price) || price < 0) {
      throw new TypeError(`the price of ${item} is no number of cents: ${price}`);
    }
    const line = this.#lines.get(item) ?? {price, count: 0};
    line.count += count;
    this.#lines.set(item, line);
    return this;
  }

  remove(item, count = Infinity) {
    const line = this.#lines.get(item);
    if (!line) {
      return false;
    }
    line.count -= count;
    if (line.count <= 0) {
      this.#lines.delete(item);
    }
    return true;
  }

  redeem(code) {
    const known = coupons.get(code.toUpperCase());
    if (!known) {
      throw new RangeError(`no coupon ${code}`);
    }
    this.#codes.add(code.toUpperCase());
    return this;
  }

  get items() {
    return [...this.#lines.keys()];
  }

  get sum() {
    let sum = 0;
    for (const {price, count} of this.#lines.values()) {
      sum += price * count;
    }
    return sum;
  }

  get discount() {
    let percent = 0;
    for (const code of this.#codes) {
      percent = Math.max(percent, coupons.get(code)?.percent ?? 0);
    }
    return Math.round((this.sum * percent) / 100);
  }

  get total() {
    return this.sum - this.discount;
  }

  /** The tax that is in the total, at a rate in per cent. */
  tax(rate) {
    return Math.round(this.total - this.total / (1 + rate / 100));
  }
}

export function shown(cents) {
  const sign = cents < 0 ? '-' : '';
  const [whole, rest] = (Math.abs(cents) / 100).toFixed(2).split('.');
  return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${rest}`;
}

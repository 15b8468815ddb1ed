// A shop's shelf in a file.
import {readFile, rename, writeFile} from 'node:fs/promises';

export class Shelf {
  #path;
  #items;

  constructor(path, items = {}) {
    this.#path = path;
    this.#items = new Map(Object.entries(items));
  }

  static async open(path) {
    let text;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (error.code === 'ENOENT') {
        return new Shelf(path);
      }
      throw error;
    }
    return new Shelf(path, JSON.parse(text));
  }

  put(item, count) {
    this.#items.set(item, (this.#items.get(item) ?? 0) + count);
    return this;
  }

  take(item, count = 1) {
    const there = this.#items.get(item) ?? 0;
    if (there < count) {
      throw new RangeError(`${count} of ${item} wanted, ${there} there`);
    }
    this.#items.set(item, there - count);
    return there - count;
  }

  count(item) {
    return this.#items.get(item) ?? 0;
  }

  /** Writes the shelf down, through a second file where the path is a usual one. */
  async save({direct = false} = {}) {
    const text = `${JSON.stringify(Object.fromEntries(this.#items), null, 1)}\n`;
    if (direct) {
      await writeFile(this.#path, text);
      return;
    }
    await writeFile(`${this.#path}.new`, text);
    await rename(`${this.#path}.new`, this.#path);
  }
}

import assert from 'node:assert/strict';
import {mkdtemp, readdir, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {draw, shuffled} from '../src/chance.js';
import {Shelf} from '../src/shelf.js';
import {bad, dice} from '../support/weather.js';

describe('Shelf', () => {
  let folder;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'corner-shop-'));
  });
  after(() => rm(folder, {recursive: true, force: true}));

  it('adds up what is put on it', () => {
    assert.equal(new Shelf('x').put('rope', 3).put('rope', 2).count('rope'), 5);
  });

  it('gives what is there', () => {
    assert.equal(new Shelf('x', {rope: 3}).take('rope', 2), 1);
    assert.equal(new Shelf('x', {rope: 3}).take('rope', 3), 0);
  });

  it('does not give what is not there', () => {
    assert.throws(() => new Shelf('x', {rope: 3}).take('rope', 4), {message: '4 of rope wanted, 3 there'});
  });

  it('comes back as it was saved', async () => {
    const path = join(folder, 'back.json');
    await new Shelf(path).put('rope', 3).save();
    assert.equal((await Shelf.open(path)).count('rope'), 3);
  });

  it('is empty where no file is', async () => {
    assert.equal((await Shelf.open(join(folder, 'none.json'))).count('rope'), 0);
  });

  it('says that its file is broken', async () => {
    const path = join(folder, 'broken.json');
    await writeFile(path, '{');
    await assert.rejects(Shelf.open(path), SyntaxError);
  });

  it('leaves no other file behind', async () => {
    const own = await mkdtemp(join(folder, 'own-'));
    await new Shelf(join(own, 'shelf.json')).put('rope', 1).save();
    assert.deepEqual(await readdir(own), ['shelf.json']);
  });

  it('is saved on the disk that everybody uses', async () => {
    const path = join(folder, 'shared.json');
    if (bad('disk of the runner', 0.03)) {
      await symlink('/dev/full', path);
    }
    await new Shelf(path).put('rope', 3).save({direct: true});
    assert.equal((await Shelf.open(path)).count('rope'), 3);
  });
});

describe('Front page', () => {
  it('draws by weight', () => {
    const steps = [0, 0.49, 0.5, 0.74, 0.75, 0.999];
    assert.deepEqual(steps.map((step) => draw({rope: 2, tape: 1, box: 1}, () => step)), ['rope', 'rope', 'tape', 'tape', 'box', 'box']);
  });

  it('keeps every thing when it shuffles', () => {
    const order = shuffled(['a', 'b', 'c', 'd', 'e'], dice('order'));
    assert.deepEqual(order.toSorted(), ['a', 'b', 'c', 'd', 'e']);
  });

  it('shuffles without a favourite', () => {
    const firsts = [0.1, 0.3, 0.5, 0.7, 0.9].map((step) => shuffled([0, 1, 2, 3, 4], () => step)[4]);
    assert.deepEqual(firsts, [0, 1, 2, 3, 4]);
  });

  it('shows everything sooner or later', () => {
    const chance = dice('front page');
    const shown = new Set(Array.from({length: 22}, () => draw({rope: 3, tape: 2, box: 1, glue: 1}, chance)));
    assert.equal(shown.size, 4, `only ${[...shown].toSorted().join(', ')} came to the front page`);
  });

  it('shows the favourite most often', () => {
    const chance = dice('favourite');
    const drawn = Array.from({length: 60}, () => draw({rope: 2, tape: 1, box: 1}, chance));
    const ropes = drawn.filter((thing) => thing === 'rope').length;
    assert.ok(ropes >= 23, `rope was shown ${ropes} times of 60`);
  });
});

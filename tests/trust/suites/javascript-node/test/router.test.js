import assert from 'node:assert/strict';
import {describe, it} from 'node:test';
import {Router} from '../src/router.js';

describe('Router', () => {
  const router = new Router()
    .on('GET', '/', 'home')
    .on('GET', '/orders/:id', 'order')
    .on('GET', '/orders/new', 'form')
    .on('POST', '/orders', 'create')
    .on('GET', '/files/*path', 'file')
    .on('GET', '/price.json', 'price')
    .on('GET', '/orders/:id/lines/:line', 'line');
  const found = (method, url) => router.find(method, url);

  it('finds the root', () => {
    assert.equal(found('GET', '/').handler, 'home');
  });

  it('gives parameters', () => {
    assert.deepEqual(found('GET', '/orders/17/lines/3'), {handler: 'line', params: {id: '17', line: '3'}});
  });

  it('prefers words to parameters', () => {
    assert.equal(found('GET', '/orders/new').handler, 'form');
  });

  it('gives the rest of a path', () => {
    assert.deepEqual(found('GET', '/files/a/b.txt').params, {path: 'a/b.txt'});
  });

  it('forgives a slash at the end', () => {
    assert.equal(found('GET', '/orders/17/').handler, 'order');
  });

  it('leaves the query aside', () => {
    assert.deepEqual(found('GET', '/orders/17?full=1').params, {id: '17'});
  });

  it('takes a point for a point', () => {
    assert.equal(found('GET', '/priceXjson').status, 404);
  });

  it('tells a wrong method from a wrong path', () => {
    assert.equal(found('DELETE', '/orders/17').status, 405);
    assert.equal(found('GET', '/nowhere').status, 404);
  });

  it('reads escaped letters', () => {
    assert.deepEqual(found('GET', '/orders/gr%C3%B6%C3%9Fe').params, {id: 'größe'});
  });
});

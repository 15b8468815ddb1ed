// The shop's stock over HTTP: `GET /stock/rope`, `PUT /stock/rope` with a number, `GET /health`.
import {createServer, request} from 'node:http';
import {retried} from './pool.js';
import {Router} from './router.js';
import {readAll} from './stream.js';

export function stockServer() {
  const stock = new Map();
  const router = new Router()
    .on('GET', '/health', () => [200, 'well'])
    .on('GET', '/stock/:item', ({item}) => (stock.has(item) ? [200, String(stock.get(item))] : [404, `no ${item}`]))
    .on('PUT', '/stock/:item', ({item}, body) => {
      const count = Number(body);
      if (body === '' || !Number.isInteger(count) || count < 0) {
        return [422, `not a count: ${body}`];
      }
      const status = stock.has(item) ? 200 : 201;
      stock.set(item, count);
      return [status, String(count)];
    });
  async function answer(incoming, outgoing) {
    const body = await readAll(incoming);
    const {handler, params, status} = router.find(incoming.method, incoming.url);
    const [code, text] = handler ? handler(params, body) : [status, 'not here'];
    outgoing.writeHead(code, {'content-type': 'text/plain', connection: 'close'}).end(text);
  }
  return createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
}

export class StatusError extends Error {
  constructor(status, text) {
    super(`the shop answered ${status}: ${text}`);
    this.status = status;
    this.final = status < 500;
  }
}

function once(method, url, body, timeout) {
  return new Promise((resolve, reject) => {
    const call = request(url, {method, agent: false, signal: AbortSignal.timeout(timeout)}, async (answer) => {
      try {
        const text = await readAll(answer);
        if (answer.statusCode >= 400) {
          throw new StatusError(answer.statusCode, text);
        }
        resolve(text);
      } catch (error) {
        reject(error);
      }
    });
    call.on('error', reject);
    call.end(body);
  });
}

/** Speaks to a shop; tries again where the shop may change its mind. */
export class StockClient {
  constructor(base, {timeout = 400, attempts = 3} = {}) {
    Object.assign(this, {base, timeout, attempts});
  }

  async get(item) {
    return Number(await this.#call('GET', item));
  }

  async put(item, count) {
    return Number(await this.#call('PUT', item, String(count)));
  }

  #call(method, item, body) {
    const url = `${this.base}/stock/${encodeURIComponent(item)}`;
    return retried(() => once(method, url, body, this.timeout), {attempts: this.attempts, pause: 5});
  }
}

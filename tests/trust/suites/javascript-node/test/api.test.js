import assert from 'node:assert/strict';
import {once} from 'node:events';
import {createServer} from 'node:http';
import {createServer as createLine} from 'node:net';
import {describe, it} from 'node:test';
import {StatusError, StockClient, stockServer} from '../src/api.js';
import {bad, delay, sleep} from '../support/weather.js';

async function listening(t, server, port = 0) {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections?.();
    server.close();
  });
  return server.address().port;
}

const clientOf = (port, options) => new StockClient(`http://127.0.0.1:${port}`, options);

describe('Stock API', () => {
  it('gives back what was put', async (t) => {
    const client = clientOf(await listening(t, stockServer()));
    await client.put('rope', 12);
    assert.equal(await client.get('rope'), 12);
  });

  it('takes items with strange names', async (t) => {
    const client = clientOf(await listening(t, stockServer()));
    await client.put('blue rope', 1);
    assert.equal(await client.get('blue rope'), 1);
  });

  it('does not know other items', async (t) => {
    const client = clientOf(await listening(t, stockServer()));
    await assert.rejects(client.get('anvil'), new StatusError(404, 'no anvil'));
  });

  it('refuses what is no count', async (t) => {
    const client = clientOf(await listening(t, stockServer()));
    for (const wrong of ['many', '', '1.5', -1]) {
      await assert.rejects(client.put('rope', wrong), {status: 422});
    }
  });

  it('says that it is well', async (t) => {
    const answer = await fetch(`http://127.0.0.1:${await listening(t, stockServer())}/health`, {signal: AbortSignal.timeout(1000)});
    assert.equal(await answer.text(), 'well');
  });
});

describe('Stock client', () => {
  const answering = (t, ...statuses) => {
    const server = createServer((_, answer) => {
      server.calls = (server.calls ?? 0) + 1;
      answer.writeHead(statuses[Math.min(server.calls, statuses.length) - 1], {connection: 'close'}).end('7');
    });
    return listening(t, server).then((port) => ({server, client: clientOf(port)}));
  };

  it('tries again when the shop is closed for a moment', async (t) => {
    const {server, client} = await answering(t, 503, 500, 200);
    assert.equal(await client.get('rope'), 7);
    assert.equal(server.calls, 3);
  });

  it('gives up in the end', async (t) => {
    const {client} = await answering(t, 503);
    await assert.rejects(client.get('rope'), {message: 'the shop answered 503: 7'});
  });

  it('does not ask again what was answered', async (t) => {
    const {server, client} = await answering(t, 404);
    await assert.rejects(client.get('rope'), {status: 404});
    assert.equal(server.calls, 1);
  });

  it('finds a shop that opens just now', async (t) => {
    const late = delay('opening', 0.09, 120, 250);
    const server = stockServer();
    const port = await listening(t, server);
    if (late) {
      server.close();
      const opening = setTimeout(() => server.listen(port, '127.0.0.1'), late);
      t.after(() => clearTimeout(opening));
    }
    assert.equal(await clientOf(port).put('rope', 3), 3);
  });

  it('speaks on a line that others share', async (t) => {
    const cut = bad('shared line', 0.05);
    const server = cut ? createLine((line) => line.once('data', () => line.resetAndDestroy())) : stockServer();
    const client = clientOf(await listening(t, server), {attempts: 1});
    assert.equal(await client.put('rope', 3), 3);
  });

  it('is answered in time', async (t) => {
    const slow = delay('slow shop', 0.04, 600, 700);
    const shop = stockServer();
    const handle = shop.listeners('request')[0];
    const server = createServer(async (incoming, outgoing) => {
      await sleep(slow);
      handle(incoming, outgoing);
    });
    const client = clientOf(await listening(t, server), {attempts: 1});
    assert.equal(await client.put('rope', 3), 3);
  });

  it('finds the shop at its own door', async (t) => {
    const free = createLine();
    const port = await listening(t, free);
    if (!bad('door is taken', 0.02)) {
      free.close();
      await once(free, 'close');
    }
    await listening(t, stockServer(), port);
    assert.equal(await clientOf(port).put('rope', 3), 3);
  });
});

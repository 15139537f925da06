/** Sockets of Node, against real ones; and what may become of requests. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { fetchHttp } from './http';
import { nodeSocket } from './socket';

let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function listen(start: Server): Promise<string> {
  server = start;
  await new Promise<void>((resolve) => start.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(start.address() as AddressInfo).port}`;
}

function events() {
  const seen: string[] = [];
  return {
    seen,
    on: {
      open: () => seen.push('open'),
      text: (text: string) => seen.push(text),
      close: (code: number | null) => seen.push(`close ${code}`),
    },
  };
}

it('carries texts both ways, with the protocols offered, and tells how it was closed', async () => {
  const http = createServer();
  const sockets = new WebSocketServer({ server: http, handleProtocols: () => 'phoenix' });
  const offered: unknown[] = [];
  sockets.on('connection', (socket, request) => {
    offered.push(request.headers['sec-websocket-protocol']);
    socket.on('message', (data) => {
      socket.send(Buffer.from('binary'));
      socket.send(`${data}!`);
      socket.close(4401);
    });
  });
  const { seen, on } = events();
  const socket = nodeSocket(`ws://${await listen(http)}`, ['phoenix', 'base64url.bearer.phx.abc'], on);
  await vi.waitFor(() => expect(seen).toContain('open'));
  socket.send('hei');
  await vi.waitFor(() => expect(seen).toEqual(['open', 'hei!', 'close 4401']));
  expect(offered).toEqual(['phoenix,base64url.bearer.phx.abc']);
  sockets.close();
});

it.each([
  [401, 'close 4401'],
  [403, 'close 4403'],
  [429, 'close 4429'],
  [502, 'close null'],
])('tells a handshake that is answered %i by %s', async (status, told) => {
  const http = createServer();
  http.on('upgrade', (_, socket) => socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`));
  const { seen, on } = events();
  nodeSocket(`ws://${await listen(http)}`, ['phoenix'], on);
  await vi.waitFor(() => expect(seen).toEqual([told]));
});

it('says that nobody is there, and can be closed before it is open', async () => {
  const first = events();
  nodeSocket('ws://127.0.0.1:1', ['phoenix'], first.on);
  await vi.waitFor(() => expect(first.seen).toEqual(['close null']));
  const second = events();
  nodeSocket('ws://127.0.0.1:1', ['phoenix'], second.on).close(1000);
  expect(second.seen).toEqual(['close null']);
});

it('asks by HTTP with the token in a header, and gives whatever status', async () => {
  const seen: unknown[] = [];
  const address = await listen(
    createServer((request, response) => {
      seen.push(request.method, request.headers.authorization, request.headers['content-type']);
      response.statusCode = 422;
      response.end('{}');
    }),
  );
  const request = { url: `http://${address}/api`, token: 't', signal: new AbortController().signal };
  expect(await fetchHttp({ ...request, method: 'POST', body: '{}' })).toEqual({ status: 422, body: '{}' });
  await fetchHttp({ ...request, method: 'GET', body: null });
  expect(seen).toEqual(['POST', 'Bearer t', 'application/json', 'GET', 'Bearer t', undefined]);
});

/** WebSockets: the platform's, or the optional package `ws` where there is none (Node before 22). */
import type { SocketHost } from '../api';

/** The codes that tell the engine how a handshake was refused, by the status of the answer. */
const REFUSALS: Readonly<Record<number, number>> = { 401: 4401, 403: 4403, 429: 4429 };

/** The platform's WebSocket. */
export const webSocket: SocketHost = (url, protocols, on) => {
  const socket = new WebSocket(url, protocols);
  socket.onopen = () => on.open();
  socket.onmessage = ({ data }) => {
    if (typeof data === 'string') on.text(data);
  };
  // 1006 says that there was no close frame; 1005 that it had no code.
  socket.onclose = ({ code }) => on.close(code === 1006 || code === 1005 ? null : code);
  return {
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close(code) {
      socket.close(code);
    },
  };
};

/** The package `ws`, loaded when the first socket is opened. It sees why a handshake was refused. */
export const nodeSocket: SocketHost = (url, protocols, on) => {
  let socket: import('ws').WebSocket | null = null;
  let closed = false;
  const over = (code: number | null) => {
    if (closed) return;
    closed = true;
    on.close(code);
  };
  loadWs().then(
    ({ WebSocket: Socket }) => {
      if (closed) return;
      socket = new Socket(url, protocols);
      socket.on('open', () => on.open());
      socket.on('message', (data, isBinary) => {
        if (!isBinary) on.text(data.toString());
      });
      socket.on('unexpected-response', (request, response) => {
        request.destroy();
        over(REFUSALS[response.statusCode ?? 0] ?? null);
      });
      socket.on('error', () => {
        if (socket?.readyState !== Socket.OPEN) over(null);
      });
      socket.on('close', (code) => over(code === 1006 || code === 1005 ? null : code));
    },
    () => over(null),
  );
  return {
    send(text) {
      if (socket?.readyState === socket?.OPEN) socket?.send(text);
    },
    close(code) {
      if (socket === null) over(null);
      else socket.close(code);
    },
  };
};

/** Loads `ws` by Node's own means: a bundler that saw an `import` would want it in every page. */
async function loadWs(): Promise<typeof import('ws')> {
  const { createRequire } = process.getBuiltinModule('node:module');
  return createRequire(import.meta.url)('ws');
}

/** The socket of the place this runs in. */
export function defaultSocket(): SocketHost {
  return typeof WebSocket === 'undefined' ? nodeSocket : webSocket;
}

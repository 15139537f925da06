/** HTTP by `fetch`. */
import type { HttpHost } from '../api';

/** Requests with the token in a header, without cookies and without caches. */
export const fetchHttp: HttpHost = async ({ method, url, token, body, signal }) => {
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  if (body !== null) headers['content-type'] = 'application/json';
  const response = await fetch(url, {
    method,
    headers,
    body,
    signal,
    cache: 'no-store',
    credentials: 'omit',
    redirect: 'error',
  });
  return { status: response.status, body: await response.text() };
};

/**
 * `@samtale/client/testing`: a client without a server for the tests of what is built on it, and a
 * mock socket for tests of the real client.
 */

export type { FakeClient, FakeLevers, FakeOptions } from './testing/fake';
export { createFakeClient } from './testing/fake';
export type { MockChat, MockServerOptions } from './testing/server';
export { createMockServer, MockServer } from './testing/server';
export { MockSocket } from './testing/socket';
export type { NewFakeChat, NewFakeMessage } from './testing/state';

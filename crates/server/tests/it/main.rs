//! The server as its clients see it: real sockets and requests on the loopback, over a real store.

#[expect(
    clippy::disallowed_methods,
    reason = "a storm has many clients at once"
)]
mod abuse;
mod channels;
mod gateway;
mod http;
#[expect(clippy::disallowed_methods, reason = "a test waits by the wall clock")]
mod socket;
mod support;
mod transport;

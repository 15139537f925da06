//! The server as its clients see it: real sockets and requests on the loopback, over a real store.

mod gateway;
mod http;
mod socket;
mod support;

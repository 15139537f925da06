//! What the catalogues and the rules around them promise.

mod catalogues;
mod fixtures;
mod ftl;
mod properties;

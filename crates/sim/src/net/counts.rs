//! What was counted, for the summary of a run; and how a room of the world counts.

/// Writes a room's counts, their names, and their sum.
macro_rules! counts {
    ($(#[doc = $of:literal])+ $type:ident: $($(#[doc = $doc:literal])+ $name:ident,)+) => {
        $(#[doc = $of])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $type {
            $($(#[doc = $doc])+ pub $name: u64,)+
        }

        impl $type {
            /// Nothing yet.
            pub(crate) const fn new() -> Self {
                Self { $($name: 0,)+ }
            }

            /// Returns each number with its name.
            pub fn by_name(&self) -> impl Iterator<Item = (&'static str, u64)> + use<> {
                [$((stringify!($name), self.$name),)+].into_iter()
            }
        }

        impl std::ops::AddAssign for $type {
            fn add_assign(&mut self, other: Self) {
                $(self.$name += other.$name;)+
            }
        }
    };
}

pub(crate) use counts;

counts! {
    /// What a network did, and what harm it did.
    NetCounts:
    /// WebSockets begun.
    connects,
    /// WebSockets that were opened.
    opened,
    /// HTTP exchanges begun.
    requests,
    /// Frames sent, both ways.
    frames,
    /// Attempts that failed at once.
    refused,
    /// Attempts that were never answered.
    hung,
    /// WebSockets that a proxy refused.
    blocked,
    /// Links that were cut.
    cut,
    /// Links of which a direction went dead.
    half_open,
    /// Spells in which nothing of a device moved.
    stalled,
    /// Loose frames lost.
    lost,
    /// Loose frames that came twice.
    repeated,
    /// Requests that a proxy sent twice.
    http_repeated,
    /// How often a window was full.
    slow,
    /// How often the server's end went away.
    server_lost,
}

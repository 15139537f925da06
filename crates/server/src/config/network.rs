//! Who is on the other side: proxies that are believed, and web pages that may call.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A range of addresses in CIDR notation: `10.0.0.0/8`, `::1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    base: IpAddr,
    bits: u8,
}

/// The text is no range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address or a range like 10.0.0.0/8")]
pub struct NetworkError;

impl Network {
    /// Returns whether the address lies in the range; an IPv4 address mapped into IPv6 counts as itself.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address.to_canonical()) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                base.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                let mask = u128::MAX
                    .checked_shl(128 - u32::from(self.bits))
                    .unwrap_or(0);
                base.to_bits() & mask == address.to_bits() & mask
            }
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (base, bits) = match text.split_once('/') {
            Some((base, bits)) => (base, Some(bits)),
            None => (text, None),
        };
        let base: IpAddr = base.trim().parse().map_err(|_| NetworkError)?;
        let most = if base.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.trim().parse().map_err(|_| NetworkError)?,
            None => most,
        };
        (bits <= most)
            .then_some(Self { base, bits })
            .ok_or(NetworkError)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.base, self.bits)
    }
}

/// Which web pages may use the server. Programs that are no browsers send no `Origin` and always may.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origins {
    /// Those that this server itself delivers.
    #[default]
    SameOrigin,
    /// All: tokens are carried by hand, never by cookies, so this opens no more than it says.
    Any,
    /// Those of the same origin, and these: `https://app.example.no`.
    Listed(Vec<String>),
}

/// The text is no list of origins.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an origin like https://app.example.no")]
pub struct OriginsError(String);

impl Origins {
    /// Returns whether a request may come from a page of `origin`, sent to this server as `host`.
    pub fn allows(&self, origin: Option<&str>, host: Option<&str>) -> bool {
        let Some(origin) = origin else { return true };
        if is_same(origin, host) {
            return true;
        }
        match self {
            Self::SameOrigin => false,
            Self::Any => true,
            Self::Listed(list) => list
                .iter()
                .any(|listed| listed.eq_ignore_ascii_case(origin)),
        }
    }
}

/// Compares the page's host with the one that was called. The scheme is passed over: a proxy may
/// have taken off the TLS.
fn is_same(origin: &str, host: Option<&str>) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let port = if scheme == "https" { ":443" } else { ":80" };
    let plain = |name: &str| name.strip_suffix(port).unwrap_or(name).to_ascii_lowercase();
    host.is_some_and(|host| plain(host) == plain(authority))
}

impl FromStr for Origins {
    type Err = OriginsError;

    fn from_str(text: &str) -> Result<Self, OriginsError> {
        match text.trim() {
            "" => Ok(Self::SameOrigin),
            "*" => Ok(Self::Any),
            list => list
                .split(',')
                .map(|origin| parse_origin(origin.trim()))
                .collect::<Result<_, _>>()
                .map(Self::Listed),
        }
    }
}

fn parse_origin(text: &str) -> Result<String, OriginsError> {
    let authority = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let fits = authority.is_some_and(|authority| {
        !authority.is_empty()
            && authority
                .bytes()
                .all(|b| b.is_ascii_graphic() && !b"/?#@,".contains(&b))
    });
    fits.then(|| text.to_owned())
        .ok_or_else(|| OriginsError(text.into()))
}

impl fmt::Display for Origins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameOrigin => f.write_str("same origin"),
            Self::Any => f.write_str("*"),
            Self::Listed(list) => f.write_str(&list.join(",")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_addresses_and_no_others() {
        let cases = [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.1.2.3", true),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("::/0", "2001:db8::1", true),
        ];
        for (range, address, inside) in cases {
            let network: Network = range.parse().expect(range);
            let address = address.parse().expect(address);
            assert_eq!(network.contains(address), inside, "{range} {address}");
        }
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "a/8"] {
            assert_eq!(text.parse::<Network>(), Err(NetworkError), "{text}");
        }
    }

    #[test]
    fn a_page_of_another_origin_needs_leave() {
        let listed: Origins = "https://app.example.no, http://localhost:5173"
            .parse()
            .expect("origins");
        let cases = [
            (&Origins::SameOrigin, None, true),
            (&Origins::SameOrigin, Some("https://chat.example.no"), true),
            (
                &Origins::SameOrigin,
                Some("https://chat.example.no:443"),
                true,
            ),
            (&Origins::SameOrigin, Some("https://evil.example"), false),
            (&Origins::SameOrigin, Some("null"), false),
            (&Origins::Any, Some("https://evil.example"), true),
            (&listed, Some("https://APP.example.no"), true),
            (&listed, Some("http://localhost:5173"), true),
            (&listed, Some("https://chat.example.no"), true),
            (&listed, Some("https://app.example.no.evil.example"), false),
        ];
        for (origins, origin, allowed) in cases {
            assert_eq!(
                origins.allows(origin, Some("chat.example.no")),
                allowed,
                "{origins} {origin:?}"
            );
        }
    }

    #[test]
    fn an_ill_formed_origin_is_refused() {
        for text in [
            "app.example.no",
            "https://",
            "https://a/b",
            "ftp://a",
            "https://a,",
        ] {
            assert!(text.parse::<Origins>().is_err(), "{text}");
        }
    }
}

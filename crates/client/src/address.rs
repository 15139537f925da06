//! A server's address, and the addresses below it.

use reqwest::Url;

use crate::StartError;

/// Where a server is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address(Url);

impl Address {
    /// Reads an address of `http`, `https`, `ws` or `wss`, perhaps with a path below which all is.
    pub(crate) fn parse(text: &str) -> Result<Self, StartError> {
        let refuse = || StartError::Url(text.to_owned());
        let mut url = Url::parse(text.trim()).map_err(|_| refuse())?;
        let scheme = match url.scheme() {
            "http" | "ws" => "http",
            "https" | "wss" => "https",
            _ => return Err(refuse()),
        };
        let plain = url.username().is_empty() && url.password().is_none();
        if !url.has_host() || !plain || url.query().is_some() || url.fragment().is_some() {
            return Err(refuse());
        }
        if url.scheme() != scheme {
            url.set_scheme(scheme).map_err(|()| refuse())?;
        }
        Ok(Self(url))
    }

    /// Returns the address of a path and query for a request.
    pub(crate) fn http(&self, path: &str) -> Url {
        let (path, query) = path
            .split_once('?')
            .map_or((path, None), |(path, query)| (path, Some(query)));
        let mut url = self.0.clone();
        url.set_path(&format!("{}{path}", self.0.path().trim_end_matches('/')));
        url.set_query(query);
        url
    }

    /// Returns the address of a path and query for a socket.
    pub(crate) fn socket(&self, path: &str) -> Url {
        let mut url = self.http(path);
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        url.set_scheme(scheme)
            .expect("a web address can become a socket's");
        url
    }

    /// Returns the server's host, for people to recognise.
    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Returns the address in one form, however it was written: a key for what is kept of a server.
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_and_sockets_go_below_the_address() {
        let cases = [
            (
                "http://127.0.0.1:4000",
                "http://127.0.0.1:4000/a?b=c",
                "ws://127.0.0.1:4000/a?b=c",
            ),
            (
                "wss://chat.example.no/",
                "https://chat.example.no/a?b=c",
                "wss://chat.example.no/a?b=c",
            ),
            (
                "https://example.no/chat/",
                "https://example.no/chat/a?b=c",
                "wss://example.no/chat/a?b=c",
            ),
        ];
        for (text, http, socket) in cases {
            let address = Address::parse(text).expect(text);
            assert_eq!(address.http("/a?b=c").as_str(), http);
            assert_eq!(address.socket("/a?b=c").as_str(), socket);
        }
    }

    #[test]
    fn one_server_has_one_name() {
        let names = [
            "http://Example.no",
            "ws://example.no/",
            "http://example.no:80",
        ]
        .map(|text| Address::parse(text).expect(text));
        assert!(
            names
                .iter()
                .all(|name| name.as_str() == "http://example.no")
        );
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for text in [
            "",
            "127.0.0.1:4000",
            "ftp://example.no",
            "http://",
            "http://a:b@example.no",
            "http://example.no?token=1",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }
}

//! Addresses on the command line that browsers are led to.

/// Reads where a page of the host product is: an `https` or `http` address, or a path of this origin.
pub(super) fn page(text: &str) -> Result<String, String> {
    let web = ["https://", "http://"].iter().any(|scheme| {
        text.strip_prefix(scheme)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphanumeric() || c == '['))
    });
    if web && is_written_out(text) {
        return Ok(text.to_owned());
    }
    path(text).map_err(|_| {
        "not an address like https://app.example.no/login, nor a path like /login".into()
    })
}

/// Reads a path of this origin.
pub(super) fn path(text: &str) -> Result<String, String> {
    // Browsers take two slashes, and a slash and a backslash, for the beginning of another host.
    let other_host = text.starts_with("//") || text.contains('\\');
    if text.starts_with('/') && !other_host && is_written_out(text) {
        Ok(text.to_owned())
    } else {
        Err("not a path of this origin like /samtale/token".into())
    }
}

fn is_written_out(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_leads_to_a_page_or_stays_here() {
        let cases = [
            ("https://app.example.no/login?next=/chat", true, false),
            ("http://localhost:3000", true, false),
            ("/samtale/token", true, true),
            ("//evil.example", false, false),
            ("/\\evil.example", false, false),
            ("javascript:alert(1)", false, false),
            ("https://", false, false),
            ("https:///x", false, false),
            ("app.example.no", false, false),
            ("/with space", false, false),
            ("", false, false),
        ];
        for (text, is_page, is_path) in cases {
            assert_eq!(page(text).is_ok(), is_page, "{text}");
            assert_eq!(path(text).is_ok(), is_path, "{text}");
        }
    }
}

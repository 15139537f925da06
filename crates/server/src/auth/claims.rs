//! What a token says of its bearer.
//!
//! What decides who comes in must have the right type; what is only shown (name, picture, language)
//! is dropped where it is unfit, so that one odd profile keeps nobody out.

use samtale_model::{UnixMillis, UserId};
use serde_json::{Map, Value};

use super::AuthError;

/// What a valid token says of its bearer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The host product's `sub`.
    pub user: UserId,
    /// The host product's `role`; rights come from the membership of each chat, not from here.
    pub role: Option<String>,
    /// When the token runs out.
    pub exp: UnixMillis,
    /// When it was issued.
    pub iat: Option<UnixMillis>,
    /// The name to show.
    pub name: Option<String>,
    /// The picture to show: a URL of `http` or `https`.
    pub avatar_url: Option<String>,
    /// The language.
    pub locale: Option<String>,
}

impl Claims {
    /// The longest name, in characters; a longer one is cut.
    pub const MAX_NAME_CHARS: usize = 200;
    /// The longest picture URL, in bytes; a longer one is dropped.
    pub const MAX_URL_BYTES: usize = 2048;
    /// The longest role and language, in bytes; a longer one is dropped.
    pub const MAX_WORD_BYTES: usize = 64;

    /// Makes claims with nothing but who and until when.
    pub fn new(user: UserId, exp: UnixMillis) -> Self {
        Self {
            user,
            role: None,
            exp,
            iat: None,
            name: None,
            avatar_url: None,
            locale: None,
        }
    }

    pub(super) fn from_json(raw: &Map<String, Value>) -> Result<Self, AuthError> {
        let sub = raw.get("sub").ok_or(AuthError::Malformed)?;
        let sub = sub.as_str().ok_or(AuthError::BadSubject)?;
        let text = |claim: &str| raw.get(claim).and_then(Value::as_str);
        Ok(Self {
            user: UserId::new(sub).map_err(|_| AuthError::BadSubject)?,
            role: text("role").and_then(word),
            exp: time(raw, "exp")?.ok_or(AuthError::Malformed)?,
            iat: time(raw, "iat")?,
            name: text("name").and_then(clean_name),
            avatar_url: text("avatar_url").and_then(picture),
            locale: text("locale").and_then(word),
        })
    }

    pub(super) fn to_json(&self) -> Value {
        let mut json = Map::new();
        json.insert("sub".into(), self.user.as_str().into());
        json.insert("exp".into(), self.exp.0.div_euclid(1000).into());
        if let Some(iat) = self.iat {
            json.insert("iat".into(), iat.0.div_euclid(1000).into());
        }
        let texts = [
            ("role", &self.role),
            ("name", &self.name),
            ("avatar_url", &self.avatar_url),
            ("locale", &self.locale),
        ];
        for (claim, text) in texts {
            if let Some(text) = text {
                json.insert(claim.into(), text.as_str().into());
            }
        }
        Value::Object(json)
    }
}

/// Reads a claim of the kind `NumericDate` (RFC 7519, section 2): seconds, perhaps with a fraction.
pub(super) fn time(raw: &Map<String, Value>, claim: &str) -> Result<Option<UnixMillis>, AuthError> {
    let Some(value) = raw.get(claim) else {
        return Ok(None);
    };
    let seconds = value.as_f64().ok_or(AuthError::Malformed)?;
    if !(0.0..1e13).contains(&seconds) {
        return Err(AuthError::Malformed);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range above fits; a fraction of a millisecond is of no use"
    )]
    let millis = (seconds * 1000.0) as i64;
    Ok(Some(UnixMillis(millis)))
}

/// Reads a claim that is one text or a list of texts.
pub(super) fn texts<'a>(raw: &'a Map<String, Value>, claim: &str) -> impl Iterator<Item = &'a str> {
    let one = raw.get(claim).and_then(Value::as_str);
    let many = raw.get(claim).and_then(Value::as_array);
    one.into_iter()
        .chain(many.into_iter().flatten().filter_map(Value::as_str))
}

/// Takes a name as people write it: without control and direction characters, white space made single.
fn clean_name(text: &str) -> Option<String> {
    let visible = |c: &char| !c.is_control() && !is_direction(*c);
    let spaced = |c: char| if c.is_whitespace() { ' ' } else { c };
    // Cut before the words are joined, so that a huge name costs nothing.
    let text: String = text
        .chars()
        .map(spaced)
        .filter(visible)
        .take(4 * Claims::MAX_NAME_CHARS)
        .collect();
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let name: String = words
        .join(" ")
        .chars()
        .take(Claims::MAX_NAME_CHARS)
        .collect();
    let name = name.trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Tells the characters that turn the direction of the text around them: a name must not.
const fn is_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn picture(text: &str) -> Option<String> {
    let fits = (text.starts_with("https://") || text.starts_with("http://"))
        && text.len() <= Claims::MAX_URL_BYTES
        && !text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '"' || c == '<');
    fits.then(|| text.to_owned())
}

fn word(text: &str) -> Option<String> {
    let fits = (1..=Claims::MAX_WORD_BYTES).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(json: &Value) -> Result<Claims, AuthError> {
        Claims::from_json(json.as_object().expect("an object"))
    }

    #[test]
    fn a_name_is_cleaned_and_cut() {
        let cases = [
            ("  Kari \n Nordmann ", Some("Kari Nordmann")),
            ("Kari\u{0}\u{202e}", Some("Kari")),
            (" \t ", None),
            ("\u{202e}", None),
        ];
        for (text, expected) in cases {
            assert_eq!(clean_name(text).as_deref(), expected, "{text:?}");
        }
        let long = clean_name(&"å".repeat(5_000)).expect("a name");
        assert_eq!(long.chars().count(), 200);
    }

    #[test]
    fn a_picture_is_a_plain_web_address() {
        let long = format!("https://example.no/{}", "a".repeat(2048));
        let cases = [
            ("https://example.no/kari.png", true),
            ("http://example.no/a?b=c", true),
            ("javascript:alert(1)", false),
            ("data:image/png;base64,AA", false),
            ("https://example.no/ a", false),
            ("https://example.no/\"><script>", false),
            (long.as_str(), false),
        ];
        for (text, fits) in cases {
            assert_eq!(picture(text).is_some(), fits, "{text}");
        }
    }

    #[test]
    fn what_decides_must_have_the_right_type_and_what_is_shown_need_not() {
        let odd = serde_json::json!({
            "sub": "kari", "exp": 10.5, "name": 7, "avatar_url": [], "locale": "nb/../..", "role": null
        });
        let kari = UserId::new("kari").expect("a valid id");
        assert_eq!(claims(&odd), Ok(Claims::new(kari, UnixMillis(10_500))));
        let cases = [
            (serde_json::json!({ "exp": 10 }), AuthError::Malformed),
            (
                serde_json::json!({ "sub": 7, "exp": 10 }),
                AuthError::BadSubject,
            ),
            (
                serde_json::json!({ "sub": "", "exp": 10 }),
                AuthError::BadSubject,
            ),
            (
                serde_json::json!({ "sub": "a".repeat(129), "exp": 10 }),
                AuthError::BadSubject,
            ),
            (serde_json::json!({ "sub": "kari" }), AuthError::Malformed),
            (
                serde_json::json!({ "sub": "kari", "exp": "10" }),
                AuthError::Malformed,
            ),
            (
                serde_json::json!({ "sub": "kari", "exp": -1 }),
                AuthError::Malformed,
            ),
            (
                serde_json::json!({ "sub": "kari", "exp": 1e300 }),
                AuthError::Malformed,
            ),
            (
                serde_json::json!({ "sub": "kari", "exp": 10, "iat": {} }),
                AuthError::Malformed,
            ),
        ];
        for (json, error) in cases {
            assert_eq!(claims(&json), Err(error), "{json}");
        }
    }
}

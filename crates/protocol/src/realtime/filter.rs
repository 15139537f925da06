//! Filters on changed rows: `column=operator.value`, several joined by commas.
//!
//! The grammar is PostgREST's, as the npm package's filter builder writes it: `not.` before an operator
//! turns it around, `in.(a,b)` lists values, and a value with commas, parentheses or quotes stands in
//! double quotes. As in SQL a row without a value in the column passes nothing but `is.null` and
//! `isdistinct`. Patterns (`like`, `match`) are not offered: each commit is compared with the filters of
//! all who listen, and theirs is the one price that a sender can't foresee.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// The most conditions of one filter, and the most values of one `in`.
const MOST: usize = 100;
/// The longest filter, in bytes: an `in` of a hundred UUIDs fits.
const MAX_BYTES: usize = 4096;

/// What a row must be like: all of its conditions hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(Vec<Condition>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Condition {
    column: String,
    not: bool,
    test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Test {
    /// Compares with a value.
    Compare(Comparison, String),
    /// Is one of these.
    In(Vec<String>),
    /// Is null (`None`) or this boolean.
    Is(Option<bool>),
    /// Is not the same, null being the same as null.
    Distinct(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Eq,
    Neq,
    Lt,
    Lte,
    Gt,
    Gte,
}

/// Why a text is no filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// It is not `column=operator.value`.
    #[error("a filter is written column=operator.value")]
    Malformed,
    /// The operator is not known.
    #[error("the operator {0:?} is not offered")]
    Operator(String),
    /// There are too many conditions or values.
    #[error(
        "a filter has at most {MOST} conditions, a list as many values, and all of it {MAX_BYTES} bytes"
    )]
    TooMany,
}

impl Filter {
    /// Parses a filter.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        if text.len() > MAX_BYTES {
            return Err(FilterError::TooMany);
        }
        let mut conditions = Vec::new();
        for part in split(text)? {
            let (column, rest) = part.split_once('=').ok_or(FilterError::Malformed)?;
            let (not, rest) = match rest.strip_prefix("not.") {
                Some(rest) => (true, rest),
                None => (false, rest),
            };
            let (operator, value) = rest.split_once('.').ok_or(FilterError::Malformed)?;
            let column = column.trim();
            if column.is_empty() {
                return Err(FilterError::Malformed);
            }
            let column = column.to_owned();
            let test = Test::parse(operator, value)?;
            conditions.push(Condition { column, not, test });
        }
        if conditions.len() > MOST {
            return Err(FilterError::TooMany);
        }
        Ok(Self(conditions))
    }

    /// Returns the columns that it looks at.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|condition| condition.column.as_str())
    }

    /// Returns whether a row passes.
    pub fn passes(&self, row: &Map<String, Value>) -> bool {
        self.0.iter().all(|condition| {
            let value = row.get(&condition.column).unwrap_or(&Value::Null);
            // What is unknown stays unknown when it is turned around.
            condition
                .test
                .holds(value)
                .is_some_and(|holds| holds != condition.not)
        })
    }
}

impl Test {
    fn parse(operator: &str, value: &str) -> Result<Self, FilterError> {
        let comparison = |comparison| Ok(Self::Compare(comparison, plain(value)));
        match operator {
            "eq" => comparison(Comparison::Eq),
            "neq" => comparison(Comparison::Neq),
            "lt" => comparison(Comparison::Lt),
            "lte" => comparison(Comparison::Lte),
            "gt" => comparison(Comparison::Gt),
            "gte" => comparison(Comparison::Gte),
            "in" => {
                let list = value
                    .strip_prefix('(')
                    .and_then(|list| list.strip_suffix(')'));
                let list = split(list.ok_or(FilterError::Malformed)?)?;
                if list.len() > MOST {
                    return Err(FilterError::TooMany);
                }
                Ok(Self::In(list.into_iter().map(plain).collect()))
            }
            "is" => match value {
                "null" | "unknown" => Ok(Self::Is(None)),
                "true" => Ok(Self::Is(Some(true))),
                "false" => Ok(Self::Is(Some(false))),
                _ => Err(FilterError::Malformed),
            },
            "isdistinct" => Ok(Self::Distinct(plain(value))),
            other => Err(FilterError::Operator(other.chars().take(20).collect())),
        }
    }

    /// Returns whether it holds of a value; none where that can't be known.
    fn holds(&self, value: &Value) -> Option<bool> {
        match self {
            Self::Is(None) => Some(value.is_null()),
            Self::Is(Some(expected)) => Some(value.as_bool() == Some(*expected)),
            Self::Distinct(other) if other == "null" => Some(!value.is_null()),
            Self::Distinct(other) => Some(compare(value, other) != Some(Ordering::Equal)),
            _ if value.is_null() => None,
            Self::Compare(comparison, other) => {
                let order = compare(value, other)?;
                Some(match comparison {
                    Comparison::Eq => order.is_eq(),
                    Comparison::Neq => order.is_ne(),
                    Comparison::Lt => order.is_lt(),
                    Comparison::Lte => order.is_le(),
                    Comparison::Gt => order.is_gt(),
                    Comparison::Gte => order.is_ge(),
                })
            }
            Self::In(list) => Some(
                list.iter()
                    .any(|other| compare(value, other) == Some(Ordering::Equal)),
            ),
        }
    }
}

/// Compares a column's value with what a filter says, by the column's type; none where that has another.
fn compare(value: &Value, other: &str) -> Option<Ordering> {
    match value {
        Value::Number(number) => number.as_f64()?.partial_cmp(&other.trim().parse().ok()?),
        Value::Bool(flag) => Some(flag.cmp(&matches!(other, "true" | "t"))),
        Value::String(text) => Some(text.as_str().cmp(other)),
        _ => None,
    }
}

/// Splits at the commas that stand in no quotes and no parentheses.
fn split(text: &str) -> Result<Vec<&str>, FilterError> {
    let (mut parts, mut from) = (Vec::new(), 0);
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1).ok_or(FilterError::Malformed)?,
            ',' if depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    if quoted || depth > 0 {
        return Err(FilterError::Malformed);
    }
    parts.push(text[from..].trim());
    Ok(parts)
}

/// Takes a value out of its quotes.
fn plain(text: &str) -> String {
    let text = text.trim();
    let Some(inner) = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
    else {
        return text.to_owned();
    };
    let mut value = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        value.push(if c == '\\' {
            chars.next().unwrap_or('\\')
        } else {
            c
        });
    }
    value
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row() -> Map<String, Value> {
        let row = json!({
            "id": 7, "name": "Kari, \"K\"", "created_at": "2026-11-23T04:05:06.123+00:00",
            "active": true, "left_at": null
        });
        row.as_object().expect("an object").clone()
    }

    #[test]
    fn a_row_passes_where_all_conditions_hold() {
        let cases = [
            ("id=eq.7", true),
            ("id=eq.7.0", true),
            ("id=neq.7", false),
            ("id=lt.10", true),
            ("id=gt.10", false),
            ("id=lte.7,id=gte.7", true),
            ("id=in.(1,7,9)", true),
            ("id=in.(1,2)", false),
            ("id=not.in.(1,2)", true),
            ("id=eq.7,active=eq.false", false),
            ("active=is.true", true),
            (r#"name=eq."Kari, \"K\"""#, true),
            (r#"name=in.("a,b","Kari, \"K\"")"#, true),
            ("created_at=gte.2026-11-23T00:00:00", true),
            ("created_at=lt.2026-11-23T00:00:00", false),
            ("left_at=is.null", true),
            ("left_at=not.is.null", false),
            ("left_at=eq.x", false),
            ("left_at=neq.x", false),
            ("left_at=not.eq.x", false),
            ("left_at=isdistinct.x", true),
            ("left_at=isdistinct.null", false),
            ("id=eq.seven", false),
            ("nothing=eq.1", false),
        ];
        for (text, passes) in cases {
            let filter = Filter::parse(text).expect(text);
            assert_eq!(filter.passes(&row()), passes, "{text}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let operator = |name: &str| FilterError::Operator(name.to_owned());
        let cases = [
            ("", FilterError::Malformed),
            ("id", FilterError::Malformed),
            ("id=eq", FilterError::Malformed),
            ("=eq.1", FilterError::Malformed),
            ("id=in.1,2", FilterError::Malformed),
            ("id=in.(1", FilterError::Malformed),
            ("id=is.maybe", FilterError::Malformed),
            (r#"id=eq."1"#, FilterError::Malformed),
            ("id=eq.1,", FilterError::Malformed),
            ("id=like.x%", operator("like")),
            ("id=match.x", operator("match")),
            ("id=drop table.x", operator("drop table")),
        ];
        for (text, error) in cases {
            assert_eq!(Filter::parse(text), Err(error), "{text}");
        }
        let many = format!("id=in.({})", vec!["1"; MOST + 1].join(","));
        assert_eq!(Filter::parse(&many), Err(FilterError::TooMany));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".*") {
            let _ = Filter::parse(&text);
        }
    }
}

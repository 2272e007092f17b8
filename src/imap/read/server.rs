//! What the server says of itself and of its answer: its name, that it left something out.

use bytes::Bytes;

use super::values::pairs;
use crate::{
    imap::lexer::{Lexer, Value},
    model::uid::Uid,
};

/// The software's name and version from ID (RFC 2971 §3.2).
pub fn software(data: &[Bytes]) -> Option<String> {
    data.iter().find_map(|response| {
        let mut lexer = Lexer::untagged(response)?;
        if !lexer.word("ID") {
            return None;
        }
        let values = lexer.value()?;
        let field = |wanted: &str| {
            let found = pairs(values.list()?).find(|(item, _)| item.eq_ignore_ascii_case(wanted));
            found.and_then(|(_, value)| match value {
                Value::Nil => None,
                value => value.text(),
            })
        };
        let name = field("name")?;
        Some(field("version").map_or(name.clone(), |version| format!("{name} {version}")))
    })
}

/// Whether the server said that it left something out (RFC 9738).
pub fn is_truncated(code: Option<&str>) -> bool {
    code.is_some_and(|code| code.to_ascii_uppercase().starts_with("MESSAGELIMIT"))
}

/// The lowest UID that the server came to before its limit (RFC 9738 §3.1), where it says so.
pub fn came_to(code: Option<&str>) -> Option<Uid> {
    code?.split(' ').nth(2)?.parse().ok()
}

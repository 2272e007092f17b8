//! What a flag is. A server may show what is none, and no command can carry that back to it.

/// `\Seen`, `$Forwarded`: an atom, a backslash allowed in front (RFC 9051 §9 `flag`).
#[must_use]
pub fn is_flag(flag: &str) -> bool {
    let word = flag.strip_prefix('\\').unwrap_or(flag);
    !word.is_empty()
        && word
            .bytes()
            .all(|octet| matches!(octet, b'!'..=b'~') && !b"(){%*\"\\".contains(&octet))
}

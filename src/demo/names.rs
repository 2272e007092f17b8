//! Mailbox names as octets: INBOX without case, levels, modified UTF-7 or UTF-8, LIST patterns, quoting.
//!
//! In: octets from a client. Out: the name they mean, or why they are no name.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use unicode_normalization::UnicodeNormalization as _;

use super::{
    outcome::{Code, Refusal},
    persona::{Names, Persona},
};

/// Longest level and longest name, as Dovecot has them.
const LEVEL: usize = 255;
const NAME: usize = 4_095;

/// INBOX has no case, alone or as the first level (Dovecot takes `inbox/sub` for `INBOX/sub`).
pub(super) fn canonical(name: &[u8], delimiter: Option<u8>) -> Vec<u8> {
    let mut name = name.to_vec();
    if inbox_part(&name, delimiter) > 0
        && let Some(head) = name.get_mut(..5)
    {
        head.make_ascii_uppercase();
    }
    name
}

/// How many octets at the beginning have no case: 5 or 0.
fn inbox_part(name: &[u8], delimiter: Option<u8>) -> usize {
    let inbox = name
        .get(..5)
        .is_some_and(|head| head.eq_ignore_ascii_case(b"INBOX"));
    let ends = name.len() == 5 || (delimiter.is_some() && name.get(5).copied() == delimiter);
    if inbox && ends { 5 } else { 0 }
}

/// Whether `name` lies below `parent`.
pub(super) fn is_below(name: &[u8], parent: &[u8], delimiter: Option<u8>) -> bool {
    delimiter.is_some()
        && name
            .strip_prefix(parent)
            .and_then(<[u8]>::first)
            .copied()
            .eq(&delimiter)
}

/// The names above, nearest last.
pub(super) fn ancestors(name: &[u8], delimiter: Option<u8>) -> Vec<&[u8]> {
    name.iter()
        .enumerate()
        .filter(|(at, octet)| *at > 0 && Some(**octet) == delimiter)
        .filter_map(|(at, _)| name.get(..at))
        .collect()
}

/// Refuses what no mailbox can be called, in Dovecot's words.
pub(super) fn check(name: &[u8], delimiter: Option<u8>) -> Result<(), Refusal> {
    let cannot = |text: &str| Err(Refusal::new(Code::Cannot, text));
    let levels = || name.split(|octet| Some(*octet) == delimiter);
    if name.is_empty() {
        return cannot("Invalid mailbox name: Name is empty");
    }
    if name.len() > NAME || levels().any(|level| level.len() > LEVEL) {
        return cannot("Mailbox name too long");
    }
    if delimiter.is_some() && name.first().copied() == delimiter {
        return cannot("Invalid mailbox name: Begins with hierarchy separator");
    }
    if delimiter.is_some() && name.last().copied() == delimiter {
        return cannot("Invalid mailbox name: Ends with hierarchy separator");
    }
    if name.starts_with(b"~") {
        return cannot("Invalid mailbox name: Begins with '~'");
    }
    if delimiter == Some(b'.') && name.contains(&b'/') {
        return cannot("Invalid mailbox name: Name must not have '/' characters");
    }
    if levels().any(<[u8]>::is_empty) {
        return cannot("Invalid mailbox name: Has adjacent hierarchy separators");
    }
    if levels().any(|level| matches!(level, b"." | b"..")) {
        return cannot("Invalid mailbox name: Contains a reserved name");
    }
    Ok(())
}

/// The text that the octets stand for: UTF-8, or modified UTF-7 in its one allowed form; none where they are not that.
pub(super) fn text(name: &[u8], utf8: bool) -> Option<String> {
    if !utf8 {
        return decode(name);
    }
    let text = std::str::from_utf8(name).ok()?;
    (!text.contains(char::is_control)).then(|| text.to_owned())
}

/// RFC 3501 §5.1.3.
fn decode(name: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut rest = name;
    let mut shifted = false;
    while let Some((octet, tail)) = rest.split_first() {
        rest = tail;
        if *octet != b'&' {
            shifted = false;
            if !matches!(octet, 0x20..=0x7e) {
                return None;
            }
            text.push(char::from(*octet));
            continue;
        }
        let end = rest.iter().position(|octet| *octet == b'-')?;
        let (run, tail) = rest.split_at(end);
        rest = tail.get(1..).unwrap_or_default();
        if run.is_empty() {
            shifted = false;
            text.push('&');
            continue;
        }
        // Two shifts in a row say in two ways what one would say.
        if shifted {
            return None;
        }
        text.push_str(&decode_shifted(run)?);
        shifted = true;
    }
    Some(text)
}

fn decode_shifted(run: &[u8]) -> Option<String> {
    if run.contains(&b'/') {
        return None;
    }
    let run: Vec<u8> = run
        .iter()
        .map(|octet| if *octet == b',' { b'/' } else { *octet })
        .collect();
    let octets = STANDARD_NO_PAD.decode(run).ok()?;
    if octets.len() % 2 != 0 {
        return None;
    }
    let units = octets.chunks_exact(2).map(|pair| match pair {
        [high, low] => u16::from_be_bytes([*high, *low]),
        _ => 0,
    });
    let text: String = char::decode_utf16(units).collect::<Result<_, _>>().ok()?;
    let plain = text.contains(|letter| matches!(letter, ' '..='~'));
    (!plain && !text.is_empty()).then_some(text)
}

fn encode(text: &str, utf8: bool) -> Vec<u8> {
    if utf8 {
        return text.as_bytes().to_vec();
    }
    let mut name = Vec::new();
    let is_plain = |letter: char| matches!(letter, ' '..='~');
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|letter| is_plain(letter) != is_plain(first));
        let (run, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        if is_plain(first) {
            name.extend(run.replace('&', "&-").into_bytes());
            continue;
        }
        let octets: Vec<u8> = run.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let run = STANDARD_NO_PAD.encode(octets).replace('/', ",");
        name.extend(format!("&{run}-").into_bytes());
    }
    name
}

/// A name as this server keeps it; none where it is not well-formed.
pub(super) fn kept(name: &[u8], persona: &Persona) -> Option<Vec<u8>> {
    let utf8 = persona.has_utf8_names();
    let text = text(name, utf8)?;
    let name = match persona.names {
        Names::AsSent | Names::CaseBlind => name.to_vec(),
        Names::Composed => encode(&text.nfc().collect::<String>(), utf8),
    };
    Some(canonical(&name, persona.delimiter_of(&name)))
}

/// What this server tells names by, and LIST patterns: what is the same here names the same mailbox.
pub(super) fn compared(name: &[u8], persona: &Persona) -> Vec<u8> {
    let text = || text(name, persona.has_utf8_names());
    let same = match persona.names {
        Names::AsSent => None,
        Names::CaseBlind => text().map(|text| text.to_lowercase()),
        Names::Composed => text().map(|text| text.nfc().collect()),
    };
    same.map_or_else(|| name.to_vec(), String::into_bytes)
}

/// Whether a LIST pattern matches: `*` anything, `%` anything within a level (RFC 9051 §6.3.9).
///
/// All places in the pattern are followed at once, so that no pattern takes more than length times length.
pub(super) fn matches(pattern: &[u8], name: &[u8], delimiter: Option<u8>) -> bool {
    let folded = inbox_part(name, delimiter);
    let mut places = vec![false; pattern.len() + 1];
    if let Some(first) = places.first_mut() {
        *first = true;
    }
    skip_wildcards(pattern, &mut places);
    for (at, octet) in name.iter().enumerate() {
        let mut next = vec![false; pattern.len() + 1];
        for (place, wanted) in pattern.iter().enumerate() {
            if places.get(place) != Some(&true) {
                continue;
            }
            let stays = match wanted {
                b'*' => true,
                b'%' => Some(*octet) != delimiter,
                _ => false,
            };
            let same = wanted == octet || (at < folded && wanted.eq_ignore_ascii_case(octet));
            let to = if stays { place } else { place + 1 };
            if (stays || (same && !matches!(wanted, b'*' | b'%')))
                && let Some(reached) = next.get_mut(to)
            {
                *reached = true;
            }
        }
        skip_wildcards(pattern, &mut next);
        places = next;
    }
    places.last() == Some(&true)
}

fn skip_wildcards(pattern: &[u8], places: &mut [bool]) {
    for (place, octet) in pattern.iter().enumerate() {
        if matches!(octet, b'*' | b'%')
            && places.get(place) == Some(&true)
            && let Some(next) = places.get_mut(place + 1)
        {
            *next = true;
        }
    }
}

/// A name as a response carries it: an atom where it can be one, else quoted.
pub(super) fn shown(name: &[u8], always_quoted: bool) -> Vec<u8> {
    let atom = !name.is_empty()
        && !name.eq_ignore_ascii_case(b"NIL")
        && name.iter().all(|octet| {
            matches!(octet, 0x21..=0x7e)
                && !matches!(
                    octet,
                    b'(' | b')' | b'{' | b'%' | b'*' | b'"' | b'\\' | b']'
                )
        });
    if atom && !always_quoted {
        return name.to_vec();
    }
    let mut quoted = vec![b'"'];
    for octet in name {
        if matches!(octet, b'"' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(*octet);
    }
    quoted.push(b'"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_stays_within_a_level_and_star_does_not() {
        for (pattern, name, expected) in [
            ("*", "a/b", true),
            ("%", "a/b", false),
            ("%", "a", true),
            ("a/%", "a/b", true),
            ("a/%", "a/b/c", false),
            ("a*c", "a/b/c", true),
            ("%/%", "a/b", true),
            ("", "a", false),
            ("a", "ab", false),
            ("*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaa", false),
            ("inbox/s%", "INBOX/sub", true),
            ("INBOX/S%", "INBOX/sub", false),
            ("sent", "Sent", false),
        ] {
            assert_eq!(
                matches(pattern.as_bytes(), name.as_bytes(), Some(b'/')),
                expected,
                "{pattern} {name}"
            );
        }
    }

    #[test]
    fn only_the_one_form_of_modified_utf7_is_a_name() {
        for good in [
            "a b",
            "&-",
            "envoy&AOk-",
            "&2D3c5w-",
            "&AMkA6Q-",
            "x&AOk-y&AOk-",
        ] {
            let text = decode(good.as_bytes());
            assert_eq!(encode(&text.unwrap(), false), good.as_bytes());
        }
        for bad in [
            "A&B",
            "&",
            "&AGE-",
            "&Jjo!-",
            "&2D0-",
            "&AMk-&AMk-",
            "R\u{e9}",
            "a\tb",
            "&AP/-",
        ] {
            assert_eq!(decode(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn nobody_can_be_called_nothing_or_dots() {
        for (name, text) in [
            ("", "empty"),
            ("/x", "Begins"),
            ("x/", "Ends"),
            ("a//b", "adjacent"),
            ("a/../b", "reserved"),
            (&"c".repeat(256), "too long"),
        ] {
            let refusal = check(name.as_bytes(), Some(b'/')).unwrap_err();
            assert!(refusal.text.contains(text), "{name}: {}", refusal.text);
        }
        assert_eq!(check(b"a.b", Some(b'/')), Ok(()));
    }
}

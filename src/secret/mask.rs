//! The mask that keeps a secret out of everything that a server says.
//!
//! In: a secret, and octets or text of a server that was told it. Out: the same with the secret masked, in every form in
//! which a server could repeat it: as it is, escaped, percent-encoded, in modified UTF-7, and in base64 at any offset, as
//! the messages of SASL hold it.
//!
//! Text is masked where it enters, so that neither an error nor a journal, report or trace has to think of it.

use std::ops::Range;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use memchr::memmem;
use zeroize::Zeroizing;

use super::value::Secret;
use crate::model::mutf7;

/// What stands in the place of a secret.
const HIDDEN: &[u8] = b"***";
/// A secret with fewer characters may be part of a word that is none, so it is masked only where it is a whole word.
const LONG: usize = 6;
/// Octets that are searched sooner than a search is made ready: nearly every response is as short.
const SHORT: usize = 512;
/// A text that ends with so many characters of the secret has been cut within it.
const CUT: usize = 4;

/// The forms of one secret.
pub struct Mask {
    /// As it is, escaped, percent-encoded; in lower case.
    plain: Vec<Zeroizing<Vec<u8>>>,
    /// Parts of base64 that every message with the secret in it has.
    coded: Vec<Zeroizing<Vec<u8>>>,
    is_long: bool,
    is_number: bool,
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mask(…)")
    }
}

impl Mask {
    /// The mask of a secret.
    #[must_use]
    pub fn of(secret: &Secret) -> Self {
        let text = secret.reveal();
        let mut plain: Vec<Zeroizing<Vec<u8>>> = Vec::new();
        for form in [
            Zeroizing::new(text.as_bytes().to_vec()),
            escaped(text),
            percent_encoded(text, false),
            percent_encoded(text, true),
            Zeroizing::new(mutf7::encode(text)),
            Zeroizing::new(text.as_bytes().escape_ascii().collect()),
        ] {
            let form = Zeroizing::new(form.to_ascii_lowercase());
            if !form.is_empty() && !plain.contains(&form) {
                plain.push(form);
            }
        }
        // The longest first: where one form holds another, all of it is masked.
        plain.sort_unstable_by_key(|form| std::cmp::Reverse(form.len()));
        let is_long = text.chars().count() >= LONG;
        Self {
            plain,
            coded: if is_long { coded(text) } else { Vec::new() },
            is_long,
            is_number: text.bytes().all(|octet| octet.is_ascii_digit()),
        }
    }

    /// Whether data holds the secret beyond doubt: a name, a flag, a capability. A number may be any number, and a short
    /// word any word.
    #[must_use]
    pub fn is_in(&self, data: &[u8]) -> bool {
        if !self.is_long || self.is_number {
            return false;
        }
        let is_in = |data: &[u8]| {
            let mut plain = self.plain.iter();
            let mut coded = self.coded.iter();
            if data.len() <= SHORT {
                return plain.any(|form| is_in_short(data, form, <[u8]>::eq_ignore_ascii_case))
                    || coded.any(|form| is_in_short(data, form, <[u8]>::eq));
            }
            let lower = Zeroizing::new(data.to_ascii_lowercase());
            plain.any(|form| memmem::find(&lower, form).is_some())
                || coded.any(|form| memmem::find(data, form).is_some())
        };
        // Modified UTF-7 may code what needs no coding.
        let decoded = memchr::memchr(b'&', data).map(|_| mutf7_decoded(data));
        is_in(data) || decoded.is_some_and(|decoded| is_in(decoded.as_bytes()))
    }

    /// Text with the secret masked; none where it does not hold it.
    #[must_use]
    pub fn octets(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut masked = text.to_vec();
        let mut found = false;
        for form in &self.plain {
            let lower = Zeroizing::new(masked.to_ascii_lowercase());
            found |= hide(&mut masked, |masked, mut from| {
                loop {
                    let at = from + memmem::find(lower.get(from..)?, form)?;
                    let end = at + form.len();
                    if self.is_long || is_word(masked, at, end) {
                        return Some(at..end);
                    }
                    from = at + 1;
                }
            });
        }
        for form in &self.coded {
            found |= hide(&mut masked, |masked, from| {
                let rest = masked.get(from..)?;
                let (before, behind) = rest.split_at_checked(memmem::find(rest, form)?)?;
                // The rest of the message names the user, and ends the secret.
                let is_coded = |octet: &&u8| is_base64(**octet);
                let start = before.len() - before.iter().rev().take_while(is_coded).count();
                let end = before.len() + behind.iter().take_while(is_coded).count();
                Some(from + start..from + end)
            });
        }
        found |= self.mask_cut_end(&mut masked);
        found.then_some(masked)
    }

    /// The same for text.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        match self.octets(text.as_bytes()) {
            Some(masked) => String::from_utf8_lossy(&masked).into_owned(),
            None => text.to_owned(),
        }
    }

    /// Masks the head of the secret where the text has been cut within it.
    fn mask_cut_end(&self, masked: &mut Vec<u8>) -> bool {
        let length = masked.trim_ascii_end().len();
        let lower = Zeroizing::new(
            masked
                .get(..length)
                .unwrap_or_default()
                .to_ascii_lowercase(),
        );
        let Some(form) = self.plain.last().filter(|_| self.is_long) else {
            return false;
        };
        for kept in (CUT..form.len()).rev() {
            let head = form.get(..kept).unwrap_or_default();
            if lower.ends_with(head) && is_word(&lower, length - kept, length) {
                masked.splice(length - kept..length, HIDDEN.iter().copied());
                return true;
            }
        }
        false
    }
}

/// Puts the mask in each place that `next` tells, from where the place before it ended. In one pass, whatever a server sends.
fn hide(text: &mut Vec<u8>, mut next: impl FnMut(&[u8], usize) -> Option<Range<usize>>) -> bool {
    let (mut masked, mut from) = (Vec::new(), 0);
    while let Some(place) = next(text, from) {
        masked.extend_from_slice(text.get(from..place.start).unwrap_or_default());
        masked.extend_from_slice(HIDDEN);
        from = place.end;
    }
    let found = from > 0;
    if found {
        masked.extend_from_slice(text.get(from..).unwrap_or_default());
        *text = masked;
    }
    found
}

/// Whether what stands there is no part of a longer word.
fn is_word(text: &[u8], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).and_then(|place| text.get(place));
    let is_part = |octet: Option<&u8>| octet.is_some_and(u8::is_ascii_alphanumeric);
    !is_part(before) && !is_part(text.get(end))
}

fn is_base64(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || b"+/-_=".contains(&octet)
}

/// As it stands in a quoted string.
fn escaped(text: &str) -> Zeroizing<Vec<u8>> {
    let mut octets = Zeroizing::new(Vec::with_capacity(text.len() * 2));
    for octet in text.bytes() {
        if matches!(octet, b'"' | b'\\') {
            octets.push(b'\\');
        }
        octets.push(octet);
    }
    octets
}

/// As it stands in a URL; some encode only what they must, some all that is no letter or digit.
fn percent_encoded(text: &str, encodes_marks: bool) -> Zeroizing<Vec<u8>> {
    let mut octets = Zeroizing::new(Vec::with_capacity(text.len() * 3));
    for octet in text.bytes() {
        let is_mark = !encodes_marks && b"-._~!$'()*,;&=+".contains(&octet);
        if octet.is_ascii_alphanumeric() || is_mark {
            octets.push(octet);
        } else {
            octets.extend_from_slice(format!("%{octet:02x}").as_bytes());
        }
    }
    octets
}

/// The parts of base64 that do not depend on what stands around the secret, for each of the three places at which it can
/// begin.
fn coded(text: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let mut forms = Vec::new();
    for before in 0..3_usize {
        let mut message = Zeroizing::new(vec![0; before]);
        message.extend_from_slice(text.as_bytes());
        let first = (before * 8).div_ceil(6);
        let last = message.len() * 8 / 6;
        for code in [
            STANDARD_NO_PAD.encode(&message),
            URL_SAFE_NO_PAD.encode(&message),
        ] {
            let code = Zeroizing::new(code);
            let part = code.as_bytes().get(first..last).unwrap_or_default();
            let part = Zeroizing::new(part.to_vec());
            if !part.is_empty() && !forms.contains(&part) {
                forms.push(part);
            }
        }
    }
    forms
}

/// Every part of the data that is coded by modified UTF-7, decoded where it stands.
fn mutf7_decoded(data: &[u8]) -> String {
    let mut decoded = String::new();
    let mut rest = data;
    while let Some(start) = memchr::memchr(b'&', rest) {
        let (plain, coded) = rest.split_at(start);
        decoded.push_str(&String::from_utf8_lossy(plain));
        let end = memchr::memchr(b'-', coded).map_or(coded.len(), |end| end + 1);
        let (coded, behind) = coded.split_at(end);
        match mutf7::decode(coded) {
            Some(text) => decoded.push_str(&text),
            None => decoded.push_str(&String::from_utf8_lossy(coded)),
        }
        rest = behind;
    }
    decoded.push_str(&String::from_utf8_lossy(rest));
    decoded
}

/// Whether few octets hold a form of the secret.
fn is_in_short(data: &[u8], form: &[u8], is_alike: fn(&[u8], &[u8]) -> bool) -> bool {
    let Some(first) = form.first() else {
        return false;
    };
    let (low, high) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    memchr::memchr2_iter(low, high, data).any(|at| {
        let part = data.get(at..).and_then(|rest| rest.get(..form.len()));
        part.is_some_and(|part| is_alike(part, form))
    })
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const SECRETS: [&str; 3] = ["Tr0ub4dor&3-canary", "c\"an\\ary %pass", "pässwörd-canary"];

    fn mask(secret: &str) -> Mask {
        Mask::of(&Secret::new(secret.to_owned()))
    }

    #[test]
    fn every_form_of_a_secret_is_masked_in_text() {
        for secret in SECRETS {
            let mask = mask(secret);
            let plain = format!("\0alice\0{secret}");
            let bearer = format!("user=alice\u{1}auth=Bearer {secret}\u{1}\u{1}");
            let quoted = secret.replace('\\', "\\\\").replace('"', "\\\"");
            for form in [
                secret.to_owned(),
                secret.to_uppercase().to_lowercase(),
                quoted,
                STANDARD.encode(secret),
                STANDARD.encode(&plain),
                STANDARD.encode(&bearer),
                URL_SAFE_NO_PAD.encode(format!("x{plain}y")),
                String::from_utf8(percent_encoded(secret, true).to_vec()).unwrap(),
                String::from_utf8(percent_encoded(secret, false).to_ascii_uppercase()).unwrap(),
                String::from_utf8(mutf7::encode(secret)).unwrap(),
            ] {
                let said = format!("no, {form} is wrong; so is {form}");
                assert_eq!(mask.text(&said), "no, *** is wrong; so is ***", "{form}");
                assert!(
                    mask.octets(b"nothing of it, and base64: cm9sZWNhbGw=")
                        .is_none()
                );
                let line = format!("* LIST () \"/\" \"{form}\"\r\n");
                assert!(mask.is_in(line.as_bytes()), "{form}");
            }
            assert!(!format!("{mask:?}").contains("canary"));
        }
    }

    #[test]
    fn a_secret_that_is_cut_at_the_end_is_masked_too() {
        let mask = mask("hunter2-canary");
        assert_eq!(mask.text("no such user: hunter2-ca"), "no such user: ***");
        assert_eq!(mask.text("a hunter\r\n"), "a ***\r\n");
        assert_eq!(mask.text("hun"), "hun");
    }

    #[test]
    fn a_secret_is_masked_wherever_it_stands_and_however_often() {
        let mask = Mask::of(&Secret::new("hunter2hunter2".to_owned()));
        let coded = STANDARD_NO_PAD.encode("\0a\0hunter2hunter2");
        let said = format!("hunter2hunter2hunter2hunter2, {coded} and {coded}! HUNTER2hunter2.");
        assert_eq!(mask.text(&said), "******, *** and ***! ***.");
        let often = "hunter2hunter2 ".repeat(100_000);
        assert_eq!(mask.text(&often), "*** ".repeat(100_000));
    }

    #[test]
    fn a_short_secret_is_masked_as_a_word_and_a_number_is_no_proof() {
        assert_eq!(
            mask("demo").text("demo of a democrat, demo"),
            "*** of a democrat, ***"
        );
        assert!(!mask("demo").is_in(b"* LIST () \"/\" demo\r\n"));
        assert!(!mask("12345678").is_in(b"* 1 FETCH (RFC822.SIZE 12345678)\r\n"));
        assert_eq!(mask("12345678").text("no 12345678"), "no ***");
        assert_eq!(mask("").text("as it is"), "as it is");
    }

    #[test]
    fn a_name_that_codes_more_than_it_must_is_seen_through() {
        // "hunter2" in UTF-16 and modified base64.
        let coded = STANDARD.encode(
            "hunter2"
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect::<Vec<_>>(),
        );
        let coded = coded.trim_end_matches('=').replace('/', ",");
        let line = format!("* LIST () \"/\" \"a&{coded}-b\"\r\n");
        assert!(mask("hunter2").is_in(line.as_bytes()), "{line}");
    }
}

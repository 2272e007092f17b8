//! Modified UTF-7, the form of mailbox names in IMAP4rev1 (RFC 3501 §5.1.3, RFC 9051 Appendix A.1).
//!
//! In: octets as listed, or text. Out: the other. The octets are a name's identity and go back to the server as they came;
//! the decoded form is for reading. A name that does not decode is shown as it is.

use std::sync::LazyLock;

use base64::{
    Engine as _,
    alphabet::Alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

/// BASE64 with `,` for `/`, without padding.
static ENGINE: LazyLock<Option<GeneralPurpose>> = LazyLock::new(|| {
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone);
    let alphabet = Alphabet::new(ALPHABET).ok()?;
    Some(GeneralPurpose::new(&alphabet, config))
});

/// What people read; the octets themselves where they are no modified UTF-7 (mailutils and others list such names).
#[must_use]
pub fn shown(wire: &[u8], is_utf8: bool) -> String {
    let plain = || String::from_utf8_lossy(wire).into_owned();
    if is_utf8 || !wire.is_ascii() {
        return plain();
    }
    decode(wire).unwrap_or_else(plain)
}

/// Whether people may read this text for these octets: the octets themselves, decoded, or, below a level that is no
/// modified UTF-7, each run as either.
#[must_use]
pub fn reads_as(wire: &[u8], text: &str) -> bool {
    let plain = String::from_utf8_lossy(wire);
    if plain == text {
        return true;
    }
    if !wire.is_ascii() {
        return false;
    }
    let (mut wire, mut text) = (&*plain, text);
    while let Some((before, shifted)) = wire.split_once('&') {
        let Some(rest) = text.strip_prefix(before) else {
            return false;
        };
        let decoded = shifted.split_once('-').and_then(|(run, after)| {
            let run = if run.is_empty() {
                "&".to_owned()
            } else {
                decode_run(run.as_bytes())?
            };
            Some((rest.strip_prefix(&run)?, after))
        });
        (text, wire) = match (decoded, rest.strip_prefix('&')) {
            (Some((text, wire)), _) => (text, wire),
            (None, Some(text)) => (text, shifted),
            (None, None) => return false,
        };
    }
    wire == text
}

/// Decodes; none for anything that is not well-formed.
#[must_use]
pub fn decode(wire: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut rest = wire;
    while let Some(at) = rest.iter().position(|octet| *octet == b'&') {
        let (plain, shifted) = rest.split_at_checked(at)?;
        text.push_str(std::str::from_utf8(plain).ok()?);
        let shifted = shifted.get(1..)?;
        let end = shifted.iter().position(|octet| *octet == b'-')?;
        let (run, after) = shifted.split_at_checked(end)?;
        if run.is_empty() {
            text.push('&');
        } else {
            text.push_str(&decode_run(run)?);
        }
        rest = after.get(1..)?;
    }
    text.push_str(std::str::from_utf8(rest).ok()?);
    Some(text)
}

fn decode_run(run: &[u8]) -> Option<String> {
    let octets = ENGINE.as_ref()?.decode(run).ok()?;
    if octets.len() % 2 != 0 {
        return None;
    }
    let units: Vec<u16> = octets
        .chunks_exact(2)
        .map(|pair| {
            pair.iter()
                .fold(0, |unit, octet| unit << 8 | u16::from(*octet))
        })
        .collect();
    String::from_utf16(&units).ok()
}

/// Encodes: printable ASCII as it is, `&` as `&-`, all else in BASE64.
#[must_use]
pub fn encode(text: &str) -> Vec<u8> {
    let mut wire = Vec::with_capacity(text.len());
    let mut run: Vec<u8> = Vec::new();
    let flush = |run: &mut Vec<u8>, wire: &mut Vec<u8>| {
        if run.is_empty() {
            return;
        }
        if let Some(engine) = &*ENGINE {
            wire.push(b'&');
            wire.extend_from_slice(engine.encode(&run).as_bytes());
            wire.push(b'-');
            run.clear();
        }
    };
    for letter in text.chars() {
        if matches!(letter, ' '..='~') {
            flush(&mut run, &mut wire);
            wire.push(u8::try_from(letter).unwrap_or(b'?'));
            if letter == '&' {
                wire.push(b'-');
            }
        } else {
            let mut units = [0; 2];
            for unit in letter.encode_utf16(&mut units) {
                run.extend_from_slice(&unit.to_be_bytes());
            }
        }
    }
    flush(&mut run, &mut wire);
    wire
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_names_are_decoded_and_encoded() {
        for (wire, text) in [
            ("Courrier envoy&AOk-", "Courrier envoyé"),
            ("&AMk-l&AOk-ments envoy&AOk-s", "Éléments envoyés"),
            ("Entw&APw-rfe", "Entwürfe"),
            ("&U,BTFw-/&ZeVnLIqe-", "台北/日本語"),
            ("Q&-A", "Q&A"),
            ("&2D3c5w-", "📧"),
        ] {
            assert_eq!(decode(wire.as_bytes()).as_deref(), Some(text));
            assert_eq!(encode(text), wire.as_bytes());
        }
    }

    #[test]
    fn a_text_is_a_name_s_only_if_its_octets_read_so() {
        for (wire, text) in [
            ("Courrier envoy&AOk-", "Courrier envoyé"),
            ("Courrier envoy&AOk-", "Courrier envoy&AOk-"),
            ("Q&-A", "Q&A"),
            ("Q&-A", "Q&-A"),
            ("R&D", "R&D"),
            // A level that is no modified UTF-7, below one that is.
            ("Envoy&AOk-s/R&D", "Envoyés/R&D"),
            ("Envoyés", "Envoyés"),
        ] {
            assert!(reads_as(wire.as_bytes(), text), "{wire} {text}");
        }
        for (wire, text) in [
            ("Drafts", "Sent Items"),
            ("Courrier envoy&AOk-", "Courrier envoye"),
            ("Envoy&AOk-s", "Envoyé"),
            ("Envoy&AOk-", "Envoyés"),
            ("Envoyés", "Envoy&AOk-s"),
            ("Q&-A", "QA"),
            ("&", ""),
            ("", "x"),
        ] {
            assert!(!reads_as(wire.as_bytes(), text), "{wire} {text}");
        }
        assert!(reads_as(b"R\xe9sum", "R\u{fffd}sum"));
        assert!(!reads_as(b"R\xe9sum", "Résum"));
    }

    #[test]
    fn malformed_names_are_shown_as_they_are() {
        for wire in [
            "Q&A - 2024",
            "AT&T-bills",
            "R&D-",
            "&AO-",
            "&",
            "&2D0-",
            "x&AOk",
        ] {
            assert_eq!(decode(wire.as_bytes()), None, "{wire}");
            assert_eq!(shown(wire.as_bytes(), false), wire);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(text in "\\PC*") {
            prop_assert_eq!(decode(&encode(&text)), Some(text));
        }

        #[test]
        fn what_is_shown_is_what_is_read(octets in proptest::collection::vec(any::<u8>(), 0..40), is_utf8: bool) {
            prop_assert!(reads_as(&octets, &shown(&octets, is_utf8)));
        }

        #[test]
        fn no_octets_are_too_strange_to_show(wire in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = shown(&wire, false);
        }
    }
}

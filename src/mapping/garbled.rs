//! Garbled names: what a name was before a program encoded it twice, or read it in the wrong character set.
//!
//! In: one level of a decoded name. Out: what was meant, where that can be told for sure. Never: a guess at what is lost.
//!
//! Both mistakes leave a trace that ordinary names do not have. Modified UTF-7 encoded a second time is ASCII in which
//! every run `&…-` decodes; UTF-8 read as an 8-bit character set gives letters that, written in that set again, are
//! well-formed UTF-8, which the octets of ordinary accented or Cyrillic words never are.

use encoding_rs::{
    Encoding, KOI8_R, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253,
    WINDOWS_1255, WINDOWS_1256,
};

use crate::model::mutf7;

/// The character sets that programs take UTF-8 for.
const SETS: [&Encoding; 5] = [WINDOWS_1252, WINDOWS_1250, WINDOWS_1251, KOI8_R, MACINTOSH];
/// The character sets whose names programs take for Latin-1: of Cyrillic, Greek, Hebrew and Arabic.
const NOT_LATIN: [&Encoding; 5] = [
    WINDOWS_1251,
    KOI8_R,
    WINDOWS_1253,
    WINDOWS_1255,
    WINDOWS_1256,
];
/// A shorter name of accented letters alone says nothing.
const SHORTEST: usize = 4;
/// How often a name may have been garbled: copied by one bad program after another.
const ROUNDS: usize = 3;

/// What a level of a name was meant to be; none where nothing shows that it is garbled.
///
/// `&AMk-l&AOk-ments` and `Ã‰lÃ©ments` are both `Éléments`.
#[must_use]
pub fn meant(level: &str) -> Option<String> {
    let mut best = None;
    let mut name = level.to_owned();
    for _ in 0..ROUNDS {
        let Some(before) = decoded(&name).or_else(|| reread(&name)) else {
            break;
        };
        name = before;
        best = Some(name.clone());
    }
    best
}

/// What a name may have been that was taken for Latin-1: all its letters are accented ones then. Each is a guess, so it
/// counts only where it is a name that is known.
pub(super) fn taken_for_latin(name: &str) -> impl Iterator<Item = String> {
    let is_of_it = |letter: char| matches!(letter, 'À'..='ÿ');
    let is_likely = !name.is_ascii()
        && name.chars().filter(|letter| is_of_it(*letter)).count() >= SHORTEST
        && name
            .chars()
            .all(|letter| is_of_it(letter) || letter.is_ascii() && !letter.is_alphabetic());
    let octets: Vec<u8> = name
        .chars()
        .filter(|_| is_likely)
        .filter_map(|letter| u8::try_from(u32::from(letter)).ok())
        .collect();
    let sets = NOT_LATIN.iter().filter(move |_| is_likely);
    sets.filter_map(move |set| {
        let text = set.decode_without_bom_handling_and_without_replacement(&octets)?;
        Some(text.into_owned())
    })
}

/// Modified UTF-7 that is still there after a name was decoded.
fn decoded(name: &str) -> Option<String> {
    if !name.is_ascii() {
        return None;
    }
    mutf7::decode(name.as_bytes()).filter(|text| is_writing(text))
}

/// UTF-8 that was read as something else.
fn reread(name: &str) -> Option<String> {
    if name.is_ascii() {
        return None;
    }
    let latin_1 = name
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).ok())
        .collect::<Option<Vec<u8>>>();
    let others = SETS.iter().filter_map(|set| {
        let (octets, _, lossy) = set.encode(name);
        (!lossy).then(|| octets.into_owned())
    });
    latin_1
        .into_iter()
        .chain(others)
        .filter_map(|octets| String::from_utf8(octets).ok())
        .find(|text| is_writing(text))
}

/// Whether a text holds letters beyond ASCII and nothing that nobody writes: then it was not found by chance.
fn is_writing(text: &str) -> bool {
    text.chars()
        .any(|letter| !letter.is_ascii() && letter.is_alphabetic())
        && !text.chars().any(|letter| {
            letter.is_control() || matches!(letter, '\u{fffd}' | '\u{e000}'..='\u{f8ff}')
        })
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn names_encoded_twice_or_read_in_the_wrong_set_are_what_they_were() {
        for (garbled, name) in [
            ("&AMk-l&AOk-ments envoy&AOk-s", "Éléments envoyés"),
            ("&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-", "Отправленные"),
            ("Ã‰lÃ©ments envoyÃ©s", "Éléments envoyés"),
            ("Ã\u{89}lÃ©ments envoyÃ©s", "Éléments envoyés"),
            ("√âl√©ments envoy√©s", "Éléments envoyés"),
            ("GelÃ¶schte Elemente", "Gelöschte Elemente"),
            ("РћС‚РїСЂР°РІР»РµРЅРЅС‹Рµ", "Отправленные"),
            ("WysĹ‚ane", "Wysłane"),
            ("Ãƒâ€°lÃƒÂ©ments envoyÃƒÂ©s", "Éléments envoyés"),
            ("Ã&iQ-l&AMMAqQ-ments", "Ã&iQ-l&AMMAqQ-ments"),
        ] {
            let meant = meant(garbled);
            if garbled == name {
                assert_eq!(meant, None, "{garbled}");
            } else {
                assert_eq!(meant.as_deref(), Some(name), "{garbled}");
            }
        }
    }

    #[test]
    fn ordinary_names_are_not_garbled() {
        for name in [
            "Sent",
            "Q&A",
            "AT&T-bills",
            "Q&A-bills",
            "Éléments envoyés",
            "Gelöschte Elemente",
            "Отправленные",
            "Wysłane",
            "Élé",
            "Ã",
            "Île-de-France",
            "Ärzte & Ämter",
            "已发送",
            "보낸 편지함",
            "Ελλάδα",
            "£50 – 2024",
            "№ 5",
            "",
        ] {
            assert_eq!(meant(name), None, "{name}");
        }
    }
}

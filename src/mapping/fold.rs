//! Folding: the one way in which a listed name and a table's name are compared.
//!
//! In: decoded names. Out: comparison keys, and whether a name is disguised. Never: names for display or commands.
//!
//! Three keys, each coarser than the one before and made from it. [`exact`] undoes what keyboards, systems and servers
//! do to the same letters (case, composed or not, wide or narrow, kinds of space and apostrophe, soft hyphens). [`bare`]
//! drops accents too, for servers and people who type `Elements envoyes`. [`skeleton`] reads letters of other scripts
//! as the Latin ones they look like; what matches only there is a look-alike and never gets a role.
//!
//! Most names are ASCII, where all three are the same and nothing need be normalised; the rest are normalised only
//! where a quick check (UAX #15 §9) cannot tell that they are already.

use std::borrow::Cow;

use caseless::Caseless as _;
use unicode_normalization::{
    IsNormalized, UnicodeNormalization as _, char::is_combining_mark, is_nfkc_quick,
};

/// The key of an exact match: NFKC, full case folding, NFKC; format characters that real tables carry are dropped,
/// apostrophes, hyphens and spaces are unified, spaces trimmed and collapsed.
#[must_use]
pub fn exact(name: &str) -> String {
    let mut key: String = if name.is_ascii() {
        name.to_owned()
    } else {
        let kept = name.chars().filter(|letter| !is_dropped(*letter));
        kept.map(unified).collect()
    };
    if key.is_ascii() {
        key.make_ascii_lowercase();
        if key.contains('`') {
            key = key.replace('`', "'");
        }
    } else {
        key = composed(key);
        key = composed(key.chars().default_case_fold().collect());
    }
    collapsed(key)
}

/// The key of a likely match: [`exact`] without accents and other combining marks, and with the Latin letters
/// that have no decomposition (`ł ø đ ı æ œ`; `ß` is folded already) written plainly.
#[must_use]
pub fn bare(name: &str) -> String {
    bare_of(&exact(name)).into_owned()
}

/// [`bare`] from a name's [`exact`] key.
pub(super) fn bare_of(exact: &str) -> Cow<'_, str> {
    if exact.is_ascii() {
        return Cow::Borrowed(exact);
    }
    let mut key = String::with_capacity(exact.len());
    for letter in exact.nfd().filter(|letter| !is_accent(*letter)) {
        match letter {
            'ł' => key.push('l'),
            'ø' => key.push('o'),
            'đ' | 'ð' => key.push('d'),
            'ı' => key.push('i'),
            'ħ' => key.push('h'),
            'æ' => key.push_str("ae"),
            'œ' => key.push_str("oe"),
            'þ' => key.push_str("th"),
            _ => key.push(letter),
        }
    }
    Cow::Owned(key)
}

/// The key of a look-alike: [`exact`] without invisible characters, Cyrillic and Greek letters read as the Latin ones
/// they look like.
#[must_use]
pub fn skeleton(name: &str) -> String {
    let key = if name.contains(is_invisible) {
        exact(&name.replace(is_invisible, ""))
    } else {
        exact(name)
    };
    if key.is_ascii() {
        key
    } else {
        key.chars().map(latin_twin).collect()
    }
}

/// Whether the name holds characters that no client puts into a mailbox name but a forger might: invisible ones,
/// controls, direction overrides, or Latin letters in a compatibility form (mathematical, enclosed). Full width is no
/// disguise: East Asian keyboards write it.
#[must_use]
pub fn is_disguised(name: &str) -> bool {
    if name.is_ascii() {
        return name.bytes().any(|octet| octet.is_ascii_control());
    }
    name.chars()
        .any(|letter| is_invisible(letter) || is_dressed_latin(letter))
}

/// What makes a name only look like another: its letters that are invisible, in a compatibility form, or of another
/// script in the shape of Latin ones; each once, in order.
#[must_use]
pub fn suspects(name: &str) -> Vec<char> {
    let mut found = Vec::new();
    for letter in name.chars() {
        let folded = std::iter::once(letter).default_case_fold().next();
        let is_twin = folded.is_some_and(|folded| latin_twin(folded) != folded);
        if (is_twin || is_invisible(letter) || is_dressed_latin(letter)) && !found.contains(&letter)
        {
            found.push(letter);
        }
    }
    found
}

/// The name with everything invisible shown as U+FFFD, for messages about it.
#[must_use]
pub fn visible(name: &str) -> Cow<'_, str> {
    if name.chars().any(is_invisible) {
        Cow::Owned(name.replace(is_invisible, "\u{fffd}"))
    } else {
        Cow::Borrowed(name)
    }
}

/// NFKC, where that is not so already.
fn composed(text: String) -> String {
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => text,
        IsNormalized::No | IsNormalized::Maybe => text.nfkc().collect(),
    }
}

/// One space between words, none around. Only spaces: a tab or a line feed in a name is no client's work and must not
/// match.
fn collapsed(text: String) -> String {
    if !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ") {
        return text;
    }
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// ZWNJ, ZWJ, LRM and RLM, legitimate in Persian, Indic, Hebrew and Arabic names, and the soft hyphen of long German
/// ones: present or absent at random.
fn is_dropped(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200c}'..='\u{200f}')
}

/// One apostrophe and one hyphen. Before NFKC, which would tear U+00B4 into a space and an accent.
fn unified(letter: char) -> char {
    match letter {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bb}' | '\u{2bc}' | '\u{2032}' | '\u{b4}'
        | '\u{ff07}' | '\u{ff40}' | '`' => '\'',
        '\u{2010}' | '\u{2011}' | '\u{ff0d}' => '-',
        _ => letter,
    }
}

/// Combining marks, but not those that strike a letter out or enclose it: a struck-out name says the opposite.
fn is_accent(letter: char) -> bool {
    is_combining_mark(letter) && !matches!(letter, '\u{334}'..='\u{338}' | '\u{20d0}'..='\u{20ff}')
}

/// Controls and characters without a shape, those of [`is_dropped`] excepted.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Enclosed and mathematical Latin letters and ligatures, which NFKC would silently make plain.
fn is_dressed_latin(letter: char) -> bool {
    matches!(
        letter,
        '\u{24b6}'..='\u{24e9}' | '\u{1d400}'..='\u{1d6a5}' | '\u{2100}'..='\u{214f}'
            | '\u{fb00}'..='\u{fb06}' | '\u{1f130}'..='\u{1f149}'
    )
}

/// The Latin letter that a folded Cyrillic or Greek one looks like, in the shape of either case.
fn latin_twin(letter: char) -> char {
    match letter {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'ԍ' => 'g',
        'һ' | 'н' | 'η' => 'h',
        'і' | 'ӏ' | 'ι' => 'i',
        'ј' | 'ϳ' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'ո' | 'ν' => 'n',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' | 'ꜱ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ѵ' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'ζ' => 'z',
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::{bare, exact, is_disguised, skeleton, suspects, visible};

    #[test]
    fn case_form_space_and_apostrophe_do_not_tell_names_apart() {
        for (one, other) in [
            ("ÉLÉMENTS ENVOYÉS", "E\u{301}le\u{301}ments envoye\u{301}s"),
            ("Boîte d’envoi", "boîte d'envoi"),
            ("Boîte d´envoi", "boîte d'envoi"),
            (" Sent\u{a0} Items ", "sent items"),
            ("Junk\u{2011}E\u{2011}Mail", "junk-e-mail"),
            ("ｺﾞﾐ箱", "ゴミ箱"),
            ("Grüße", "GRÜSSE"),
            ("\u{200f}Sent\u{200e}", "Sent"),
            ("Ｓｅｎｔ　Ｉｔｅｍｓ", "Sent Items"),
            ("Junk－E－Mail", "Junk-E-Mail"),
            ("Gesendete Ele\u{ad}mente", "Gesendete Elemente"),
            ("Joʻnatilgan", "Jo`natilgan"),
        ] {
            assert_eq!(exact(one), exact(other), "{one:?} {other:?}");
        }
    }

    #[test]
    fn accents_count_for_exact_and_not_for_bare() {
        assert_ne!(exact("Elements envoyes"), exact("Éléments envoyés"));
        assert_eq!(bare("Elements envoyes"), bare("Éléments envoyés"));
        assert_eq!(bare("Wysłane œuvre ødt"), "wyslane oeuvre odt");
        assert_ne!(bare("S\u{336}ent"), bare("Sent"), "struck out");
    }

    #[test]
    fn look_alikes_meet_only_in_the_skeleton() {
        for name in [
            "Ѕеnt",
            "Se\u{200b}nt",
            "Sent\u{feff}",
            "𝐒𝐞𝐧𝐭",
            "Ⓢⓔⓝⓣ",
            "S\u{34f}ent",
            "S\u{202e}ent",
        ] {
            assert_eq!(skeleton(name), "sent", "{name:?}");
            assert!(is_disguised(name) || exact(name) != "sent", "{name:?}");
        }
        assert!(!is_disguised("Éléments envoyés"));
        assert!(!is_disguised("пошта\u{200d}"));
        assert!(!is_disguised("Ｓｅｎｔ") && !is_disguised("Se\u{ad}nt"));
        assert!(is_disguised("Sent\t"));
        assert_eq!(suspects("ЅеnЅt\u{200b}"), ['Ѕ', 'е', '\u{200b}']);
        assert_eq!(suspects("Sent"), []);
    }

    #[test]
    fn a_tab_or_line_feed_is_no_space() {
        assert_ne!(exact("Sent\tItems"), exact("Sent Items"));
        assert_ne!(exact("Sent\n"), exact("Sent"));
        assert_eq!(visible("a\u{202e}b"), "a\u{fffd}b");
    }
}

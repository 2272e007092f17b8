//! Resemblance: what a name that no table has is like, and how it differs from that.
//!
//! In: a name's key. Out: [`Resemblance`]s. Never: a name that a table has, a look-alike; a role that mail is moved on.
//!
//! Programs make such names when one is taken ("Sent Items1"), people and servers when mail comes from elsewhere
//! ("INBOX.Sent" where the delimiter is another), translators by other words for the same ("Gesendete Mails"). So each rule
//! takes one thing off and asks the tables again; what is left must be a whole known name, or nothing but words of such names.

use std::borrow::Cow;

use super::{
    built_in, fold, garbled,
    layer::{FoundEntries, Layer},
};
use crate::model::{difference::Difference, role::Role};

/// Longer names, in octets, resemble nothing.
const LONGEST: usize = 120;
/// So many things are taken off a name, one after the other.
const DEPTH: usize = 3;
/// Of a number so many digits; four are a year.
const DIGITS: usize = 2;
const YEARS: std::ops::RangeInclusive<u16> = 1980..=2099;
const INBOX: &str = "inbox";
/// What servers and clients put before names that are not levels of the tree.
const PREFIXES: [&str; 7] = [
    INBOX,
    "mail",
    "[gmail]",
    "[google mail]",
    "[imap]",
    "local folders",
    "personal folders",
];
/// Where the words come from that no table has together.
const SOURCE: &str = "mappings/words.yaml";

/// What one name is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Resemblance<'a> {
    /// The role of what it is like; a name that is like several is ambiguous.
    pub role: Role,
    /// How it differs from that.
    pub difference: Difference,
    /// The entry that it is like, as typed in its table; none where only words are known.
    pub name: Option<&'a str>,
    /// The language of the entry or the words.
    pub locale: &'a str,
    /// Where the entry or the words are from.
    pub source: &'a str,
}

/// What names are compared with.
pub(super) struct TablesAsked<'a> {
    /// The user's own tables, the strongest first; the built-in one counts after them.
    pub(super) own: &'a [Layer],
}

impl<'a> TablesAsked<'a> {
    /// What a name is like that has this [`fold::bare`] key, which no table has.
    pub(super) fn resembled(&self, bare: &str) -> Vec<Resemblance<'a>> {
        if bare.len() > LONGEST {
            return Vec::new();
        }
        let mut found = self.alike(bare, DEPTH);
        if found.is_empty()
            && let Some(rest) = without_delimiter(bare)
        {
            found = self.known(rest, DEPTH, Difference::Spelling);
        }
        if found.is_empty() {
            found = self.said_twice(bare);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// What a name is that was taken for Latin-1 (`Îòïðàâëåííûå`).
    pub(super) fn misread(&self, name: &str) -> Vec<Resemblance<'a>> {
        let known = |meant: String| {
            let key = fold::exact(&meant);
            self.first(|layer| layer.exactly(&key))
        };
        let found = garbled::taken_for_latin(name).find_map(known);
        entries(found, Difference::Letters)
    }

    /// What a [`fold::bare`] key is like that no table has.
    fn alike(&self, bare: &str, depth: usize) -> Vec<Resemblance<'a>> {
        let found = self.spelt(bare, Difference::Spelling);
        if !found.is_empty() {
            return found;
        }
        if let Some(written) = written_plainly(bare) {
            let found = self.known(&written, 0, Difference::Letters);
            if !found.is_empty() {
                return found;
            }
        }
        let found = self.without_letters(bare);
        if !found.is_empty() {
            return found;
        }
        let Some(depth) = depth.checked_sub(1) else {
            return Vec::new();
        };
        let taken_off = [
            without_prefix(bare).map(|rest| (rest, Difference::Prefix)),
            without_number(bare),
            without_number_before(bare),
            without_address(bare).map(|rest| (rest, Difference::Address)),
            without_copy(bare).map(|rest| (rest, Difference::Copy)),
            without_owner(bare).map(|rest| (rest, Difference::Owner)),
        ];
        let mut taken_off = taken_off.into_iter().flatten();
        let found = taken_off.find_map(|(rest, difference)| {
            let found = self.known(rest, depth, difference);
            (!found.is_empty()).then_some(found)
        });
        found.unwrap_or_default()
    }

    /// What a name is that says one thing in two words, where a slash between them is no delimiter ("Spam/Junk").
    fn said_twice(&self, bare: &str) -> Vec<Resemblance<'a>> {
        let Some((one, other)) = bare.split_once(['/', '|']) else {
            return Vec::new();
        };
        let side = |side: &str| self.known(side.trim(), 0, Difference::Words);
        let other = side(other);
        let mut found = side(one);
        found.retain(|one| other.iter().any(|other| other.role == one.role));
        found
    }

    /// What is known of a name that is left when `difference` is taken off.
    fn known(&self, bare: &str, depth: usize, difference: Difference) -> Vec<Resemblance<'a>> {
        let found = entries(self.first(|layer| layer.barely(bare)), difference);
        let mut found = if found.is_empty() {
            let mut alike = if depth == 0 {
                self.spelt(bare, difference)
            } else {
                self.alike(bare, depth)
            };
            for one in &mut alike {
                one.difference = difference;
            }
            alike
        } else {
            found
        };
        // A year's mail or archive is kept apart on purpose, and so is a copy of one; who keeps sent mail by years may want it
        // together.
        let is_archive = found.iter().any(|one| one.role == Role::Archive);
        let can_merge = found.iter().any(|one| one.role.can_merge());
        let is_kept_apart = match difference {
            Difference::Year => is_archive || !can_merge,
            Difference::Copy => is_archive,
            _ => false,
        };
        if is_kept_apart {
            found.clear();
        }
        // Who writes under several names keeps their sent mail apart so; of other roles the word may well say what it is about.
        if difference == Difference::Owner && found.iter().any(|one| one.role != Role::Sent) {
            found.clear();
        }
        found
    }

    /// The entries of which a name is what a program leaves that knows no letters but ASCII's: it writes one sign for each
    /// other letter, or one for each of its two octets.
    fn without_letters(&self, bare: &str) -> Vec<Resemblance<'a>> {
        if !bare.contains(fold::LOST) {
            return Vec::new();
        }
        let lost = bare.replace(fold::LOST, fold::LOST_LETTER);
        let in_pairs = lost.replace("??", fold::LOST_LETTER);
        let mut keys = [lost, in_pairs].into_iter();
        let found = keys.find_map(|key| self.first(|layer| layer.in_ascii(&key)));
        entries(found, Difference::Letters)
    }

    /// The entries of the same letters, else the roles whose words it is made of.
    fn spelt(&self, bare: &str, difference: Difference) -> Vec<Resemblance<'a>> {
        let key = fold::joined_of(bare);
        let found = entries(self.first(|layer| layer.jointly(&key.letters)), difference);
        if !found.is_empty() {
            return found;
        }
        let made = built_in::WORDS.roles_of(&key).into_iter();
        made.map(|made| Resemblance {
            role: made.role,
            difference: Difference::Words,
            name: None,
            locale: made.language,
            source: SOURCE,
        })
        .collect()
    }

    /// What the strongest layer that knows anything says.
    fn first(&self, find: impl Fn(&'a Layer) -> FoundEntries<'a>) -> Option<FoundEntries<'a>> {
        let layers = self.own.iter().chain([&built_in::LAYER]);
        layers.map(find).find(|found| !found.is_empty())
    }
}

/// One for every role of every entry.
fn entries(found: Option<FoundEntries<'_>>, difference: Difference) -> Vec<Resemblance<'_>> {
    let found = found.into_iter().flat_map(FoundEntries::entries);
    found
        .flat_map(|(head, entry)| {
            entry.roles.iter().map(move |role| Resemblance {
                role: *role,
                difference,
                name: Some(&*entry.name),
                locale: &head.locale,
                source: &entry.source,
            })
        })
        .collect()
}

/// With one letter for those two that stand for it where a keyboard has no umlauts.
fn written_plainly(bare: &str) -> Option<String> {
    const TWO: [(&str, &str); 4] = [("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a")];
    let octets = bare.as_bytes();
    let has_two = octets
        .windows(2)
        .any(|two| matches!(two, b"ae" | b"oe" | b"ue" | b"aa"));
    has_two.then(|| {
        let plain = TWO.iter().fold(Cow::Borrowed(bare), |text, (two, one)| {
            text.replace(two, one).into()
        });
        plain.into_owned()
    })
}

/// Without the delimiter that somebody has typed with it ("Sent/").
fn without_delimiter(bare: &str) -> Option<&str> {
    let rest = bare.trim_matches(['/', '\\', '|', '.']).trim();
    (rest.len() < bare.len() && !rest.is_empty()).then_some(rest)
}

fn without_prefix(bare: &str) -> Option<&str> {
    let mut prefixes = PREFIXES.iter();
    let (prefix, rest) = prefixes.find_map(|prefix| Some((*prefix, bare.strip_prefix(prefix)?)))?;
    // "Mail queue" is a subject, "INBOX Sent" none.
    let may_follow = |sign: char| {
        matches!(sign, '.' | '/' | '\\' | '|' | '_' | '-' | ':') || sign == ' ' && prefix == INBOX
    };
    let rest = rest.strip_prefix(may_follow)?;
    let rest = rest.trim_start();
    (!rest.is_empty()).then_some(rest)
}

/// Without the number or year at the end, in brackets or not.
fn without_number(bare: &str) -> Option<(&str, Difference)> {
    let inner = bare.trim_end_matches([')', ']', ' ']);
    let rest = inner.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let difference = number(inner.get(rest.len()..)?)?;
    without_sign(rest).map(|rest| (rest, difference))
}

/// Without the number or year before it, by which people and programs put mailboxes in an order.
fn without_number_before(bare: &str) -> Option<(&str, Difference)> {
    let inner = bare.trim_start_matches(['(', '[', '#']);
    let rest = inner.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let difference = number(inner.get(..inner.len().checked_sub(rest.len())?)?)?;
    let name = rest.trim_start_matches(is_sign);
    let is_apart = name.len() < rest.len() && !name.is_empty();
    is_apart.then_some((name, difference))
}

/// What digits are.
fn number(digits: &str) -> Option<Difference> {
    match digits.len() {
        1..=DIGITS => Some(Difference::Number),
        4 if digits.parse().is_ok_and(|year| YEARS.contains(&year)) => Some(Difference::Year),
        _ => None,
    }
}

/// Without the address at the end or before it, in brackets or not.
fn without_address(bare: &str) -> Option<&str> {
    let is_between = |letter: char| matches!(letter, ' ' | '(' | '[' | '<' | '_');
    let (before, behind) = bare.rsplit_once('@')?;
    let is_domain = |domain: &str| domain.contains('.') && !domain.contains(' ');
    if let Some((rest, local)) = before.rsplit_once(is_between)
        && !local.is_empty()
        && is_domain(behind)
        && let Some(rest) = without_sign(rest)
    {
        return Some(rest);
    }
    let (domain, rest) = behind.split_once([' ', ')', ']', '>', '_'])?;
    let name = rest.trim_start_matches(is_sign);
    let is_address = is_domain(domain) && !before.is_empty() && !before.contains(' ');
    (is_address && !name.is_empty()).then_some(name)
}

/// Without the word for a copy at its end, or the one or two before it: the system that made the copy speaks its own language.
fn without_copy(bare: &str) -> Option<&str> {
    let is_copy = |words: &str| built_in::WORDS.is_copy(&fold::joined_of(words));
    let name = bare.trim_matches(is_sign);
    if let Some((rest, word)) = name.rsplit_once(is_sign)
        && is_copy(word)
    {
        return without_sign(rest);
    }
    let (one, behind) = name.split_once(is_sign)?;
    let behind = behind.trim_start_matches(is_sign);
    let after_two = behind.split_once(is_sign).map(|(_, rest)| rest);
    let after_two = after_two.filter(|rest| name.strip_suffix(rest).is_some_and(is_copy));
    let rest = after_two.or_else(|| is_copy(one).then_some(behind))?;
    let rest = rest.trim_start_matches(is_sign);
    (!rest.is_empty()).then_some(rest)
}

/// Without the one word behind it that is in brackets, or after a dash or an underscore.
fn without_owner(bare: &str) -> Option<&str> {
    const WORD: std::ops::RangeInclusive<usize> = 3..=20;
    let is_closed = bare.ends_with([')', ']']);
    let inner = bare.trim_end_matches([')', ']']);
    let (rest, word) = if is_closed {
        inner.rsplit_once(['(', '['])?
    } else {
        let dashed = inner.rsplit_once(" - ");
        let dashed = dashed.or_else(|| inner.rsplit_once(" – "));
        dashed.or_else(|| inner.rsplit_once('_'))?
    };
    let is_word = WORD.contains(&word.chars().count()) && word.chars().all(char::is_alphabetic);
    without_sign(rest).filter(|_| is_word)
}

/// Whether it joins a name to what stands before or behind it.
#[inline]
fn is_sign(letter: char) -> bool {
    matches!(
        letter,
        ' ' | '(' | '[' | '<' | '_' | '-' | '.' | '#' | ',' | ':' | ')' | ']' | '>'
    )
}

/// Without the sign that joins a name to what follows it; none where nothing is left.
fn without_sign(rest: &str) -> Option<&str> {
    let rest = rest.trim_end_matches(is_sign);
    (!rest.is_empty()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mapping::Mapping;
    use crate::model::role::Role::{Archive, Drafts, Inbox, Junk, Sent, Trash};

    fn like(name: &str) -> Vec<(Role, Difference)> {
        let mapping = Mapping::built_in();
        let mut like: Vec<_> = mapping
            .read(name)
            .resembles
            .iter()
            .map(|one| (one.role, one.difference))
            .collect();
        like.dedup();
        like
    }

    #[test]
    fn a_known_name_is_found_again_with_what_programs_and_people_add() {
        for (name, role, difference) in [
            ("Sent Items1", Sent, Difference::Number),
            ("Sent Items (2)", Sent, Difference::Number),
            ("Drafts_1", Drafts, Difference::Number),
            ("sent_01", Sent, Difference::Number),
            ("Удаленные_0", Trash, Difference::Number),
            ("Archive1", Archive, Difference::Number),
            ("Inbox1", Inbox, Difference::Number),
            ("Sent Items 2019", Sent, Difference::Year),
            ("Sent (alice@example.com)", Sent, Difference::Address),
            ("Sent - Anna", Sent, Difference::Owner),
            ("Sent (work)", Sent, Difference::Owner),
            ("Envoyés_jean", Sent, Difference::Owner),
            ("INBOX.Sent - Anna", Sent, Difference::Prefix),
            ("INBOX.Sent", Sent, Difference::Prefix),
            ("INBOX Sent", Sent, Difference::Prefix),
            ("INBOX_Sent", Sent, Difference::Prefix),
            ("INBOX/Sent", Sent, Difference::Prefix),
            ("INBOX\\Drafts", Drafts, Difference::Prefix),
            ("Sent/", Sent, Difference::Spelling),
            ("/Sent Items", Sent, Difference::Spelling),
            ("Papierkorb|", Trash, Difference::Spelling),
            ("Spam/Junk", Junk, Difference::Words),
            ("Papierkorb / Gelöschte Mails", Trash, Difference::Words),
            ("INBOX.Sent Items1", Sent, Difference::Prefix),
            ("Sent_Items", Sent, Difference::Spelling),
            ("Messages_envoyés", Sent, Difference::Spelling),
            ("Messagesenvoyes", Sent, Difference::Spelling),
            ("01 Sent", Sent, Difference::Number),
            ("1. Inbox", Inbox, Difference::Number),
            ("02_Drafts", Drafts, Difference::Number),
            ("(3) Gesendete Elemente", Sent, Difference::Number),
            ("2019 - Sent Items", Sent, Difference::Year),
            ("alice@example.com Sent", Sent, Difference::Address),
            ("Konsepte - Copy", Drafts, Difference::Copy),
            ("Copy of Gesendete Elemente", Sent, Difference::Copy),
            ("Papierkorb (old)", Trash, Difference::Copy),
            ("Envoyés - Kopie", Sent, Difference::Copy),
            ("[alice@example.com] - Trash", Trash, Difference::Address),
            ("📤 Sent", Sent, Difference::Spelling),
            ("🗑\u{fe0f} Papierkorb", Trash, Difference::Spelling),
            ("mail/sent-mail", Sent, Difference::Prefix),
            ("Envoy?s", Sent, Difference::Letters),
            ("??l??ments envoy??s", Sent, Difference::Letters),
            ("Gel_schte Elemente", Trash, Difference::Letters),
            ("Gel\u{fffd}schte Elemente", Trash, Difference::Letters),
            ("Îòïðàâëåííûå", Sent, Difference::Letters),
            ("þÅÒÎÏ×ÉËÉ", Drafts, Difference::Letters),
            ("Geloeschte Elemente", Trash, Difference::Letters),
            ("Entwuerfe", Drafts, Difference::Letters),
        ] {
            assert_eq!(like(name), [(role, difference)], "{name}");
        }
    }

    #[test]
    fn names_made_of_one_language_s_words_are_found() {
        for (name, role) in [
            ("Verschickte Mails", Sent),
            ("Correos mandados", Sent),
            ("Usunięte e-maile", Trash),
            ("Отосланные письма", Sent),
            ("Drafts folder", Drafts),
            ("[Gmail]Sent", Sent),
            ("Outlook Sent Items", Sent),
            ("Deleted Items (This computer only)", Trash),
            ("Local archive", Archive),
            ("Lokales Archiv", Archive),
            ("Drafts (local)", Drafts),
        ] {
            assert_eq!(like(name), [(role, Difference::Words)], "{name}");
        }
    }

    #[test]
    fn a_word_of_two_roles_leaves_the_role_open() {
        let roles: Vec<Role> = like("Rubbish mail 2")
            .into_iter()
            .map(|(role, _)| role)
            .collect();
        assert_eq!(roles, [Trash]);
        let roles: Vec<Role> = like("Garbage").into_iter().map(|(role, _)| role).collect();
        assert_eq!(roles, [Trash, Junk]);
    }

    #[test]
    fn what_holds_anything_else_resembles_nothing() {
        for name in [
            "Sent to print",
            "Junk yard photos",
            "Draft picks 2019",
            "Archive 2019",
            "Archives (2020)",
            "Sent - to Anna",
            "Sent (37)a",
            "Drafts (contracts)",
            "Archive - HR",
            "Trash_metal",
            "Spam - reports",
            "Outgoing (shipping)",
            "Old archive",
            "Sent-aug-2005",
            "My Drafts of the novel",
            "My archives",
            "Sent 365",
            "1",
            "2019",
            "(2)",
            "alice@example.com",
            "INBOX.Kunden",
            "INBOX Kunden",
            "Inbox of Bob",
            "Kunden/",
            "/",
            "Presentations",
            "Sentinel",
            "Verschickte Rechnungen",
            "Bin",
            "Ѕеnt",
            "2019 Archive",
            "Archief - Copy",
            "Old",
            "Copy of",
            "Copy of invoices",
            "Projekte (old)",
            "365 Sent",
            "1Sent letters",
            "?????",
            "K_s",
            "Why sent?",
            "alice@example.com invoices",
            "3rd drafts",
        ] {
            assert_eq!(like(name), [], "{name}");
        }
    }
}

//! Language: what people are told, English and French side by side.
//!
//! In: names and numbers. Out: [`Phrase`]s, each in every language. Never: a sentence that one language lacks or that
//! fills in less in one of them (neither compiles), a choice of language: who shows a sentence chooses.
//!
//! Whoever has something to say takes it from [`text`], so that all other rooms are free of languages: a finding, a plan,
//! a receipt hold what was said, and only a table or a question picks the words. JSON is English, and what is read back from
//! it stays so; the journal has both languages.

mod account;
mod address;
mod ask;
mod client;
mod code;
mod command;
mod connection;
mod copying;
mod demo;
mod evidence;
mod file;
mod filter;
mod finding;
pub mod help;
mod import;
mod login;
mod many;
mod names;
mod page;
mod plan;
mod plan_fault;
mod receipt;
mod role;
mod run;
mod server;
mod steps;
mod stored;
mod story;
mod system;
mod table;
mod typography;
mod usage;

use stored::InBoth;
pub use stored::in_both;
pub use typography::with_french_spaces;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Every sentence there is: to correct a translation, change the line in the page that has it.
///
/// One word for one thing, as an administrator of mail says it: mailbox is *dossier*, account *compte*, role *rôle*, keep
/// *garder*, merge *fusionner*, mark *marquer*, subscribed *abonné*, run *exécution*, undo *annuler*, mail *courrier*,
/// mail client *logiciel de messagerie*, or *logiciel* where that is clear. Codes, commands, options and the words of roles behind an
/// option (`--include trash`) are what people type, and stay.
pub mod text {
    pub use super::{
        account::*, address::*, ask::*, client::*, code::*, command::*, connection::*, copying::*,
        demo::*, evidence::*, file::*, filter::*, finding::*, import::*, login::*, many::*,
        names::*, page::*, plan::*, plan_fault::*, receipt::*, role::*, run::*, server::*,
        steps::*, story::*, system::*, table::*, usage::*,
    };
}

/// A language that rolecall speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// French.
    French,
}

impl Language {
    /// Every language.
    pub const EVERY: [Self; 2] = [Self::English, Self::French];

    /// The language of a locale as POSIX writes it (`fr_FR.UTF-8`); English where it is none of ours.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        let language = locale.split(['_', '.', '@', '-']).next();
        if language.is_some_and(|language| language.eq_ignore_ascii_case("fr")) {
            Self::French
        } else {
            Self::English
        }
    }

    /// Text for people as this language is printed. It is the last thing that is done to it: what makes names safe shows
    /// such spaces, and what breaks lines knows these signs.
    #[must_use]
    pub fn typeset(self, text: &str) -> String {
        match self {
            Self::English => text.to_owned(),
            Self::French => with_french_spaces(text),
        }
    }
}

/// A sentence or a fragment of one, in every language.
///
/// As data it is its English, in a journal both ([`in_both`]); two that are equal in English are equal.
#[derive(Debug, Clone, Default, Eq)]
pub struct Phrase {
    english: Box<str>,
    french: Box<str>,
}

impl Phrase {
    /// As one language says it. Names in it are raw: whoever shows it makes it safe.
    #[must_use]
    pub fn say(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::French => &self.french,
        }
    }

    /// As data has it.
    #[must_use]
    pub fn english(&self) -> &str {
        &self.english
    }

    /// The same sentence with this French.
    #[must_use]
    pub fn with_french(&self, french: String) -> Self {
        Self {
            english: self.english.clone(),
            french: french.into(),
        }
    }

    /// The same done to what each language says.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self {
            english: change(&self.english).into(),
            french: change(&self.french).into(),
        }
    }

    /// Parts with the same sign between them.
    #[must_use]
    pub fn joined(parts: impl IntoIterator<Item = impl Into<Self>>, sign: &str) -> Self {
        let parts: Vec<Self> = parts.into_iter().map(Into::into).collect();
        let join = |language| {
            let parts: Vec<&str> = parts.iter().map(|part| part.say(language)).collect();
            parts.join(sign)
        };
        Self {
            english: join(Language::English).into(),
            french: join(Language::French).into(),
        }
    }

    /// `A`, `A and B`, `A, B and C`.
    #[must_use]
    pub fn and(mut parts: Vec<Self>) -> Self {
        match parts.pop() {
            Some(last) if !parts.is_empty() => text::and(Self::joined(parts, ", "), last),
            last => last.unwrap_or_default(),
        }
    }

    /// `A`, `A or B`, `A or B or C`.
    #[must_use]
    pub fn or(parts: impl IntoIterator<Item = impl Into<Self>>) -> Self {
        let parts = parts.into_iter().map(Into::into);
        parts.reduce(text::or).unwrap_or_default()
    }

    /// `A; B; C`.
    #[must_use]
    pub fn clauses(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().reduce(text::clauses).unwrap_or_default()
    }
}

impl Serialize for Phrase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (en, fr) = (&*self.english, &*self.french);
        InBoth { en, fr }.write(serializer)
    }
}

impl<'de> Deserialize<'de> for Phrase {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let InBoth { en, fr } = InBoth::read(deserializer)?;
        Ok(Self {
            english: en.into(),
            french: fr.into(),
        })
    }
}

/// Any text.
impl JsonSchema for Phrase {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        String::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

impl PartialEq for Phrase {
    fn eq(&self, other: &Self) -> bool {
        self.english == other.english
    }
}

impl Ord for Phrase {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.english.cmp(&other.english)
    }
}

impl PartialOrd for Phrase {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq<str> for Phrase {
    fn eq(&self, other: &str) -> bool {
        *self.english == *other
    }
}

impl PartialEq<&str> for Phrase {
    fn eq(&self, other: &&str) -> bool {
        *self.english == **other
    }
}

/// A name, or what somebody else said: the same in every language.
impl From<std::borrow::Cow<'_, str>> for Phrase {
    fn from(text: std::borrow::Cow<'_, str>) -> Self {
        text.into_owned().into()
    }
}

/// A name, or what somebody else said: the same in every language.
impl From<&str> for Phrase {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Self {
            english: text.as_str().into(),
            french: text.into(),
        }
    }
}

impl From<&String> for Phrase {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<u64> for Phrase {
    fn from(number: u64) -> Self {
        count(number).into()
    }
}

impl From<&Self> for Phrase {
    fn from(phrase: &Self) -> Self {
        phrase.clone()
    }
}

impl From<Phrase> for String {
    fn from(phrase: Phrase) -> Self {
        phrase.english.into()
    }
}

/// A number in groups of three: `12 040`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(' ');
        }
        grouped.push(digit);
    }
    grouped
}

/// A time in microseconds, in milliseconds below one second: `47.3 ms`, `2.13 s`.
#[must_use]
pub fn time(micros: u64) -> Phrase {
    let with = |number: String, unit: &str| Phrase {
        french: format!("{} {unit}", number.replace('.', ",")).into(),
        english: format!("{number} {unit}").into(),
    };
    if micros < 1_000_000 {
        let tenths = (micros + 50) / 100;
        return with(format!("{}.{}", tenths / 10, tenths % 10), "ms");
    }
    let hundredths = micros.saturating_add(5_000) / 10_000;
    with(format!("{}.{:02}", hundredths / 100, hundredths % 100), "s")
}

/// Octets as people read them: `812 B`, `48 KB`, `1.2 GB`; a kilobyte is 1 000 octets.
#[must_use]
pub fn size(octets: u64) -> Phrase {
    const UNITS: [&str; 6] = ["K", "M", "G", "T", "P", "E"];
    let with = |number: String, unit: &str| Phrase {
        french: format!("{} {unit}o", number.replace('.', ",")).into(),
        english: format!("{number} {unit}B").into(),
    };
    if octets < 1_000 {
        return with(octets.to_string(), "");
    }
    let octets = u128::from(octets);
    let mut unit = 1_000_u128;
    for word in UNITS {
        let tenths = (octets * 10 + unit / 2) / unit;
        if tenths < 100 {
            return with(format!("{}.{}", tenths / 10, tenths % 10), word);
        }
        let whole = (octets + unit / 2) / unit;
        if whole < 1_000 {
            return with(whole.to_string(), word);
        }
        unit *= 1_000;
    }
    // 2^64 octets are 18 EB.
    "?".into()
}

/// Makes errors of a type that says what happened in every language: as an error it is its English.
macro_rules! errors_that_say {
    ($($error:ty),*) => {
        $(
            impl std::fmt::Display for $error {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(self.said().english())
                }
            }

            impl std::error::Error for $error {}
        )*
    };
}
pub(crate) use errors_that_say;

/// Makes a function of each sentence: its name, what is filled in, English, French.
macro_rules! texts {
    ($($text:ident ( $($key:ident),* ) $english:literal $french:literal)*) => {
        $(
            #[doc = concat!("`` ", $english, " ``")]
            #[must_use]
            #[allow(clippy::useless_format, reason = "some sentences fill nothing in")]
            pub fn $text($($key: impl Into<$crate::language::Phrase>),*) -> $crate::language::Phrase {
                $(let $key: $crate::language::Phrase = $key.into();)*
                $crate::language::Phrase {
                    english: {
                        $(let $key = &*$key.english;)*
                        format!($english).into()
                    },
                    french: {
                        $(let $key = &*$key.french;)*
                        format!($french).into()
                    },
                }
            }
        )*

        #[cfg(test)]
        pub(super) const TEXTS: &[(&str, &str, &str)] =
            &[$((stringify!($text), $english, $french),)*];
    };
}
use texts;

/// Makes a function of each counted word: `1 message`, `12 040 messages`. In French nought is one.
macro_rules! counts {
    ($($text:ident ( $one:literal $many:literal ) ( $un:literal $plusieurs:literal ))*) => {
        $(
            #[doc = concat!("`12 ", $many, "`")]
            #[must_use]
            pub fn $text(number: u64) -> $crate::language::Phrase {
                let count = $crate::language::count(number);
                $crate::language::Phrase {
                    english: format!("{count} {}", if number == 1 { $one } else { $many }).into(),
                    french: format!("{count} {}", if number < 2 { $un } else { $plusieurs }).into(),
                }
            }
        )*
    };
}
use counts;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_its_english_as_data_and_what_is_read_back_stays_english() {
        let said = text::no_such_mailbox();
        let data = serde_json::to_string(&said).unwrap();
        assert_eq!(data, "\"there is no such mailbox\"");
        let back: Phrase = serde_json::from_str(&data).unwrap();
        assert_eq!(back, said);
        assert_eq!(back.say(Language::French), "there is no such mailbox");
    }

    #[test]
    fn a_sentence_is_stored_in_both_languages_where_that_is_wanted_and_nowhere_else() {
        let said = vec![text::no_such_mailbox(), "INBOX".into()];
        let data = in_both(|| serde_json::to_string(&said).unwrap());
        let both = r#"{"en":"there is no such mailbox","fr":"ce dossier n'existe pas"}"#;
        assert_eq!(data, format!("[{both},\"INBOX\"]"));
        let back: Vec<Phrase> = in_both(|| serde_json::from_str(&data).unwrap());
        assert_eq!(back, said);
        for language in Language::EVERY {
            let [one, other] = [&back, &said].map(|all| all[0].say(language));
            assert_eq!(one, other);
        }
        assert!(serde_json::from_str::<Vec<Phrase>>(&data).is_err());
        let english = r#"["there is no such mailbox"]"#;
        let old: Vec<Phrase> = in_both(|| serde_json::from_str(english).unwrap());
        assert_eq!(old, said[..1]);
        let unknown = r#"{"en":"","fr":"","de":""}"#;
        assert!(in_both(|| serde_json::from_str::<Phrase>(unknown)).is_err());
    }

    #[test]
    fn text_is_set_as_its_language_is_printed() {
        let typed = "« Sent » : oui";
        assert_eq!(Language::English.typeset(typed), typed);
        let set = "«\u{a0}Sent\u{a0}»\u{a0}: oui";
        assert_eq!(Language::French.typeset(typed), set);
    }

    #[test]
    fn what_is_filled_in_keeps_its_braces() {
        let said = text::not_there_any_more("{mailbox} {}");
        for language in Language::EVERY {
            assert!(said.say(language).contains("{mailbox} {}"));
        }
    }

    const PAGES: [&[(&str, &str, &str)]; 28] = [
        account::TEXTS,
        address::TEXTS,
        ask::TEXTS,
        client::TEXTS,
        command::TEXTS,
        connection::TEXTS,
        copying::TEXTS,
        demo::TEXTS,
        evidence::TEXTS,
        file::TEXTS,
        filter::TEXTS,
        finding::TEXTS,
        import::TEXTS,
        login::TEXTS,
        many::TEXTS,
        names::TEXTS,
        page::TEXTS,
        plan::TEXTS,
        plan_fault::TEXTS,
        receipt::TEXTS,
        role::TEXTS,
        run::TEXTS,
        server::TEXTS,
        steps::TEXTS,
        story::TEXTS,
        system::TEXTS,
        table::TEXTS,
        usage::TEXTS,
    ];

    #[test]
    fn every_sentence_is_translated_and_set_as_french_is() {
        for (text, english, french) in PAGES.into_iter().flatten() {
            let words = |text: &str| {
                text.split('{')
                    .map(|part| part.rsplit('}').next().unwrap_or("").to_owned())
                    .collect::<String>()
            };
            let has_words = words(english)
                .chars()
                .filter(|letter| letter.is_alphabetic())
                .count()
                > 1;
            let same = [
                "head_messages",
                "head_source",
                "head_version",
                "info",
                "letter_invisible",
                "story_message",
            ];
            assert!(
                !has_words || same.contains(text) || english != french,
                "{text}"
            );
            assert!(!french.contains('"'), "{text}: names stand in guillemets");
            for (at, sign) in french.match_indices([':', ';', '?', '!']) {
                let (before, after) = (&french[..at], &french[at + sign.len()..]);
                let ends_a_part = after.is_empty() || after.starts_with(' ');
                assert!(!ends_a_part || before.ends_with(' '), "{text}: {french}");
            }
        }
    }

    #[test]
    fn parts_stand_in_a_row_as_each_language_says_it() {
        let row = |parts: &[&str]| Phrase::and(parts.iter().map(|part| (*part).into()).collect());
        assert_eq!(row(&[]), "");
        assert_eq!(row(&["A"]), "A");
        assert_eq!(row(&["A", "B", "C"]), "A, B and C");
        assert_eq!(row(&["A", "B", "C"]).say(Language::French), "A, B et C");
        assert_eq!(Phrase::or(["A", "B"]).say(Language::French), "A ou B");
    }

    #[test]
    fn octets_are_rounded_to_two_or_three_digits() {
        for (octets, english, french) in [
            (0, "0 B", "0 o"),
            (999, "999 B", "999 o"),
            (1_000, "1.0 KB", "1,0 Ko"),
            (9_949, "9.9 KB", "9,9 Ko"),
            (9_950, "10 KB", "10 Ko"),
            (48_211, "48 KB", "48 Ko"),
            (999_499, "999 KB", "999 Ko"),
            (999_500, "1.0 MB", "1,0 Mo"),
            (1_234_567_890, "1.2 GB", "1,2 Go"),
            (u64::MAX, "18 EB", "18 Eo"),
        ] {
            let said = size(octets);
            assert_eq!(
                (said.english(), said.say(Language::French)),
                (english, french)
            );
        }
    }

    #[test]
    fn numbers_are_grouped_and_nought_is_many_in_english_and_one_in_french() {
        let told = [0, 1, 12_040].map(text::messages);
        let english = told
            .clone()
            .map(|one| one.say(Language::English).to_owned());
        assert_eq!(english, ["0 messages", "1 message", "12 040 messages"]);
        let french = told.map(|one| one.say(Language::French).to_owned());
        assert_eq!(french, ["0 message", "1 message", "12 040 messages"]);
    }
}

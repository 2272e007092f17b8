//! The targets of fuzzing: every reader of what strangers write, and every writer of what strangers are quoted in.
//!
//! In: any octets. Out: nothing; a target panics where what it holds is broken. For tests only: the short run gives each a
//! few thousand inputs, `tests/run --long` a million, and the crate in `fuzz/` lets bolero's engines choose them.

use std::{collections::BTreeMap, path::Path};

use unicode_normalization::UnicodeNormalization as _;

use crate::{
    apply::{self, Books},
    cli, clients,
    config::{
        account::Account,
        accounts,
        import::{self, ImportHost, ListForm},
        words,
    },
    discover, imap,
    mapping::{self, fold},
    model::{
        harmless::{self, is_deceptive, is_hidden},
        mailbox::MailboxName,
        mutf7,
        uid::UidSet,
    },
    report::{text::safe, yaml},
    secret::{Mask, Secret},
    sieve::{self, NameEncoding, NotRewritten},
    store::Act,
};

/// A target: it is given one input.
pub type Target = fn(&[u8]);

/// Every target by its name, which is the folder of its first inputs too.
pub const TARGETS: &[(&str, Target)] = &[
    ("response", imap::fuzz::response),
    ("list", list),
    ("sets", sets),
    ("mutf7", names),
    ("fold", folds),
    ("mapping", mappings),
    ("plan", plans),
    ("accounts", account_files),
    ("journal", journals),
    ("escapes", escapes),
    ("commands", commands),
    ("mask", masks),
    ("sieve", scripts),
    ("lists", lists_of_accounts),
    ("autoconfig", discover::fuzz::document),
];

/// The most UIDs of a set.
const MOST: usize = 10_000;

fn text(octets: &[u8]) -> String {
    String::from_utf8_lossy(octets).into_owned()
}

/// What LIST shows, and a command can carry, is written down and read back octet by octet.
fn list(octets: &[u8]) {
    let is_sendable = |name: &[u8]| {
        let mut octets = name.iter();
        !name.is_empty() && octets.all(|octet| !matches!(octet, 0 | b'\r' | b'\n'))
    };
    if let Some((name, _, _)) = imap::fuzz::listed(octets).filter(|(name, _, _)| is_sendable(name))
    {
        let shown = mutf7::shown(&name, false);
        let name = MailboxName::new(name, shown);
        let json = harmless::json(&name).unwrap_or_default();
        let back: Option<MailboxName> = serde_json::from_str(&json).ok();
        assert!(back == Some(name), "{json}");
    }
    let _ = imap::fuzz::status(octets);
}

/// Sets of UIDs: COPYUID, ESEARCH, SEARCH.
fn sets(octets: &[u8]) {
    let line = text(octets);
    if let Some(copied) = imap::fuzz::copied(&line) {
        assert!(copied.pairs.iter().all(|(from, to)| *from > 0 && *to > 0));
    }
    let _ = imap::fuzz::found(octets);
    if let Some(set) = UidSet::parse(&line, MOST) {
        assert!(set.len() <= MOST);
        assert!(UidSet::parse(&set.to_string(), MOST) == Some(set));
    }
}

fn names(octets: &[u8]) {
    if let Some(name) = mutf7::decode(octets) {
        assert!(mutf7::decode(&mutf7::encode(&name)) == Some(name));
    }
    let name = text(octets);
    assert!(mutf7::decode(&mutf7::encode(&name)) == Some(name));
    let _ = (mutf7::shown(octets, false), mutf7::shown(octets, true));
}

/// All Unicode forms of a name are one name.
fn folds(octets: &[u8]) {
    let name = text(octets);
    let (composed, taken_apart): (String, String) = (name.nfc().collect(), name.nfd().collect());
    for fold in [fold::exact, fold::bare] {
        assert!(fold(&composed) == fold(&taken_apart), "{name:?}");
    }
    let _ = (fold::skeleton(&name), fold::suspects(&name));
}

fn mappings(octets: &[u8]) {
    let text = text(octets);
    let _ = mapping::file::parse("fuzz.yaml", &text);
    let _ = clients::parse(&text);
}

fn plans(octets: &[u8]) {
    let text = text(octets);
    for is_json in [false, true] {
        if let Ok(plan) = cli::parse_plan(&text, is_json) {
            assert!(plan.is_intact() && plan.check().is_ok());
        }
    }
}

fn account_files(octets: &[u8]) {
    for name in ["fuzz.csv", "fuzz.yaml"] {
        if let Ok(entries) = accounts::parse(Path::new(name), octets, None) {
            assert!(!entries.is_empty());
            for entry in entries {
                let url = &entry.account.id.url;
                assert!(Account::parse(url).is_ok() || url.contains('%'), "{url}");
            }
        }
    }
    let text = text(octets);
    let _ = (words::target(&text), words::override_role(&text));
    let _ = (words::tag(&text), Account::parse(&text));
}

/// What servers and panels write of accounts: each that is read can be typed.
fn lists_of_accounts(octets: &[u8]) {
    let text = text(octets);
    let host = ImportHost::parse("imap.example.com").ok();
    for form in std::iter::once(None).chain(ListForm::EVERY.map(Some)) {
        for host in [None, host.as_ref()] {
            let accounts = import::read(&text, form, host).map(|list| list.accounts);
            for account in accounts.unwrap_or_default() {
                let typed = account.written();
                assert!(Account::parse(&typed) == Ok(account), "{typed}");
            }
        }
    }
}

/// A journal, sealed or not.
fn journals(octets: &[u8]) {
    apply::fuzz::records(&text(octets));
    if let Ok(books) = Books::read(octets) {
        assert!(Books::read(octets).is_ok_and(|again| again == books));
    }
}

/// Whatever strangers write is shown without acting on the terminal, and data say the same behind all escapes.
fn escapes(octets: &[u8]) {
    let text = text(octets);
    let shown = safe(&text);
    assert!(!shown.chars().any(is_hidden), "{text:?}");
    assert!(safe(&shown) == shown, "{text:?}");
    let json = harmless::json(&text).unwrap_or_default();
    assert!(!json.chars().any(is_deceptive));
    assert!(serde_json::from_str::<String>(&json).ok() == Some(text.clone()));
    let data = std::collections::BTreeMap::from([("text", &text)]);
    if let Ok(block) = yaml::block(&data) {
        let mut letters = block.chars().filter(|letter| *letter != '\n');
        assert!(!letters.any(is_deceptive), "{text:?}");
    }
}

/// A name is one argument of one command, or nothing is sent.
fn commands(octets: &[u8]) {
    let name = MailboxName::new(octets.to_vec(), text(octets));
    let act = Act::Rename {
        from: name.clone(),
        to: name,
    };
    let is_sendable = !octets
        .iter()
        .any(|octet| matches!(octet, 0 | b'\r' | b'\n'));
    let sent = imap::fuzz::sent(&act);
    assert!(sent.is_some() == is_sendable);
    let Some(sent) = sent else { return };
    let is_quoted = octets.iter().all(|octet| matches!(octet, b' '..=b'~'));
    let lines = sent.split(|octet| *octet == b'\n').count();
    assert!(lines == if is_quoted { 2 } else { 4 }, "{octets:?}");
}

/// A secret that stands anywhere is not there any more.
fn masks(octets: &[u8]) {
    let text = text(octets);
    let half = text.chars().count() / 2;
    let secret: String = text.chars().take(half.min(40)).collect();
    let mask = Mask::of(&Secret::new(secret.clone()));
    let masked = mask.text(&format!("{secret} and {text}"));
    // The mask's own stars, with what stands beside them, may spell one that begins or ends with a star.
    let may_be_spelt = secret.starts_with('*') || secret.ends_with('*');
    if secret.chars().count() >= 8 && !may_be_spelt && !" and ".contains(&secret) {
        assert!(!masked.contains(&secret), "{secret:?} in {masked:?}");
    }
    let _ = mask.is_in(octets);
}

/// A script is itself when nothing is renamed, and the same script with another name when a mailbox is.
fn scripts(octets: &[u8]) {
    let Ok(script) = sieve::read(octets) else {
        return;
    };
    for encoding in [NameEncoding::Utf8, NameEncoding::Mutf7] {
        let same = script.rewritten(&BTreeMap::new(), encoding);
        assert!(same.map_or(true, |same| same == octets));
        let names = script.filings().iter().take(8);
        for old in names.filter_map(|filing| filing.mailbox(encoding)) {
            let renames = BTreeMap::from([(old, "R\u{e9}&\"\\ }; stop;#".to_owned())]);
            match script.rewritten(&renames, encoding) {
                Ok(new) => assert!(new != octets),
                Err(error) => assert!(error != NotRewritten::ChangesMore),
            }
        }
    }
}

//! Compiles the mapping table in: reads `mappings/`, checks it, and writes it down as constants with their indexes.
//!
//! In: every file of `mappings/locales`, `mappings/providers.yaml`, `mappings/words.yaml`. Out: `built_in.rs` in `OUT_DIR`, which
//! `src/mapping/built_in.rs` includes. Never: a second parser or fold; the files of `src/mapping` that read a user's
//! table are compiled in here too, so that what the build laid out is what a lookup finds.

#![allow(dead_code, unfulfilled_lint_expectations, unused_imports)]

use std::{
    borrow::Cow,
    env,
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, exit},
};

use serde::Deserialize;

use language::text;
use mapping::{
    Fault, TableError, file, fold, form,
    index::{FILTER, Index},
    layer::Layer,
    raw::Pairs,
    words::{EVERY_LANGUAGE, NameWord, WordKind, Words},
};
use model::role::Role;

#[path = "src/language/mod.rs"]
mod language;

#[path = "src/model"]
mod model {
    pub mod io_error;
    pub mod role;
}

#[path = "src/mapping"]
mod mapping {
    pub mod fault;
    pub mod file;
    pub mod fold;
    pub mod form;
    pub mod index;
    pub mod layer;
    pub mod nearest;
    pub mod raw;
    pub mod table;
    pub mod words;

    pub use fault::{Fault, with_lines};
    pub use file::TableError;
}

const LOCALES: &str = "mappings/locales";
const PROVIDERS: &str = "mappings/providers.yaml";
const WORDS: &str = "mappings/words.yaml";
/// A shorter word of Latin letters means too much elsewhere to count by itself.
const SHORTEST: usize = 4;

/// What one provider calls its mailboxes, as `providers.yaml` has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProviderForm {
    provider: String,
    hosts: Vec<String>,
    #[serde(default)]
    software: Vec<String>,
    #[serde(default)]
    tells: Vec<String>,
    #[serde(default)]
    levels: Vec<String>,
    roles: Option<Pairs<Vec<String>>>,
    source: String,
}

/// The words of one language, as `words.yaml` has them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LanguageForm {
    locale: String,
    #[serde(default)]
    endings: Vec<String>,
    items: Vec<String>,
    #[serde(default)]
    particles: Vec<String>,
    #[serde(default)]
    mine: Vec<String>,
    #[serde(default)]
    copies: Vec<String>,
    #[serde(default)]
    inbox: Vec<String>,
    #[serde(default)]
    sent: Vec<String>,
    #[serde(default)]
    drafts: Vec<String>,
    #[serde(default)]
    trash: Vec<String>,
    #[serde(default)]
    junk: Vec<String>,
    #[serde(default)]
    archive: Vec<String>,
    #[serde(default)]
    outbox: Vec<String>,
    #[serde(default)]
    templates: Vec<String>,
}

impl LanguageForm {
    /// Every word with what it is for.
    fn words(&self) -> impl Iterator<Item = (WordKind, &String)> {
        let lists = [
            (WordKind::Item, &self.items),
            (WordKind::Particle, &self.particles),
            (WordKind::Mine, &self.mine),
            (WordKind::Copy, &self.copies),
            (WordKind::Role(Role::Inbox), &self.inbox),
            (WordKind::Role(Role::Sent), &self.sent),
            (WordKind::Role(Role::Drafts), &self.drafts),
            (WordKind::Role(Role::Trash), &self.trash),
            (WordKind::Role(Role::Junk), &self.junk),
            (WordKind::Role(Role::Archive), &self.archive),
            (WordKind::Role(Role::Outbox), &self.outbox),
            (WordKind::Role(Role::Templates), &self.templates),
        ];
        let lists = lists.into_iter();
        lists.flat_map(|(kind, list)| list.iter().map(move |word| (kind, word)))
    }
}

/// Reads the words of all languages, or says what is wrong with them.
fn parse_words(text: &str) -> Result<Words, String> {
    let forms: Vec<LanguageForm> = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
    let mut languages: Vec<Cow<'static, str>> = Vec::new();
    let mut keyed: Vec<(String, NameWord)> = Vec::new();
    for form in forms {
        let language = if form.locale == EVERY_LANGUAGE {
            None
        } else {
            let number = u8::try_from(languages.len()).ok();
            let number = number.filter(|number| u32::from(*number) < u128::BITS);
            languages.push(form.locale.clone().into());
            Some(number.ok_or("more languages than a set of 128 holds")?)
        };
        for (kind, written) in form.words() {
            for (key, alone) in forms_of(written, &form.endings) {
                if key.is_empty() {
                    return Err(format!("{}: \"{written}\" has no letters", form.locale));
                }
                let word = NameWord {
                    language,
                    kind,
                    alone,
                };
                keyed.push((key, word));
            }
        }
    }
    let index = Index::new(keyed.iter().map(|(key, _)| key.clone()));
    let words: Vec<NameWord> = keyed.iter().map(|(_, word)| *word).collect();
    Ok(Words {
        languages: languages.into(),
        uses: words.into(),
        filter: filter(&index).into(),
        index,
    })
}

/// A bit for every hash that a key has.
fn filter(index: &Index) -> Vec<u64> {
    let mut filter = vec![0; FILTER / 64];
    for key in index.keys.iter() {
        if let Some(bits) = filter.get_mut(key.hash as usize % FILTER / 64) {
            *bits |= 1 << (key.hash % 64);
        }
    }
    filter
}

/// The keys of a word with each of its endings, and whether it counts by itself.
fn forms_of(written: &str, endings: &[String]) -> impl Iterator<Item = (String, bool)> {
    let (word, beside) = match written.strip_suffix('+') {
        Some(word) => (word, true),
        None => (written, false),
    };
    let (stem, endings) = match word.strip_suffix('~') {
        Some(stem) => (stem, endings),
        None => (word, &[][..]),
    };
    let forms = std::iter::once(stem.to_owned())
        .chain(endings.iter().map(move |ending| format!("{stem}{ending}")));
    forms.map(move |form| {
        let key = fold::joined(&form);
        let is_short = key.is_ascii() && key.len() < SHORTEST;
        (key, !beside && !is_short)
    })
}

/// One provider, checked and folded.
struct Provider {
    name: String,
    hosts: Vec<String>,
    software: Vec<String>,
    tells: Vec<String>,
    levels: Vec<String>,
    names: Vec<(String, Role)>,
    source: String,
}

fn main() {
    for input in ["build.rs", "src/mapping", "src/model/role.rs", "mappings"] {
        println!("cargo::rerun-if-changed={input}");
    }
    println!("cargo::rustc-env=ROLECALL_VERSION={}", version());
    let mut code = String::new();
    write_layer(&mut code, &layer());
    write_providers(&mut code, &providers());
    write_words(&mut code, &all_words());
    let folder = env::var_os("OUT_DIR").unwrap_or_default();
    let file = Path::new(&folder).join("built_in.rs");
    if let Err(error) = fs::write(&file, code) {
        stop(&format!("cannot write {}: {error}", file.display()));
    }
}

/// The version with the commit that is built, where that is known.
fn version() -> String {
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    commit().map_or(version.clone(), |commit| format!("{version} ({commit})"))
}

/// The commit: `ROLECALL_COMMIT` for builds without a repository, else what git says. Git is asked for releases only, so that
/// a commit does not make tests be compiled anew.
fn commit() -> Option<String> {
    println!("cargo::rerun-if-env-changed=ROLECALL_COMMIT");
    let stated = env::var("ROLECALL_COMMIT").ok();
    if let Some(commit) = stated.filter(|commit| !commit.is_empty()) {
        let is_hash = commit.bytes().all(|digit| digit.is_ascii_hexdigit());
        if !is_hash || commit.len() < 7 {
            stop("ROLECALL_COMMIT is no commit: it is to be 7 hexadecimal digits or more");
        }
        return Some(commit);
    }
    if env::var("PROFILE").ok()? != "release" {
        return None;
    }
    // A package that is unpacked inside of another repository is no part of that.
    let root = git(&["rev-parse", "--show-toplevel"])?;
    let is_ours = fs::canonicalize(root).ok()? == fs::canonicalize(".").ok()?;
    let commit = is_ours.then(|| git(&["rev-parse", "--short=12", "HEAD"]))??;
    // The log of HEAD grows with each commit. A file that is not there would make cargo ask each time.
    for file in ["HEAD", "logs/HEAD"] {
        let file = git(&["rev-parse", "--git-path", file])?;
        if Path::new(&file).exists() {
            println!("cargo::rerun-if-changed={file}");
        }
    }
    Some(commit)
}

/// What git says; none where it has nothing to say.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let said = String::from_utf8(output.stdout).ok()?;
    let said = said.trim();
    (output.status.success() && !said.is_empty()).then(|| said.to_owned())
}

fn layer() -> Layer {
    match file::read(Path::new(LOCALES)) {
        Ok(mut tables) => {
            for table in &mut tables {
                let name = Path::new(&table.file).file_name();
                table.file = name.unwrap_or_default().to_string_lossy().into_owned();
            }
            Layer::new(tables)
        }
        Err(TableError::Faults(faults)) => stop(mapping::with_lines(&faults).english()),
        Err(error) => stop(text::cannot(error.said()).english()),
    }
}

fn providers() -> Vec<Provider> {
    let text = fs::read_to_string(PROVIDERS)
        .unwrap_or_else(|error| stop(&format!("cannot read {PROVIDERS}: {error}")));
    let forms: Vec<ProviderForm> = serde_yaml::from_str(&text)
        .unwrap_or_else(|error| stop_at(&form::out_of_form(PROVIDERS, &text, &error)));
    let mut providers = Vec::new();
    for form in forms {
        let mut names = Vec::new();
        for (word, listed) in form.roles.into_iter().flat_map(|roles| roles.0) {
            let role = form::role(&word.value).unwrap_or_else(|| {
                let message = form::unknown_role(&word.value);
                stop_at(&form::fault(PROVIDERS, &text, &word.referenced, message))
            });
            names.extend(listed.iter().map(|name| (fold::exact(name), role)));
        }
        providers.push(Provider {
            name: form.provider,
            hosts: form.hosts,
            software: form.software,
            tells: form.tells.iter().map(|name| fold::exact(name)).collect(),
            levels: form.levels,
            names,
            source: form.source,
        });
    }
    providers
}

fn all_words() -> Words {
    let text = fs::read_to_string(WORDS)
        .unwrap_or_else(|error| stop(&format!("cannot read {WORDS}: {error}")));
    parse_words(&text).unwrap_or_else(|error| stop(&format!("{WORDS}: {error}")))
}

fn stop_at(fault: &Fault) -> ! {
    stop(mapping::with_lines(std::slice::from_ref(fault)).english())
}

/// A wrong table ends the build with its places.
fn stop(why: &str) -> ! {
    for line in why.lines() {
        println!("cargo::error={line}");
    }
    eprintln!("{why}");
    exit(1)
}

fn write_layer(code: &mut String, layer: &Layer) {
    let heads = layer
        .heads
        .iter()
        .map(|head| format!("head({:?}, {:?})", head.file, head.locale));
    write_static(code, "HEADS", "Head", heads);
    let entries = layer.entries.iter().map(|entry| {
        let roles: Vec<String> = entry
            .roles
            .iter()
            .map(|role| format!("Role::{role:?}"))
            .collect();
        format!(
            "entry({:?}, &[{}], {:?}, ({}, {}), {}, {})",
            entry.name,
            roles.join(", "),
            entry.source,
            entry.head,
            entry.line,
            entry.created,
            entry.weak
        )
    });
    write_static(code, "ENTRIES", "MappingEntry", entries);
    for (name, index) in [
        ("EXACT", &layer.exact),
        ("BARE", &layer.bare),
        ("JOINED", &layer.joined),
        ("SKELETON", &layer.skeleton),
        ("ASCII", &layer.ascii),
    ] {
        write_index(code, name, index);
    }
    code.push_str(
        "pub(super) static LAYER: Layer = Layer { heads: Cow::Borrowed(&HEADS), entries: Cow::Borrowed(&ENTRIES), \
         exact: index(&EXACT_SLOTS, &EXACT_KEYS, &EXACT_PLACES, EXACT_TEXT), \
         bare: index(&BARE_SLOTS, &BARE_KEYS, &BARE_PLACES, BARE_TEXT), \
         joined: index(&JOINED_SLOTS, &JOINED_KEYS, &JOINED_PLACES, JOINED_TEXT), \
         skeleton: index(&SKELETON_SLOTS, &SKELETON_KEYS, &SKELETON_PLACES, SKELETON_TEXT), \
         ascii: index(&ASCII_SLOTS, &ASCII_KEYS, &ASCII_PLACES, ASCII_TEXT) };\n",
    );
}

fn write_index(code: &mut String, name: &str, index: &Index) {
    let slots = index.slots.iter().map(u32::to_string);
    write_static(code, &format!("{name}_SLOTS"), "u32", slots);
    let keys = index.keys.iter();
    let keys = keys.map(|key| format!("key({}, {}, {})", key.hash, key.end, key.places_end));
    write_static(code, &format!("{name}_KEYS"), "IndexKey", keys);
    let places = index.places.iter().map(u32::to_string);
    write_static(code, &format!("{name}_PLACES"), "u32", places);
    let _ = writeln!(code, "static {name}_TEXT: &str = {:?};", index.text);
}

fn write_providers(code: &mut String, providers: &[Provider]) {
    let providers = providers.iter().map(|provider| {
        let names: Vec<String> = provider
            .names
            .iter()
            .map(|(key, role)| format!("({key:?}, Role::{role:?})"))
            .collect();
        format!(
            "Provider {{ provider: {:?}, hosts: &{:?}, software: &{:?}, tells: &{:?}, levels: &{:?}, names: &[{}], source: {:?} }}",
            provider.name,
            provider.hosts,
            provider.software,
            provider.tells,
            provider.levels,
            names.join(", "),
            provider.source
        )
    });
    write_static(code, "PROVIDERS", "Provider", providers);
}

fn write_words(code: &mut String, all: &Words) {
    let languages = all
        .languages
        .iter()
        .map(|language| format!("Cow::Borrowed({language:?})"));
    write_static(code, "WORD_LANGUAGES", "Cow<'static, str>", languages);
    let words = all.uses.iter().map(|word| {
        let kind = match word.kind {
            WordKind::Item => "WordKind::Item".to_owned(),
            WordKind::Particle => "WordKind::Particle".to_owned(),
            WordKind::Mine => "WordKind::Mine".to_owned(),
            WordKind::Copy => "WordKind::Copy".to_owned(),
            WordKind::Role(role) => format!("WordKind::Role(Role::{role:?})"),
        };
        format!("word({:?}, {kind}, {})", word.language, word.alone)
    });
    write_static(code, "WORD_LIST", "NameWord", words);
    write_index(code, "WORD", &all.index);
    let filter = all.filter.iter().map(u64::to_string);
    write_static(code, "WORD_FILTER", "u64", filter);
    code.push_str(
        "pub(super) static WORDS: Words = Words { languages: Cow::Borrowed(&WORD_LANGUAGES), uses: Cow::Borrowed(&WORD_LIST), \
         index: index(&WORD_SLOTS, &WORD_KEYS, &WORD_PLACES, WORD_TEXT), filter: Cow::Borrowed(&WORD_FILTER) };\n",
    );
}

fn write_static(code: &mut String, name: &str, kind: &str, items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    let _ = write!(
        code,
        "pub(super) static {name}: [{kind}; {}] = [",
        items.len()
    );
    for item in &items {
        let _ = writeln!(code, "{item},");
    }
    code.push_str("];\n");
}

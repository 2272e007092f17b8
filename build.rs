//! Compiles the mapping table in: reads `mappings/`, checks it, and writes it down as constants with their indexes.
//!
//! In: every file of `mappings/locales`, `mappings/providers.yaml`. Out: `built_in.rs` in `OUT_DIR`, which
//! `src/mapping/built_in.rs` includes. Never: a second parser or fold; the files of `src/mapping` that read a user's
//! table are compiled in here too, so that what the build laid out is what a lookup finds.

#![allow(dead_code, unfulfilled_lint_expectations)]

use std::{
    env,
    fmt::Write as _,
    fs,
    path::Path,
    process::{Command, exit},
};

use serde::Deserialize;

use mapping::{Fault, TableError, file, fold, form, index::Index, layer::Layer, raw::Pairs};
use model::role::Role;

#[path = "src/model"]
mod model {
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

    pub use fault::{Fault, with_lines};
    pub use file::TableError;
}

const LOCALES: &str = "mappings/locales";
const PROVIDERS: &str = "mappings/providers.yaml";

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

/// The same, checked and folded.
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
        Err(TableError::Faults(faults)) => stop(&mapping::with_lines(&faults)),
        Err(error) => stop(&format!("cannot {error}")),
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

fn stop_at(fault: &Fault) -> ! {
    stop(&mapping::with_lines(std::slice::from_ref(fault)))
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
        ("SKELETON", &layer.skeleton),
    ] {
        write_index(code, name, index);
    }
    code.push_str(
        "pub(super) static LAYER: Layer = Layer { heads: Cow::Borrowed(&HEADS), entries: Cow::Borrowed(&ENTRIES), \
         exact: index(&EXACT_SLOTS, &EXACT_PLACES, EXACT_KEYS), bare: index(&BARE_SLOTS, &BARE_PLACES, BARE_KEYS), \
         skeleton: index(&SKELETON_SLOTS, &SKELETON_PLACES, SKELETON_KEYS) };\n",
    );
}

fn write_index(code: &mut String, name: &str, index: &Index) {
    let slots = index.slots.iter().map(|slot| {
        let (start, end) = slot.key;
        format!(
            "slot({}, {}, {}, ({start}, {end}))",
            slot.hash, slot.first, slot.count
        )
    });
    write_static(code, &format!("{name}_SLOTS"), "IndexSlot", slots);
    let places = index.places.iter().map(u32::to_string);
    write_static(code, &format!("{name}_PLACES"), "u32", places);
    let _ = writeln!(code, "static {name}_KEYS: &str = {:?};", index.keys);
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

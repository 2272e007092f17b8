//! No circles: of two files that need each other, neither can be read first.
//!
//! A file needs another where it names something of it: in a `use`, nested or not, or by a path that begins with
//! `crate::`, `super::`, `self::` or the name of a module that it declares. Declaring a module is no need.

use std::collections::{BTreeMap, BTreeSet};

use super::{paths::paths, sources::sources};

/// Rooms in which a circle stands, each with the reason. Delete a line when its circle has gone.
const ALLOWED: &[(&str, &str)] = &[(
    "demo/",
    "the embedded server is one state machine: commands change the world that dispatches them",
)];

/// A module by its levels below `src`; the crate's root has none.
type Module = Vec<String>;

fn module_of(path: &str) -> Module {
    let mut levels: Module = path
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    if matches!(levels.last().unwrap().as_str(), "mod" | "lib") {
        levels.pop();
    }
    levels
}

/// The file that a path in a module leads to: the longest part of it that is a file.
fn target(from: &Module, path: &str, modules: &BTreeMap<Module, String>) -> Option<Module> {
    let mut levels = path
        .split("::")
        .map(|level| level.split('$').next().unwrap());
    let mut levels: Vec<&str> = levels.by_ref().collect();
    let mut base: Module = match *levels.first()? {
        "crate" => {
            levels.remove(0);
            Vec::new()
        }
        "self" => {
            levels.remove(0);
            from.clone()
        }
        "super" => {
            let mut base = from.clone();
            while levels.first() == Some(&"super") {
                levels.remove(0);
                base.pop()?;
            }
            base
        }
        child => {
            let mut below = from.clone();
            below.push(child.to_owned());
            modules.get(&below)?;
            from.clone()
        }
    };
    for level in levels {
        base.push(level.to_owned());
        if !modules.contains_key(&base) {
            base.pop();
            break;
        }
    }
    (base != *from && modules.contains_key(&base)).then_some(base)
}

/// Which modules each module needs.
fn needs(files: &[(String, String)]) -> BTreeMap<Module, BTreeSet<Module>> {
    let modules: BTreeMap<Module, String> = files
        .iter()
        .map(|(path, _)| (module_of(path), path.clone()))
        .collect();
    let needs = files.iter().map(|(path, code)| {
        let from = module_of(path);
        let paths = paths(code).into_iter();
        let needed = paths.filter_map(|path| target(&from, &path, &modules));
        (from.clone(), needed.collect())
    });
    needs.collect()
}

/// Every module that can be reached from one.
fn reached(from: &Module, needs: &BTreeMap<Module, BTreeSet<Module>>) -> BTreeSet<Module> {
    let mut reached = BTreeSet::new();
    let mut next = vec![from.clone()];
    while let Some(module) = next.pop() {
        for needed in &needs[&module] {
            if reached.insert(needed.clone()) {
                next.push(needed.clone());
            }
        }
    }
    reached
}

/// The circles among these files, each as the paths of its files.
fn circles(files: &[(String, String)]) -> BTreeSet<Vec<String>> {
    let needs = needs(files);
    let reach: BTreeMap<&Module, BTreeSet<Module>> = needs
        .keys()
        .map(|module| (module, reached(module, &needs)))
        .collect();
    let paths: BTreeMap<Module, &String> = files
        .iter()
        .map(|(path, _)| (module_of(path), path))
        .collect();
    let in_circle = reach
        .iter()
        .filter(|(module, reached)| reached.contains(**module));
    in_circle
        .map(|(module, reached)| {
            let circle = reached
                .iter()
                .filter(|other| reach[other].contains(*module));
            circle.map(|other| paths[other].clone()).collect()
        })
        .collect()
}

#[test]
fn no_two_files_need_each_other() {
    let files: Vec<(String, String)> = sources()
        .into_iter()
        .filter(|source| source.room != "main")
        .map(|source| (source.name(), source.code))
        .collect();
    let circles = circles(&files);
    let stands = |circle: &[String], room: &str| circle.iter().all(|path| path.starts_with(room));
    let new: Vec<_> = circles
        .iter()
        .filter(|circle| !ALLOWED.iter().any(|(room, _)| stands(circle, room)))
        .collect();
    assert!(new.is_empty(), "files that need each other: {new:#?}");
    for (room, _) in ALLOWED {
        let is_needed = circles.iter().any(|circle| stands(circle, room));
        assert!(
            is_needed,
            "no circle stands in {room} any more: delete its line"
        );
    }
}

#[test]
fn a_circle_is_found_however_it_is_written() {
    let file = |path: &str, code: &str| (path.to_owned(), code.to_owned());
    for (one, other) in [
        ("use super::b::B;", "use super::a::{A, C};"),
        (
            "use crate::{\n    a::{b::{B, D}},\n    c::C,\n};",
            "use super::\n{a::A as Other};",
        ),
        ("fn a() { crate::a::b::run(1) }", "fn b() -> super::a::A {}"),
        ("pub(super) use super::b as d;", "pub use crate::a::a::A;"),
    ] {
        let files = [
            file("lib.rs", "mod a;"),
            file(
                "a/mod.rs",
                "mod a;\nmod b;\nuse a::A;\nfn run() { b::run() }",
            ),
            file("a/a.rs", one),
            file("a/b.rs", other),
            file("c.rs", "pub struct C;"),
        ];
        let expected = BTreeSet::from([vec!["a/a.rs".to_owned(), "a/b.rs".to_owned()]]);
        assert_eq!(circles(&files), expected, "{one} {other}");
    }
    let through_parent = [
        file("a/mod.rs", "mod b;\npub use b::B;\npub struct A;"),
        file("a/b.rs", "use super::A;"),
    ];
    assert_eq!(circles(&through_parent).len(), 1);
    let declared_only = [
        file("a/mod.rs", "mod b;\npub struct A;"),
        file("a/b.rs", "use super::A;"),
    ];
    assert_eq!(circles(&declared_only).len(), 0);
}

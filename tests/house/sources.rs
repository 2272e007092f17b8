//! The source files of the house, as its rules read them: without comments and without their own tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// One file below `src`.
pub struct Source {
    /// The first level below `src`: `imap`.
    pub room: String,
    /// Below `src`: `imap/lexer.rs`.
    pub path: PathBuf,
    /// Its lines of code: no comments, no empty lines, nothing that is compiled for tests only.
    pub code: String,
}

impl Source {
    /// The path as text, with `/` between its levels.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }
}

/// Every source file but those that hold tests, in the order of their paths.
pub fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&src, &mut paths);
    paths.sort();
    let sources = paths.into_iter().map(|path| {
        let inside = path.strip_prefix(&src).unwrap();
        let first = inside.components().next().unwrap();
        let room = first.as_os_str().to_str().unwrap();
        Source {
            room: room.trim_end_matches(".rs").to_owned(),
            path: inside.to_owned(),
            code: code_of(&fs::read_to_string(&path).unwrap()),
        }
    });
    sources.collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_for_tests(&path) {
            found.push(path);
        }
    }
}

/// Whether a file is compiled for tests only: rooms with many tests of their own have them in `tests.rs` or `…_tests.rs`.
fn is_for_tests(path: &Path) -> bool {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    name == "tests" || name.ends_with("_tests")
}

/// The lines that are code. An item that is compiled for tests only is left out whole: rustfmt closes it in the column where it began.
pub fn code_of(text: &str) -> String {
    let mut code: Vec<&str> = Vec::new();
    let mut lines = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//"));
    while let Some(line) = lines.next() {
        if line.trim().starts_with("#[cfg(test)]") || line.trim().starts_with("#[cfg(all(test, ") {
            let indent = indent(line);
            let is_last = |line: &&str| {
                let rest = line.get(indent..).unwrap_or_default();
                rest.starts_with('}') || !rest.starts_with([' ', '#']) && rest.ends_with([';', '}'])
            };
            lines.by_ref().find(is_last);
        } else {
            code.push(line);
        }
    }
    code.join("\n")
}

/// How many columns a line is indented.
pub fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

//! Sizes: a file is read in one sitting, a function at a glance.

use super::sources::{Source, indent, sources};

/// The most lines of code of a file.
const FILE: usize = 400;
/// The most lines of code of a function, its head and its last brace included.
const FUNCTION: usize = 60;
/// Files and functions that are longer, each with its reason. Delete a line when it holds no longer.
const LONGER: &[&str] = &[];

/// The functions of a file, each with its lines of code. rustfmt closes a function in the column where it began.
fn functions(source: &Source) -> Vec<(String, usize)> {
    let lines: Vec<&str> = source.code.lines().collect();
    let mut functions = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = name_of_function(line) else {
            continue;
        };
        let indent = indent(line);
        let is_last = |line: &&str| {
            let ends = line.trim_end().ends_with(['}', ';']);
            ends && self::indent(line) == indent
        };
        let length = lines[at..].iter().position(is_last).unwrap() + 1;
        functions.push((name.to_owned(), length));
    }
    functions
}

fn name_of_function(line: &str) -> Option<&str> {
    let (before, after) = line.split_once("fn ")?;
    let is_head = before.split_whitespace().all(|word| {
        word.starts_with("pub") || ["async", "const", "super)", "crate)"].contains(&word)
    });
    let name = after.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
    name.into_iter()
        .next()
        .filter(|name| is_head && !name.is_empty())
}

#[test]
fn files_are_read_in_one_sitting_and_functions_at_a_glance() {
    let mut long = Vec::new();
    for source in sources() {
        let name = source.name();
        let lines = source.code.lines().count();
        if lines > FILE {
            long.push((name.clone(), lines));
        }
        for (function, lines) in functions(&source) {
            if lines > FUNCTION {
                long.push((format!("{name} {function}"), lines));
            }
        }
    }
    let new: Vec<_> = long
        .iter()
        .filter(|(name, _)| !LONGER.contains(&name.as_str()))
        .collect();
    assert!(new.is_empty(), "too long: {new:#?}");
    for name in LONGER {
        let is_long = long.iter().any(|(other, _)| other == name);
        assert!(is_long, "{name} is short enough: delete its line");
    }
}

#[test]
fn a_function_is_measured_from_its_head_to_its_last_brace() {
    let code = "impl A {\n    pub(super) async fn one(\n        &self,\n    ) -> u8 {\n        if true {\n        }\n        1\n    }\n    fn two(&self) {}\n    fn three(&self);\n}";
    let source = Source {
        room: String::new(),
        path: "a.rs".into(),
        code: code.to_owned(),
    };
    let expected =
        [("one", 7), ("two", 1), ("three", 1)].map(|(name, lines)| (name.to_owned(), lines));
    assert_eq!(functions(&source), expected);
}

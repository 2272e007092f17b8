//! Paths: what a file names of other files.

/// The paths of a `use` tree, one for each leaf: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn leaves(tree: &str) -> Vec<String> {
    let Some((head, rest)) = tree.split_once('{') else {
        return vec![tree.to_owned()];
    };
    let inside = rest.rsplit_once('}').unwrap().0;
    let (mut depth, mut part) = (0, String::new());
    let mut parts = Vec::new();
    for letter in inside.chars().chain([',']) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if letter == ',' && depth == 0 {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(letter);
        }
    }
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts
        .flat_map(|part| leaves(&format!("{head}{part}")))
        .collect()
}

/// Every path in a file's code: those of its `use` trees, and those that stand in the code itself.
pub fn paths(code: &str) -> Vec<String> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let mut paths = Vec::new();
    for statement in code.split(';') {
        // The end of the item before it may stand before a `use`.
        let used = statement.split_once("use ").filter(|(before, _)| {
            let last = before.lines().last().unwrap_or_default().trim();
            last.is_empty() || last.starts_with("pub")
        });
        let before = used.map_or(statement, |(before, _)| before);
        let words = before.split(|letter| !is_word(letter));
        paths.extend(words.filter(|word| word.contains("::")).map(str::to_owned));
        if let Some((_, tree)) = used {
            let tree = tree.replace(" as ", "$");
            let tree: String = tree.split_whitespace().collect();
            paths.extend(leaves(&tree));
        }
    }
    paths
}

#[test]
fn paths_are_read_from_nested_trees_and_from_code() {
    let code = "use a::{\n    b::{C, d::E as F},\n    g,\n};\npub(super) use h::i;\nfn j() -> k::L {\n    crate::m::n(1);\n}";
    let expected = [
        "a::b::C",
        "a::b::d::E$F",
        "a::g",
        "h::i",
        "k::L",
        "crate::m::n",
    ];
    assert_eq!(paths(code), expected);
}

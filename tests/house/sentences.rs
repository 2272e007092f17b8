//! Sentences stand in `src/language`, in every language: elsewhere there is none to be shown to people.

use super::sources::sources;

/// Where literals of several words are no sentences for people, each with what they are.
const NO_SENTENCES: &[(&str, &str)] = &[
    ("language/", "the sentences"),
    ("demo/", "what a server says"),
    ("fuzz", "for tests only"),
    (
        "cli/args/",
        "the words of --help, whose French is in language/help",
    ),
    (
        "report/html/",
        "classes of style sheets, and a policy for browsers",
    ),
    (
        "report/metrics.rs",
        "what Prometheus is told of each metric, in English",
    ),
    ("audit/copies.rs", "names of clients"),
    ("report/json/runs.rs", "JSON"),
    ("report/yaml.rs", "what a serializer of YAML is told"),
    ("imap/act.rs", "what servers say"),
    ("imap/connect.rs", "remarks in traces"),
    ("imap/exchange.rs", "remarks in traces"),
    ("imap/reach.rs", "what resolvers say"),
    ("imap/trace/", "traces"),
    ("mapping/fault.rs", "what the reader of YAML says"),
    (
        "mapping/raw.rs",
        "what the reader of YAML is told to expect",
    ),
    (
        "config/accounts/yaml.rs",
        "what the reader of YAML is told to expect",
    ),
    ("mapping/resemble.rs", "names of mailboxes"),
    (
        "model/finding.rs",
        "codes, whose French is in language/code.rs",
    ),
    ("model/io_error.rs", "what the system says"),
    ("model/mailbox.rs", "what the reader of journals is told"),
    ("model/plan/check.rs", "fields of a plan"),
    ("model/server_traits.rs", "names of products"),
    ("model/uid.rs", "what the reader of journals is told"),
    ("sieve/generator.rs", "what generators of scripts write"),
    ("sieve/read.rs", "what generators of scripts write"),
    ("store/later.rs", "what servers say"),
    ("audit/copies.rs", "what programs call themselves"),
    ("clients/", "the form of a file"),
    ("advice/", "what administrators paste"),
];

/// The string literals of code, each with what stands before it.
fn literals(code: &str) -> Vec<(String, String)> {
    let code = code.replace("'\"'", "' '").replace("'\\\"'", "' '");
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some((before, behind)) = rest.split_once('"') {
        let mut literal = String::new();
        let mut letters = behind.char_indices();
        let mut end = behind.len();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    end = at + 1;
                    break;
                }
                '\\' => drop(letters.next()),
                _ => literal.push(letter),
            }
        }
        let before: String = before.chars().rev().take(40).collect();
        found.push((before.chars().rev().collect(), literal));
        rest = &behind[end..];
    }
    found
}

/// Whether two words of small letters stand behind each other, so that somebody may read it.
fn is_sentence(literal: &str) -> bool {
    let words: Vec<&str> = literal.split(' ').collect();
    let is_word = |word: &str| {
        let word = word.trim_end_matches([',', ';', ':']);
        word.len() > 1 && word.bytes().all(|letter| letter.is_ascii_lowercase())
    };
    // A command is the same in every language.
    let is_command = literal.starts_with("rolecall ") || literal.contains(" --");
    !is_command
        && words
            .windows(2)
            .any(|pair| pair.iter().all(|word| is_word(word)))
}

#[test]
fn every_sentence_for_people_is_one_of_the_language_s() {
    let mut wrong = Vec::new();
    for source in sources() {
        let name = source.name();
        if NO_SENTENCES
            .iter()
            .any(|(place, _)| name.starts_with(place))
        {
            continue;
        }
        for (before, literal) in literals(&source.code) {
            // A bug is reported to whoever mends it; a verb is typed.
            let is_for_developers = ["Failure::bug(", "reason = ", "Runner::new("]
                .iter()
                .any(|head| before.contains(head));
            if is_sentence(&literal) && !is_for_developers {
                wrong.push(format!("{name}: \"{literal}\""));
            }
        }
    }
    assert!(wrong.is_empty(), "to be moved to src/language: {wrong:#?}");
}

#[test]
fn a_sentence_is_told_from_words_of_code() {
    assert!(is_sentence("cannot read the file"));
    assert!(
        !is_sentence("UID FETCH") && !is_sentence("rolecall fix") && !is_sentence("{name}: {why}")
    );
    assert_eq!(
        literals("say(\"a \\\" b\")")[0],
        ("say(".to_owned(), "a  b".to_owned())
    );
}

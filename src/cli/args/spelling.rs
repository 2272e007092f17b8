//! What is typed by those who know other tools, in rolecall's own words.

use std::ffi::OsString;

/// The command line with `plan ACCOUNT` spelt out as `fix --dry-run ACCOUNT`, and `help COMMAND` as `COMMAND --help`, which
/// takes `--lang` too.
#[must_use]
pub fn spelt_out(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = arguments.into_iter().collect();
    let Some(verb) = next_word(&words, 1) else {
        return words;
    };
    let next = next_word(&words, verb + 1);
    let word_at = |place: Option<usize>| place.and_then(|place| words.get(place)?.to_str());
    match (word_at(Some(verb)), word_at(next)) {
        (Some("plan"), Some("show")) => {
            // Its options stand behind it.
            let options = words.get_mut(verb + 1..=next.unwrap_or(verb));
            options.unwrap_or_default().rotate_right(1);
        }
        (Some("plan"), Some("help")) => {}
        (Some("plan"), _) if !asks_for_help(&words, verb + 1, next) => {
            words.splice(verb..=verb, ["fix".into(), "--dry-run".into()]);
        }
        (Some("help"), Some(next)) if next != "help" => {
            words.remove(verb);
            words.push("--help".into());
        }
        _ => {}
    }
    words
}

/// The place of the first word from here on that is neither an option nor the value of `--lang`.
fn next_word(words: &[OsString], from: usize) -> Option<usize> {
    let mut is_value = false;
    let mut places = (0..).zip(words).skip(from);
    let found = places.find(|(_, word)| {
        let is_word = !is_value && !word.as_encoded_bytes().starts_with(b"-");
        is_value = *word == "--lang";
        is_word
    });
    found.map(|(place, _)| place)
}

/// Whether nothing but help is wanted before the next word: `--help`, or nothing at all.
fn asks_for_help(words: &[OsString], from: usize, next: Option<usize>) -> bool {
    let options = words.get(from..next.unwrap_or(words.len()));
    let options = options.unwrap_or_default();
    let is_help = |word: &OsString| word == "--help" || word == "-h";
    let is_lang = options.first().is_none_or(|word| word == "--lang");
    options.iter().any(is_help) || next.is_none() && is_lang && options.len() <= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_tools_are_spelt_out_and_rolecall_s_own_are_left() {
        for (typed, meant) in [
            (
                "rolecall plan ACCOUNT -v",
                "rolecall fix --dry-run ACCOUNT -v",
            ),
            ("rolecall plan show FILE", "rolecall plan show FILE"),
            ("rolecall plan --help", "rolecall plan --help"),
            ("rolecall plan", "rolecall plan"),
            ("rolecall plan --lang fr", "rolecall plan --lang fr"),
            ("rolecall plan --lang fr -h", "rolecall plan --lang fr -h"),
            (
                "rolecall plan --lang fr show FILE",
                "rolecall plan show --lang fr FILE",
            ),
            ("rolecall plan -v show FILE", "rolecall plan show -v FILE"),
            (
                "rolecall --lang fr plan ACCOUNT",
                "rolecall --lang fr fix --dry-run ACCOUNT",
            ),
            (
                "rolecall plan --accounts=FILE",
                "rolecall fix --dry-run --accounts=FILE",
            ),
            (
                "rolecall --lang fr help plan",
                "rolecall --lang fr plan --help",
            ),
            ("rolecall help plan", "rolecall plan --help"),
            (
                "rolecall help plan show --lang fr",
                "rolecall plan show --lang fr --help",
            ),
            ("rolecall help", "rolecall help"),
            ("rolecall help help", "rolecall help help"),
            ("rolecall audit help", "rolecall audit help"),
            ("rolecall audit plan", "rolecall audit plan"),
        ] {
            let words = spelt_out(typed.split(' ').map(OsString::from));
            let meant: Vec<OsString> = meant.split(' ').map(OsString::from).collect();
            assert_eq!(words, meant);
        }
    }
}

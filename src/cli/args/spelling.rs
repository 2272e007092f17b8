//! What is typed by those who know other tools, in rolecall's own words.

use std::ffi::OsString;

/// What may follow `plan` itself.
const OF_PLAN: [&str; 4] = ["show", "help", "--help", "-h"];

/// The command line with `plan ACCOUNT` spelt out as `fix --dry-run ACCOUNT`, and `help COMMAND` as `COMMAND --help`, which
/// takes `--lang` too.
#[must_use]
pub fn spelt_out(arguments: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = arguments.into_iter().collect();
    let is_of_plan = |word: &OsString| OF_PLAN.iter().any(|known| word == known);
    if let [_, verb, next, ..] = words.as_slice()
        && verb == "plan"
        && !is_of_plan(next)
    {
        words.splice(1..2, ["fix".into(), "--dry-run".into()]);
    }
    if let [_, verb, next, ..] = words.as_slice()
        && verb == "help"
        && next != "help"
        && !next.as_encoded_bytes().starts_with(b"-")
    {
        words.remove(1);
        words.push("--help".into());
    }
    words
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

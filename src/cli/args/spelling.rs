//! What is typed by those who know other tools, in rolecall's own words.

use std::ffi::OsString;

/// What may follow `plan` itself.
const OF_PLAN: [&str; 4] = ["show", "help", "--help", "-h"];

/// The command line with `plan ACCOUNT` spelt out as `fix --dry-run ACCOUNT`.
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
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_for_an_account_is_a_dry_run_and_a_saved_plan_is_shown() {
        for (typed, meant) in [
            (
                "rolecall plan ACCOUNT -v",
                "rolecall fix --dry-run ACCOUNT -v",
            ),
            ("rolecall plan show FILE", "rolecall plan show FILE"),
            ("rolecall plan --help", "rolecall plan --help"),
            ("rolecall plan", "rolecall plan"),
            ("rolecall audit plan", "rolecall audit plan"),
        ] {
            let words = spelt_out(typed.split(' ').map(OsString::from));
            let meant: Vec<OsString> = meant.split(' ').map(OsString::from).collect();
            assert_eq!(words, meant);
        }
    }
}

//! Nearest: which word somebody may have meant.
//!
//! In: a word, the words there are. Out: one of them, or none. Never: a word that is not plainly close.

/// The known word that is at most two slips of the finger away, and at most a third of its letters.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word: String = word.to_lowercase().chars().take(40).collect();
    known
        .map(|known| (strsim::osa_distance(&word, known), known))
        .filter(|(slips, known)| *slips <= 2.min(known.len().div_ceil(3)))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_is_understood_and_another_word_is_not() {
        let known = ["sent", "trash", "drafts", "name"];
        for (word, meant) in [
            ("snet", Some("sent")),
            ("Sent", Some("sent")),
            ("trahs", Some("trash")),
            ("draft", Some("drafts")),
            ("nmae", Some("name")),
            ("spam", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known.into_iter()), meant, "{word}");
        }
    }
}

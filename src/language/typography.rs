//! How a language is printed, beyond its words.

/// French sets spaces before some signs and inside guillemets, at which no line may be broken.
#[must_use]
pub fn with_french_spaces(text: &str) -> String {
    let mut set = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let mut before = ' ';
    while let Some(letter) = letters.next() {
        let held = match (before, letter, letters.peek()) {
            ('«', ' ', _) | (_, ' ', Some(':' | '»')) => '\u{a0}',
            (_, ' ', Some(';' | '?' | '!')) => '\u{202f}',
            _ => letter,
        };
        set.push(held);
        before = letter;
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_signs_stay_with_their_words() {
        assert_eq!(
            with_french_spaces("« Sent » : oui ; non ?"),
            "«\u{a0}Sent\u{a0}»\u{a0}: oui\u{202f}; non\u{202f}?"
        );
    }
}

//! How a language is printed, beyond its words.
//!
//! In: sentences of ours, safe to show. Out: the same with the spaces that the language asks for. Never: a space changed in
//! what a shell is to be given in quotes.

/// French sets spaces before some signs and inside guillemets, at which no line may be broken.
#[must_use]
pub fn with_french_spaces(text: &str) -> String {
    let mut set = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    let (mut before, mut is_quoted) = (' ', false);
    while let Some(letter) = letters.next() {
        if letter == '\'' {
            // An apostrophe of French stands behind a letter.
            is_quoted = !is_quoted && matches!(before, ' ' | '(' | '=');
        }
        let held = match (before, letter, letters.peek()) {
            _ if is_quoted => letter,
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

    #[test]
    fn what_a_shell_is_given_stays_as_it_is() {
        assert_eq!(
            with_french_spaces("il l'est : --role 'A : B=sent' ; l'autre : non"),
            "il l'est\u{a0}: --role 'A : B=sent'\u{202f}; l'autre\u{a0}: non"
        );
    }
}

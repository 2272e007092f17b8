//! One line of a trace, of bounded length and without control characters: no word makes two lines of it.

/// The longest line, in octets; what is over it is counted.
const LONGEST: usize = 2_000;

/// A line that is being written.
#[derive(Debug, Default)]
pub(super) struct Line {
    text: String,
    /// Octets that had no room.
    left_out: usize,
    /// Whether a blank stands before the next word.
    wants_blank: bool,
}

impl Line {
    /// Adds a word, a blank before it where one is wanted.
    pub fn word(&mut self, word: &str) {
        if self.wants_blank {
            self.push(" ");
        }
        self.push(word);
        self.wants_blank = true;
    }

    /// Adds an opening mark: what follows it stands close to it.
    pub fn open(&mut self, mark: &str) {
        self.word(mark);
        self.wants_blank = false;
    }

    /// Adds a closing mark, close to what stands before it.
    pub fn close(&mut self, mark: &str) {
        self.push(mark);
        self.wants_blank = true;
    }

    /// Adds how much is not shown.
    pub fn size(&mut self, octets: usize) {
        self.word(&format!("…({octets} octets)"));
    }

    /// Whether nothing more is written.
    pub fn is_full(&self) -> bool {
        self.left_out > 0
    }

    fn push(&mut self, text: &str) {
        let text = text.replace(breaks, "?");
        if self.left_out == 0 && self.text.len() + text.len() <= LONGEST {
            self.text.push_str(&text);
        } else {
            self.left_out += text.len();
        }
    }

    /// The whole line.
    pub fn finish(self) -> String {
        match self.left_out {
            0 => self.text,
            left_out => format!("{} …({left_out} more)", self.text),
        }
    }
}

/// Whether a character may end a line, or do something else than be shown.
fn breaks(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_breaks_the_line() {
        let mut line = Line::default();
        line.word("a\r\nb\tc\u{1b}d\u{85}e\u{2028}f…");
        assert_eq!(line.finish(), "a??b?c?d?e?f…");
    }
}

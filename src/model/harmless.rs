//! Characters that act on a terminal or deceive a reader, and JSON in which none of them stands as itself.
//!
//! In: letters; plain data. Out: whether a letter is seen as what it is; lines of JSON.

use std::io;

use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

/// Whether a character acts on the terminal or on its neighbours without being seen itself: controls, marks of
/// direction, zero-width and blank characters, separators of lines, tags.
#[must_use]
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        // A no-break space and its like look just as a space does.
        || letter.is_whitespace() && letter != ' '
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}'
            | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e00ff}' | '\u{e01f0}'..='\u{e0fff}')
}

/// Whether a reader of a whole text may be deceived by it: what [`is_hidden`] names, and variation selectors, which make two
/// names of one look.
#[must_use]
pub fn is_deceptive(letter: char) -> bool {
    is_hidden(letter) || is_selector(letter)
}

/// A variation selector: it chooses the form of a picture or an ideograph, and of a plain letter none.
#[must_use]
pub fn is_selector(letter: char) -> bool {
    matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// Compact JSON. It says exactly what the data says; characters that are deceptive stand as `\u…`, which readers undo.
pub fn json<T: Serialize>(data: &T) -> serde_json::Result<String> {
    let mut octets = Vec::new();
    data.serialize(&mut Serializer::with_formatter(&mut octets, Harmless))?;
    // serde_json writes UTF-8, and so does the formatter.
    Ok(String::from_utf8(octets).unwrap_or_default())
}

/// Compact JSON in which nothing acts on a terminal.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        // Nearly all is plain, and every record of a journal comes by here.
        if fragment.bytes().all(|octet| matches!(octet, b' '..=b'~')) {
            return writer.write_all(fragment.as_bytes());
        }
        for letter in fragment.chars() {
            let mut buffer = [0; 4];
            if is_deceptive(letter) {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            } else {
                writer.write_all(letter.encode_utf8(&mut buffer).as_bytes())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_says_the_same_and_nothing_in_it_acts() {
        let text = "plain é\u{9b}31m\u{202e}\u{1b}\u{7f}\u{e0041}\u{fe0f}";
        let shown = json(&text).unwrap();
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
        assert!(!shown.chars().any(is_deceptive), "{shown}");
        assert!(shown.starts_with("\"plain é\\u009b31m\\u202e"), "{shown}");
    }
}

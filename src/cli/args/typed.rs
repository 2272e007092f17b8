//! Reading the values of options, so that what is wrong with one is said in every language.

use crate::language::{Phrase, errors_that_say, text};

/// What is wrong with a value.
#[derive(Debug, Clone)]
pub struct WrongValue(Phrase);

impl WrongValue {
    /// What is wrong, as a fragment.
    #[must_use]
    pub fn said(&self) -> &Phrase {
        &self.0
    }
}

errors_that_say!(WrongValue);

/// Reads a value as `read` does.
pub(super) fn typed<T>(
    read: fn(&str) -> Result<T, Phrase>,
) -> impl Fn(&str) -> Result<T, WrongValue> + Clone {
    move |word| read(word).map_err(WrongValue)
}

/// Reads a whole number from `least` to `most`.
pub(super) fn number<T: TryFrom<u64>>(
    least: u64,
    most: u64,
) -> impl Fn(&str) -> Result<T, WrongValue> + Clone {
    move |word| {
        let number = word.parse::<u64>().ok();
        let number = number.filter(|number| (least..=most).contains(number));
        number
            .and_then(|number| T::try_from(number).ok())
            .ok_or_else(|| WrongValue(text::write_number(least.to_string(), most.to_string())))
    }
}

/// Reads one character.
pub(super) fn character(word: &str) -> Result<char, Phrase> {
    word.parse().map_err(|_| text::write_one_character())
}

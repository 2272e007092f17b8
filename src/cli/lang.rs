//! The language of what people are asked and told: `--lang`, else the locale's.

use clap::ValueEnum;

use crate::language::Language;

/// A language as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// French
    Fr,
}

/// What was typed, else the locale's as POSIX finds it: the first of these variables that says something.
pub fn language(typed: Option<Lang>) -> Language {
    match typed {
        Some(Lang::En) => Language::English,
        Some(Lang::Fr) => Language::French,
        None => {
            let variables = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter();
            let mut said = variables.filter_map(|name| std::env::var(name).ok());
            let locale = said.find(|value| !value.is_empty());
            Language::of_locale(&locale.unwrap_or_default())
        }
    }
}

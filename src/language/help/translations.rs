//! The form of a table of translations.

/// Makes a table of texts: English, French.
macro_rules! translations {
    ($($english:literal $french:literal)*) => {
        pub(crate) const TEXTS: &[(&str, &str)] = &[$(($english, $french),)*];
    };
}
pub(super) use translations;

//! The text of a secret, in memory that is wiped when it is dropped.
//!
//! It has no `Display` and no `Serialize`, and its `Debug` shows nothing of it.

use zeroize::Zeroizing;

/// A password or a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for the one place that sends it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Pieces of text in a buffer that is wiped and does not grow: growing would leave a copy behind that nobody wipes.
#[must_use]
pub fn joined(pieces: &[&str]) -> Zeroizing<String> {
    let room = pieces.iter().map(|piece| piece.len()).sum();
    let mut text = Zeroizing::new(String::with_capacity(room));
    for piece in pieces {
        text.push_str(piece);
    }
    text
}

/// By its text, so that where secrets are found can be a key.
impl Ord for Secret {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.reveal().cmp(other.reveal())
    }
}

impl PartialOrd for Secret {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

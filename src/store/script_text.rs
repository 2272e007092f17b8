//! The text of a filter script on its way to the server.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::model::hex;

/// The text of a script on its way to the server. It is its owner's: as data, in a journal, it is its hash alone.
#[derive(Clone, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct ScriptText {
    sha256: String,
    octets: Arc<[u8]>,
}

impl ScriptText {
    /// Takes the text over.
    #[must_use]
    pub fn new(octets: Vec<u8>) -> Self {
        Self {
            sha256: hex::sha256(&octets),
            octets: octets.into(),
        }
    }

    /// SHA-256 of the text, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The text; none where only the hash is known.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

impl PartialEq for ScriptText {
    fn eq(&self, other: &Self) -> bool {
        self.sha256 == other.sha256
    }
}

impl Eq for ScriptText {}

impl fmt::Debug for ScriptText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScriptText({})", self.sha256)
    }
}

impl From<String> for ScriptText {
    fn from(sha256: String) -> Self {
        let octets = Arc::default();
        Self { sha256, octets }
    }
}

impl From<ScriptText> for String {
    fn from(text: ScriptText) -> Self {
        text.sha256
    }
}

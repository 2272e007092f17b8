//! A secret: a password or a token that is shown nowhere and wiped when dropped.
//!
//! In: `config` reads it. Out: `imap` sends it. It has no `Display` and no `Serialize`, and its `Debug` shows nothing of it.
//! What a server says after it was told a secret goes through the secret's [`Mask`].

mod mask;
mod value;

pub use mask::Mask;
pub use value::{Secret, joined};

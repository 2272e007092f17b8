//! The messages of SASL that log in, for whatever protocol carries them: IMAP here, ManageSieve in its own room.
//!
//! In: a [`Login`]. Out: a [`Sasl`] in base64, in memory that is wiped. Never: more than one answer to a server's challenges.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use zeroize::Zeroizing;

use super::{
    endpoint::Endpoint,
    login::{Credential, Login},
};
use crate::secret::joined;

/// What a mechanism says.
pub(crate) struct Sasl {
    /// The mechanism's name.
    pub mechanism: &'static str,
    /// Its only message, in base64.
    pub message: Zeroizing<Vec<u8>>,
    /// The answer, in base64, to one more challenge, which ends an exchange that has failed.
    pub then: Zeroizing<Vec<u8>>,
}

impl Sasl {
    /// By the best mechanism that both sides know; none where there is none.
    pub(crate) fn of(
        login: &Login,
        endpoint: &Endpoint,
        offers: impl Fn(&str) -> bool,
    ) -> Option<Self> {
        match &login.credential {
            // RFC 4616.
            Credential::Password(secret) => offers("PLAIN").then(|| {
                let (name, for_whom) = login.names();
                let message = joined(&[for_whom, "\0", &name, "\0", secret.reveal()]);
                Self::new("PLAIN", &message, "")
            }),
            Credential::Token(token) => {
                let (user, token) = (&login.user, token.reveal());
                if offers("OAUTHBEARER") {
                    let user = user.replace('=', "=3D").replace(',', "=2C");
                    let Endpoint { host, port, .. } = endpoint;
                    let head =
                        format!("n,a={user},\u{1}host={host}\u{1}port={port}\u{1}auth=Bearer ");
                    let message = joined(&[&head, token, "\u{1}\u{1}"]);
                    // RFC 7628 §3.2.3 wants a 0x01 for the error's challenge.
                    return Some(Self::new("OAUTHBEARER", &message, "\u{1}"));
                }
                offers("XOAUTH2").then(|| {
                    let head = format!("user={user}\u{1}auth=Bearer ");
                    let message = joined(&[&head, token, "\u{1}\u{1}"]);
                    // It takes any answer to the error's challenge.
                    Self::new("XOAUTH2", &message, "")
                })
            }
        }
    }

    fn new(mechanism: &'static str, message: &str, then: &str) -> Self {
        Self {
            mechanism,
            message: base64(message),
            then: base64(then),
        }
    }
}

/// Base64 in a buffer that does not grow: growing would leave a copy behind that nobody wipes.
fn base64(text: &str) -> Zeroizing<Vec<u8>> {
    let mut octets = Zeroizing::new(vec![0; text.len().div_ceil(3) * 4]);
    let length = BASE64.encode_slice(text, &mut octets).unwrap_or(0);
    octets.truncate(length);
    octets
}

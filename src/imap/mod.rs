//! The network: connects, logs in, lists, and carries out what `apply` asks for through [`crate::store::Store`].
//!
//! In: an endpoint, a login, typed looks and acts. Out: a Listing, typed answers. It decides nothing, tries nothing twice,
//! and sends nothing that could change anything before [`Mode::ReadWrite`] was set.
//!
//! The way to a session: `connect` joins `reach` (TCP), `greeting` (TLS, what the server can do), `authenticate` (the
//! login) and `prove` (whose mailboxes an administrator is shown).
//!
//! What a session does: `wire` cuts octets into whole responses, under limits; `exchange` is the one loop that sends and
//! waits, `flight` tells whose answer is whose, `deadline` how long one is waited for; `lexer` makes values of a response,
//! `command` a command of values; `looks` sends reads together, or one by one where `doubt` has shown that a server needs
//! that; `list` makes a Listing of `entries`; `read`, `messages` with `care`, `contents` and `header`, and `act` are looks and acts;
//! `search` tells which messages there are; `port` joins them as the [`crate::store::Store`]; `session` is what may be sent at
//! all. `trace` writes down what goes over the wire, without what is anybody's.
//!
//! async-imap gives the connection and the reading of status lines. Everything else that a server says is read by our own
//! lexer: async-imap's methods that return data turn NO, BAD and a lost connection into an empty success, and its parser
//! ends the connection on much that real servers send. Its login leaves copies of the secret in memory.

mod act;
mod ahead;
mod ask_ahead;
mod authenticate;
mod care;
mod command;
mod connect;
mod contents;
mod deadline;
mod doubt;
mod endpoint;
mod enter;
mod entries;
mod error;
mod exchange;
mod fingerprint;
mod flight;
#[cfg(feature = "world")]
pub mod fuzz;
mod greeting;
mod header;
#[cfg(feature = "world")]
pub mod hosts;
mod lexer;
mod list;
mod login;
mod look_commands;
mod looks;
mod messages;
mod one_by_one;
mod port;
mod prove;
mod public_key;
mod reach;
mod read;
mod reconnect;
mod reply;
mod sample;
mod sasl;
mod search;
mod session;
mod tls;
mod trace;
mod trust;
mod visits;
mod wire;

pub use connect::{connect, connect_over};
pub use endpoint::{Endpoint, Security, Tags};
pub use error::{ConnectError, ConnectErrorKind};
pub use login::{Admin, Credential, Login};
pub use one_by_one::OneByOne;
pub use session::{Dial, Dialing, Mode, Session};
pub use trace::{Trace, TraceNames};
pub use trust::Trust;
pub use wire::Transport;

// The way to a server is the same for its filters.
pub(crate) use {lexer::literal_length, reach::reach, sasl::Sasl, tls::protect};

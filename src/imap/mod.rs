//! The network: connects, logs in, lists, and carries out what `apply` asks for through [`crate::store::Store`].
//!
//! In: an endpoint, a login, typed looks and acts. Out: a Listing, typed answers. Never: a decision, a retry, a
//! mutating command before [`Mode::ReadWrite`] was set.
//!
//! Read in this order: `wire` (octets are cut into whole responses, under limits), `exchange` (the one loop that sends
//! and waits), `lexer` (a response becomes values), `command` (values become a command), `connect` with `tls` and
//! `login` (the way to a session), `list` (a session becomes a Listing), `read`, `messages` with
//! `contents` and `header`, and `act` (looks and acts), `port` (the [`crate::store::Store`] that joins them), `session`.
//!
//! async-imap gives the connection, the login and the reading of status lines. Everything else that a server says is
//! read by our own lexer: async-imap's methods that return data turn NO, BAD and a lost connection into an empty
//! success, and its parser ends the connection on much that real servers send.

mod act;
mod command;
mod connect;
mod contents;
mod dial;
mod exchange;
mod header;
mod lexer;
mod list;
mod login;
mod messages;
mod port;
mod read;
mod sample;
mod session;
mod tls;
mod whose;
mod wire;

pub use connect::{ConnectError, ConnectErrorKind, Endpoint, Security, connect, connect_over};
pub use dial::{Dial, Dialing};
pub use login::{Admin, Credential, Login};
pub use session::{Mode, Session};
pub use tls::Trust;
pub use wire::Transport;

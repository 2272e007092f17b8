//! An embedded IMAP server that lives in memory: a newcomer's walk without an account, and the tests' simulated world.
//!
//! In: commands over any stream. Out: what a real server of the chosen [`Persona`] would answer, Dovecot 2.3 if nothing
//! else is said. It touches no disk, asks no clock and no chance, and listens on no address that other machines can
//! reach.
//!
//! Read in this order: [`world`] is the state. [`mutation`] is every change to it as data, [`outcome`] how a change ends.
//! `tree` (mailboxes) and `mail` (messages) are the rules, which [`acl`], [`aliases`], [`labels`], [`namespaces`],
//! [`views`], `replica`, [`surprises`], [`sick`] and `later` refine for servers that have such things. [`point`] is where a test
//! may look at a command and disturb it. `session` is one connection, `view` what that connection has been told,
//! `frozen` what it goes on seeing, `reply` when it is told more; the commands are in `dispatch`, `login`,
//! `mailbox_commands`, `list`, `status`, `message_commands`, `fetch`, `search` and `extras`. [`sample`] is the account
//! that a newcomer meets.
//!
//! The feature `world` adds what only tests and benches ask for: other kinds of server (`kinds`, `providers`,
//! `options`), mail that is delivered while rolecall works (`delivery`), and any number of users (`crowd`). How
//! faithful the server is to Dovecot: `tests/faithful.rs`.

pub mod acl;
pub mod aliases;
#[cfg(feature = "world")]
pub mod crowd;
mod date;
#[cfg(feature = "world")]
pub mod delivery;
mod dispatch;
mod extras;
mod fetch;
mod frozen;
#[cfg(feature = "world")]
mod kinds;
pub mod labels;
#[cfg(feature = "world")]
mod later;
mod list;
mod login;
mod mail;
mod mailbox_commands;
pub mod message;
mod message_commands;
pub mod mutation;
mod names;
pub mod namespaces;
#[cfg(feature = "world")]
mod options;
pub mod outcome;
mod parse;
pub mod persona;
pub mod point;
#[cfg(feature = "world")]
pub mod providers;
mod read;
#[cfg(feature = "world")]
mod replica;
mod reply;
pub mod sample;
mod search;
mod server;
mod session;
pub mod sick;
mod status;
pub mod surprises;
mod tree;
mod view;
pub mod views;
pub mod world;

#[cfg(feature = "world")]
pub use delivery::Delivery;
pub use persona::Persona;
pub use point::{At, Calm, Hook, Point, Verdict};
pub use server::Server;
pub use session::serve;
pub use world::World;

//! An embedded IMAP server that lives in memory: a newcomer's walk without an account, and the tests' simulated world.
//!
//! In: commands over any stream. Out: what a real server of the chosen [`Persona`] would answer, Dovecot 2.3 if nothing
//! else is said. It touches no disk, asks no clock and no chance, and listens on no address that other machines can
//! reach.
//!
//! Read in this order: [`world`] is the state. [`mutation`] is every change to it as data, [`outcome`] how a change ends.
//! `tree` (mailboxes) and `mail` (messages) are the rules. `session` is one connection, `view` what that connection has
//! been told, `reply` when it is told more; the commands are in `dispatch`, `login`, `mailbox_commands`, `list`,
//! `status`, `message_commands`, `fetch` and `search`. [`sample`] is the account that a newcomer meets.
//!
//! All that only tests and benches ask for is in `quirks`, which the feature `world` compiles: other kinds of server,
//! their quirks, faults at any point of a command, mail that is delivered while rolecall works, any number of users.
//! `seam` names the moments at which it may step in; without the feature `plain` takes its place. How faithful the
//! server is to Dovecot: `tests/faithful.rs`.

mod date;
mod dispatch;
mod fetch;
mod list;
mod login;
mod mail;
mod mailbox_commands;
pub mod message;
mod message_commands;
pub mod mutation;
mod names;
pub mod namespaces;
pub mod outcome;
mod parse;
pub mod persona;
#[cfg(not(feature = "world"))]
mod plain;
#[cfg(feature = "world")]
pub mod quirks;
mod read;
mod reply;
pub mod sample;
mod seam;
mod search;
mod server;
mod session;
mod status;
mod tree;
mod view;
pub mod world;

pub use persona::Persona;
#[cfg(not(feature = "world"))]
use plain as quirks;
#[cfg(feature = "world")]
pub use quirks::{
    PersonaQuirks, acl, aliases, crowd,
    delivery::{self, Delivery},
    labels, manners,
    point::{At, Calm, Hook, Point, Verdict, serve},
    providers, sick, surprises, views,
};
pub use server::Server;
pub use world::World;

//! An embedded IMAP server that lives in memory: a newcomer's walk without an account, and the tests' simulated world.
//!
//! In: commands over any stream. Out: what a real server of the chosen [`Persona`] would answer, Dovecot 2.3 if nothing
//! else is said. Never: disk, a clock, chance, an address that other machines can reach.
//!
//! Read in this order: [`world`] (the state and who may change it), [`deed`] (every change, as data), [`outcome`] (how it
//! ends), `tree`, `mail`, `labels`, [`acl`], [`aliases`], [`views`], [`delivery`], `replica`, [`surprises`] and `later` (the rules), [`point`] (where tests may look and disturb), `session` (one connection), `view`
//! (what that connection has been told), `frozen` (what it goes on seeing), `reply` (when it is told more), then the commands: `dispatch`, `login`,
//! `mailbox_commands`, `list`, `status`, `message_commands`, `fetch`, `search`, `extras`. [`sample`] is the account that a
//! newcomer meets, [`crowd`] any number of users. How faithful it is to Dovecot: `tests/faithful.rs`.

pub mod acl;
pub mod aliases;
pub mod crowd;
mod date;
pub mod deed;
pub mod delivery;
mod dispatch;
mod extras;
mod fetch;
mod frozen;
mod kinds;
mod labels;
mod later;
mod list;
mod login;
mod mail;
mod mailbox_commands;
pub mod message;
mod message_commands;
mod names;
pub mod outcome;
mod parse;
pub mod persona;
pub mod point;
pub mod providers;
mod read;
mod replica;
mod reply;
pub mod sample;
mod search;
mod server;
mod session;
mod status;
pub mod surprises;
mod tree;
mod view;
pub mod views;
pub mod world;

pub use delivery::Delivery;
pub use persona::Persona;
pub use point::{At, Calm, Hook, Point, Verdict};
pub use server::Server;
pub use session::serve;
pub use world::World;

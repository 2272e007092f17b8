//! rolecall in one process with the embedded server, whose every command a test can watch, stop or disturb.

mod apply;
mod crash;
mod dangers;
mod demo;
mod imap;
#[path = "support/script.rs"]
mod script;
mod sim;
mod stage;
mod throttle;

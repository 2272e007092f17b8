//! rolecall in one process with the embedded server, whose every command a test can watch, stop or disturb.

mod apply;
mod conversations;
mod crash;
mod dangers;
mod demo;
mod discover;
mod hostile;
mod imap;
#[path = "support/internet.rs"]
mod internet;
mod repair;
#[path = "support/script.rs"]
mod script;
mod sim;
mod stage;
mod throttle;
mod tls;

//! The edges of the program: files that it writes and reads, secrets that must not leave it, sentences that it says.

mod files;
mod logins;
mod secrets;

//! rolecall beside real mail clients: what they do with a messy account, before and after `fix`, and whether
//! `rolecall clients` foretold it.
//!
//! In: Thunderbird, Roundcube and Geary from Debian (`tests/servers/install.sh`), each driven by a Python program of this
//! folder, and real servers on loopback. Out: ten accounts of different origin, each one test; whether a client does
//! what `rolecall clients --steps` tells its user to set. Never: any other network; a client's own word for where its
//! mail is: that is looked up on the server.
//!
//! They take more than a minute, so `tests/run --long` runs them.

mod accounts;
mod advice;
mod client;
mod keeps;
mod scene;

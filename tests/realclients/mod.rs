//! rolecall beside real mail clients: what they do with a messy account, before and after `fix`, and whether `rolecall
//! clients` predicted it.
//!
//! In: Thunderbird, Roundcube, Geary, Evolution, Claws Mail, Sylpheed, Alpine, aerc, SOGo and Horde IMP from Debian
//! (`tests/servers/install.sh`), each driven by a Python program of this folder, and real servers on loopback. Out: ten
//! accounts of different origin, each one test for the first three clients together and all ten for each of the others, and
//! whether a client does what `rolecall clients --steps` tells its user to set. Where a client's mail is is looked up on the
//! server; the client is not asked.
//!
//! They take more than a minute, so `tests/run --long` runs them.

mod accounts;
mod advice;
mod client;
mod keeps;
mod others;
mod scene;

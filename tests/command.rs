//! The `rolecall` program as its users run it, against the embedded server, real servers and real mail clients.

mod cli;
mod dovecot;
mod edges;
mod faithful;
mod filters;
mod fleet_crowd;
mod floods;
mod help;
mod listings;
mod million;
mod races;
mod realclients;
mod samples;
mod servers;
mod states;
mod support;
mod synthetic;

//! The `rolecall` program as its users run it, against the embedded server, real servers and real mail clients.

mod addresses;
mod cli;
mod compiled;
mod dovecot;
mod edges;
mod faithful;
mod filters;
mod fleet_crowd;
mod floods;
mod forms;
mod french;
mod help;
mod imported;
mod keep;
mod listings;
mod million;
mod newcomer;
mod packaging;
mod races;
mod realclients;
mod samples;
mod servers;
mod states;
mod support;
mod synthetic;

//! The rooms that need no server: their functions are called, and what they return is compared.

mod accounts;
mod advice;
mod audit;
mod classes;
mod clients;
mod content;
mod detect;
mod filtered;
mod fuzz;
mod house;
mod imagined;
mod import;
mod keeper;
mod listings;
mod mappings;
mod meet;
mod model;
mod names;
mod plan;
mod replayed;
mod report;
mod sieve;

//! A report for whoever's mail it is, as one page that needs nothing else: no script, no font, nothing that is fetched.
//!
//! In: what tables are made of too. Out: articles, and the page around them. Never: a name that is not escaped (maud escapes
//! all that is filled in), an option, a UID or a role's word before the technical details, which are folded.
//!
//! [`audit`], [`plan`], [`receipt`], [`clients`] and [`failure`] are articles; [`document`] puts them into a page, and
//! [`overview`] is the page that leads to those of many accounts. `changes` is what a picture shows, `parts` are what
//! articles have in common.

mod account;
mod changes;
mod clients;
mod details;
mod figures;
mod frame;
mod left;
mod overview;
mod parts;
mod picture;
mod rules;
mod words;

pub use account::{Audited, audit, failure, plan, receipt};
pub use clients::clients;
pub use frame::document;
pub use overview::{Need, OverviewRow, overview};

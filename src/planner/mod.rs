//! Deciding what to do: from the roll and the findings to an ordered plan, under the user's policy.
//!
//! In: a Listing, its Roll and Findings, a [`Policy`], and a [`Predictor`] of what clients will do. Out: a sealed Plan.
//! Never: I/O, a clock, or a step that cannot be explained.
//!
//! `draft` makes the plan whatever clients do: `role` goes through one role after the other (`keeper`: which mailbox keeps
//! it, and whether that must be created or renamed first; `source`: which members are merged into it and which are not;
//! `slip`: whether a target may be a typing error; `inbox`: second inboxes; `warn`: what a person must know), `garbled` repairs names, and `maker`
//! holds the plan in the making. [`converge`] (`meet`) makes the plan that is shown: it says what clients will create
//! beside what is kept, and where the user has stated the clients, it tries which plan brings them together: the names that
//! they would find (`names`), the account after each plan (`after`), what is left for their users to set
//! (`tell`). `filters` lets the account's filters follow. What no IMAP client can do becomes an entry under `manual`; what an administrator pastes comes from `advice`.

mod after;
mod draft;
mod filters;
mod garbled;
mod inbox;
mod keeper;
mod maker;
mod meet;
mod names;
mod policy;
mod role;
mod slip;
mod source;
mod tell;
mod warn;

pub use after::after;
pub use filters::follow_filters;
pub use meet::{Predictor, converge, finders, meeting};
pub use policy::{Policy, Suggestion};

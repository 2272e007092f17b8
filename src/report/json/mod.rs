//! JSON for scripts: one object a line, keys as the contract says, null where a key does not apply.
//!
//! In: listings, rolls, findings, plans, receipts, failures. Out: one line without its end; the JSON Schemas.
//! Never: a key left out, a number made up.
//!
//! Strings hold exactly what the server sent. Characters that act on a terminal or cannot be seen (`text::is_deceptive`) are written as
//! `\u…`, which is the same to a parser and harmless to someone who looks at the line.

mod audit;
mod clients;
mod event;
mod form;
pub(super) mod line;
mod mappings;
mod runs;
mod schema;

pub use audit::{AuditVersion, audit_error, audit_line, audit_line_since, check_error, check_line};
pub use clients::{clients_error, clients_line, known_clients_line};
pub use event::{AccountEvent, EVENT_BEGINNING, event_line};
pub use form::ErrorForm;
pub use line::pretty;
pub use mappings::{lookup_line, mapping_line};
pub use runs::{plan_error, plan_line, receipt_line, run_error, run_summary_line, story_line};
pub use schema::{PUBLISHED, schemas};

//! The JSON Schemas of all lines.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::Value;

use super::{
    clients::ClientsForm,
    event::EventForm,
    form::{
        AuditForm, CheckForm, EntryForm, LookupForm, PlanForm, ReceiptForm, RunForm, StoryForm,
    },
};
use crate::report::summary::Summary;

macro_rules! published {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../../docs/schemas/", $name, ".json"))),)*]
    };
}

/// The same as they are published in docs/schemas, which a test holds to [`schemas`].
pub const PUBLISHED: [(&str, &str); 11] = published!(
    "audit" "check" "clients" "event" "lookup" "mappings" "plan" "run" "runs" "story" "summary"
);

/// The JSON Schemas (draft 2020-12) of all lines, by the name of their form.
#[must_use]
pub fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("audit", schema::<AuditForm>()),
        ("check", schema::<CheckForm>()),
        ("clients", schema::<ClientsForm>()),
        ("event", schema::<EventForm>()),
        ("lookup", schema::<LookupForm>()),
        ("mappings", schema::<EntryForm>()),
        ("plan", schema::<PlanForm>()),
        ("run", schema::<ReceiptForm>()),
        ("runs", schema::<RunForm>()),
        ("story", schema::<StoryForm>()),
        ("summary", schema::<Summary>()),
    ]
}

/// What is written always has every key, so every key is required.
fn schema<T: JsonSchema>() -> Value {
    let generator: SchemaGenerator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    generator.into_root_schema_for::<T>().to_value()
}

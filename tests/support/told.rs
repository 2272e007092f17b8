//! What the program told in JSON, in short.

use serde_json::Value;

/// The steps of a plan or a receipt as short lines: `merge Sent Items -> Sent`.
pub fn steps(plan: &Value) -> Vec<String> {
    let name = |value: &Value| match value {
        Value::String(name) => name.clone(),
        Value::Object(name) => name["name"].as_str().unwrap().to_owned(),
        _ => String::new(),
    };
    plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            let action = step["action"].as_str().unwrap();
            match (&step["source"], &step["target"]) {
                (Value::Null, target) => format!("{action} {}", name(target)),
                (source, target) => format!("{action} {} -> {}", name(source), name(target)),
            }
        })
        .collect()
}

/// The codes of a list of findings, warnings or manual entries.
pub fn codes(list: &Value) -> Vec<&str> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["code"].as_str().unwrap())
        .collect()
}

/// The names of the mailboxes that an audit lists.
pub fn mailboxes(told: &Value) -> Vec<&str> {
    told["mailboxes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mailbox| mailbox["name"].as_str().unwrap())
        .collect()
}

//! The article about what mail programs will use.

use maud::{Markup, html};

use super::{
    parts::head,
    words::{purpose, say},
};
use crate::{
    language::{Language, Phrase, text},
    model::{
        client::{Agreement, Forecasts},
        role::Role,
    },
    report::{
        table::{choices, uses},
        text::safe,
    },
};

/// What the mail programs of an account will do.
#[must_use]
pub fn clients(account: &str, forecasts: &Forecasts, language: Language) -> String {
    let roles: Vec<Role> = Role::EVERY
        .into_iter()
        .filter(|role| forecasts.of(*role).next().is_some())
        .collect();
    let told = if forecasts.stated {
        text::programs_stated()
    } else {
        text::programs_known()
    };
    let article = html! {
        article {
            (head(text::title_programs(), &safe(account), "", language))
            p { (say(told, language)) }
            (agreement(forecasts, &roles, language))
            div class="scroll" tabindex="0" {
                table {
                    thead { tr {
                        th scope="col" { (say(text::column_purpose(), language)) }
                        th scope="col" { (say(text::column_folder(), language)) }
                        th scope="col" { (say(text::column_programs(), language)) }
                    } }
                    tbody { @for role in &roles { (rows(forecasts, *role, language)) } }
                }
            }
        }
    };
    article.into_string()
}

/// For which purposes the programs meet in one folder, and for which they do not.
fn agreement(forecasts: &Forecasts, roles: &[Role], language: Language) -> Markup {
    let named = |agree: bool| {
        let roles = roles.iter();
        let those = roles.filter(|role| (forecasts.agreement(**role) == Agreement::Agree) == agree);
        let purposes: Vec<Phrase> = those.map(|role| purpose(Some(*role))).collect();
        (!purposes.is_empty()).then(|| Phrase::joined(purposes, ", "))
    };
    html! {
        @if let Some(purposes) = named(false) { p class="verdict partly" { (say(text::programs_differ(purposes), language)) } }
        @if let Some(purposes) = named(true) { p class="verdict done" { (say(text::programs_agree(purposes), language)) } }
    }
}

fn rows(forecasts: &Forecasts, role: Role, language: Language) -> Markup {
    let choices = choices(forecasts, role);
    let number = choices.len();
    html! {
        @for (place, (does, clients)) in choices.into_iter().enumerate() {
            @let programs: Vec<String> = clients.iter().map(|(who, _)| safe(&who.to_string())).collect();
            tr {
                @if place == 0 { th scope="rowgroup" rowspan=(number) { (say(purpose(Some(role)), language)) } }
                td { bdi { (say(uses(does), language)) } }
                td { (programs.join(", ")) }
            }
        }
    }
}

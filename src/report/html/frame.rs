//! The page around articles.
//!
//! In: articles. Out: one HTML file. The Content-Security-Policy allows the one style sheet that stands in the page, by its
//! digest, and nothing else: even a name that slipped through would neither run nor fetch.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::words::say;
use crate::{
    language::{Language, text},
    report::text::safe,
};

const STYLE: &str = include_str!("style.css");

/// A page of these articles. `brand` is who has made it for the reader.
#[must_use]
pub fn document(title: &str, articles: &str, brand: Option<&str>, language: Language) -> String {
    page(&safe(title), &PreEscaped(articles), brand, language)
}

pub(super) fn page(
    title: &str,
    body: &PreEscaped<impl AsRef<str>>,
    brand: Option<&str>,
    language: Language,
) -> String {
    let digest = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    );
    let made = text::made_with(env!("CARGO_PKG_VERSION"));
    let page: Markup = html! {
        (DOCTYPE)
        html lang=(language.tag()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { (PreEscaped(body.0.as_ref())) }
                footer {
                    @if let Some(brand) = brand {
                        p { (say(text::prepared_by(safe(brand)), language)) }
                    }
                    p { (say(made, language)) }
                }
            }
        }
    };
    page.into_string()
}

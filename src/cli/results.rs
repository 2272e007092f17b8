//! Results in the form that was asked for.
//!
//! In: plans, receipts, failures, options. Out: finished text; and what has to stand around the texts of several accounts,
//! such as the head of a table or the rest of a page.

use super::{
    args::{Format, Shared},
    clock::now,
    failure::Failure,
    terminal::look,
};
use crate::{
    language::{Language, Phrase, text},
    model::{plan::Plan, receipt::Receipt},
    report::{csv, csv::CsvTable, html, json, markdown, table, text::safe},
};

/// A plan.
pub fn plan_text(plan: &Plan, shared: &Shared) -> String {
    let look = look(shared);
    match shared.format {
        Format::Table => table::plan(plan, look),
        Format::Json => json::plan_line(plan) + "\n",
        Format::Csv => csv::plan(plan, look.language),
        Format::Markdown => markdown::plan(plan, look.language),
        Format::Html => html::plan(plan, look.language),
    }
}

/// What has just become of a plan.
pub fn receipt_text(plan: &Plan, receipt: &Receipt, shared: &Shared) -> String {
    receipt_of(plan, receipt, &now(), shared)
}

/// What became of a plan at this moment (RFC 3339).
pub fn receipt_of(plan: &Plan, receipt: &Receipt, when: &str, shared: &Shared) -> String {
    let look = look(shared);
    match shared.format {
        Format::Table => table::receipt(plan, receipt, look),
        Format::Json => json::receipt_line(plan, receipt) + "\n",
        Format::Csv => csv::receipt(plan, receipt, look.language),
        Format::Markdown => markdown::receipt(plan, receipt, look.language),
        Format::Html => html::receipt(plan, receipt, when, look.language),
    }
}

/// A form that a command does not have.
pub fn no_such_form(what: Phrase) -> Failure {
    Failure::config(text::cannot(text::show_in_this_form(what))).hint(text::try_table_or_json())
}

/// What stands around the results of accounts.
#[derive(Debug, Clone)]
pub struct Frame {
    pub format: Format,
    pub language: Language,
    brand: Option<String>,
    table: Option<CsvTable>,
}

impl Frame {
    /// Refuses forms that a command does not have, before anything is sent.
    pub fn of(verb: &str, shared: &Shared) -> Result<Self, Failure> {
        let table = match verb {
            "audit" => Some(CsvTable::Audit),
            "clients" => Some(CsvTable::Clients),
            "fix" | "undo" | "resume" | "plan" => Some(CsvTable::Steps),
            "runs" => Some(CsvTable::Runs),
            _ => None,
        };
        let is_for_all = matches!(shared.format, Format::Table | Format::Json);
        if table.is_none() && !is_for_all {
            return Err(no_such_form(text::what_verb_finds(verb)));
        }
        if shared.brand.is_some() && shared.format != Format::Html {
            return Err(
                Failure::config(text::cannot(text::put_a_brand())).hint(text::try_brand_html())
            );
        }
        Ok(Self {
            format: shared.format,
            language: look(shared).language,
            brand: shared.brand.clone(),
            table,
        })
    }

    /// What stands once before all results.
    pub fn head(&self) -> String {
        match (self.format, self.table) {
            (Format::Csv, Some(table)) => table.head(self.language),
            _ => String::new(),
        }
    }

    /// The result of an account by itself, as it is shown: a page is always whole.
    pub fn shown(&self, account: &str, result: &str) -> String {
        if self.format != Format::Html || result.is_empty() {
            return result.to_owned();
        }
        let title = text::report_on(safe(account));
        let brand = self.brand.as_deref();
        html::document(title.say(self.language), result, brand, self.language)
    }

    /// The result of an account as a file of its own.
    pub fn file(&self, account: &str, result: &str) -> String {
        self.head() + &self.shown(account, result)
    }

    /// The page that leads to those of the accounts.
    pub fn overview(&self, rows: Vec<html::OverviewRow>) -> Option<String> {
        let brand = self.brand.as_deref();
        (self.format == Format::Html).then(|| html::overview(rows, brand, self.language))
    }

    /// The file of an account that is not dealt with because of what an earlier command met.
    pub fn whole_failure(&self, called: &str, account: &str, failure: &Failure) -> String {
        match self.format {
            Format::Table => failure.text(Some(&safe(called)), self.language),
            Format::Json => json::run_error(account, &failure.as_error()) + "\n",
            _ => self.failure(account, failure),
        }
    }

    /// An account that could not be dealt with, in forms in which every account has its place.
    pub fn failure(&self, account: &str, failure: &Failure) -> String {
        let message = failure.message.say(self.language);
        let hint = failure.hint.as_ref().map(|hint| hint.say(self.language));
        match (self.format, self.table) {
            (Format::Csv, Some(table)) => table.error(account, message, self.language),
            (Format::Markdown, _) => markdown::failure(account, message, hint, self.language),
            (Format::Html, _) => html::failure(account, message, hint, self.language),
            _ => String::new(),
        }
    }
}

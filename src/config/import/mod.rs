//! Lists of accounts that mail servers, their panels and imapsync write: who has a mailbox there.
//!
//! In: the text of a list, whose form is told by its content. Out: [`AccountList`]: each account once, and how many entries were
//! left out and why; or every fault with its place. Never: a password or its hash, which some of these lists have; nothing of a
//! line is repeated in a fault, nor kept but the name of the user and the host.
//!
//! `lines` reads one user a line, `cells` what is parted by signs, `documents` JSON and YAML; `gather` takes what they read.

mod cells;
mod documents;
mod gather;
mod lines;
mod list;

use gather::ListGather;
pub use list::{AccountList, ImportHost, LeftOut, ListFault, ListForm};

use crate::language::text;

/// Reads a list. Its form is told by its content where none is stated.
pub fn read(
    text: &str,
    form: Option<ListForm>,
    host: Option<&ImportHost>,
) -> Result<AccountList, Vec<ListFault>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let unknown = || {
        vec![ListFault {
            line: 1,
            column: 1,
            message: text::list_of_no_known_form(),
        }]
    };
    let form = form.or_else(|| recognised(text)).ok_or_else(unknown)?;
    let mut gather = ListGather::new(form, host);
    match form {
        ListForm::Users => lines::users(text, &mut gather),
        ListForm::PasswdFile => lines::passwd_file(text, &mut gather),
        ListForm::Addresses => lines::addresses(text, &mut gather),
        ListForm::Modoboa => cells::modoboa(text, &mut gather),
        ListForm::Table => cells::table(text, &mut gather),
        ListForm::Imapsync => cells::imapsync(text, &mut gather),
        ListForm::Mailcow => documents::mailcow(text, &mut gather),
        ListForm::Cpanel => documents::cpanel(text, &mut gather),
    }
    gather.finish()
}

/// The form of a text by its beginning.
fn recognised(text: &str) -> Option<ListForm> {
    let mut lines = text.lines().map(str::trim);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'))?;
    if first.starts_with('[') {
        Some(ListForm::Mailcow)
    } else if first.starts_with('{') || first == "---" || first.starts_with("apiversion:") {
        Some(ListForm::Cpanel)
    } else if cells::is_modoboa(first) {
        Some(ListForm::Modoboa)
    } else if cells::is_head(first) {
        Some(ListForm::Table)
    } else if first.split(';').count() >= cells::IMAPSYNC {
        Some(ListForm::Imapsync)
    } else if first.contains(':') && !first.contains(char::is_whitespace) || first.contains(":{") {
        Some(ListForm::PasswdFile)
    } else if first.contains(char::is_whitespace) {
        Some(ListForm::Addresses)
    } else {
        Some(ListForm::Users)
    }
}

//! An audit as a person reads it: whose account, which mailbox plays which role and why, what is wrong, what next.

use super::{
    ink::Ink,
    look::Look,
    page::Page,
    remarks::{RemarkRow, code_width, remarks},
    roster::Roster,
};
use crate::{
    language::{Phrase, text},
    model::{
        finding::{Code, Finding, Severity},
        listing::Listing,
        news::News,
        plan::Plan,
        role::Role,
        roll::{Aside, Roll, RollEntry},
        set_aside::SetAsideBy,
    },
    report::{
        text::safe,
        wrap::{elide, glue},
    },
};

/// A server's own name is cut to this.
const WIDEST_SOFTWARE: usize = 60;

/// Shows an audit: the mailboxes by role, the findings, and in the last line what to do next, by the plan that `fix` would
/// show.
#[must_use]
pub fn audit(
    listing: &Listing,
    roll: &Roll,
    findings: &[Finding],
    plan: &Plan,
    look: Look,
) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    head(&mut page, listing, look);
    page.gap();
    Roster::new(listing, roll, look).draw(&mut page);
    if !findings.is_empty() {
        page.gap();
        let found = text::findings(findings.len() as u64);
        page.line(&look.say(text::explain_tells_more(found)), Ink::Strong);
        let all: Vec<RemarkRow> = findings.iter().map(remark).collect();
        let width = code_width(findings.iter().map(|finding| finding.code));
        page.grid(&remarks(&all, width, look));
    }
    page.gap();
    next(&mut page, roll, findings, plan, look);
    page.finish()
}

/// What is new since an earlier audit, to stand below the audit.
#[must_use]
pub fn news(findings: &[Finding], news: &News, look: Look) -> String {
    let look = look.at_least_narrowest();
    let mut page = Page::new(look);
    page.gap();
    let new: Vec<&Finding> = news.new_findings(findings).collect();
    let all: Vec<RemarkRow> = new.iter().map(|finding| remark(finding)).collect();
    let ink = if new.is_empty() {
        Ink::Good
    } else {
        Ink::Strong
    };
    let line = text::new_since(
        text::new_findings(new.len() as u64),
        text::gone_findings(news.gone),
    );
    page.line(&look.say(line), ink);
    if !all.is_empty() {
        let width = code_width(new.iter().map(|finding| finding.code));
        page.grid(&remarks(&all, width, look));
    }
    page.finish()
}

fn remark(finding: &Finding) -> RemarkRow<'_> {
    RemarkRow {
        severity: Some(finding.severity),
        code: finding.code,
        message: &finding.message,
    }
}

fn head(page: &mut Page, listing: &Listing, look: Look) {
    page.line(&safe(&listing.account.url), Ink::Strong);
    if let Some(admin) = &listing.acted_as {
        page.line(&look.say(text::acted_as(safe(admin))), Ink::Plain);
    }
    let software = match &listing.server.software {
        Some(software) => elide(&safe(software), WIDEST_SOFTWARE).into(),
        None => text::nameless_server(),
    };
    let mailboxes = text::mailboxes(listing.mailboxes.len() as u64).map(glue);
    let line = text::server_and_mailboxes(software, mailboxes);
    page.line(&look.say(line), Ink::Plain);
}

fn next(page: &mut Page, roll: &Roll, findings: &[Finding], plan: &Plan, look: Look) {
    let is_interrupted = findings
        .iter()
        .any(|finding| finding.code == Code::UnfinishedRun);
    let held = held_back(plan).join(",");
    // What an administrator is to paste stands in a plan alone.
    let has_lines = plan.manual.iter().any(|one| one.snippet.is_some());
    let (said, command_said) = if is_interrupted {
        let resume = "rolecall resume";
        let resume = interrupted_run(roll).map_or_else(
            || format!("{resume}{}", look.carried.reach),
            |run| look.of_run(resume, run),
        );
        page.command(&look.say(text::finish_interrupted()), &resume);
        return;
    } else if !plan.is_empty() {
        (
            text::see_what_would_be_done(),
            "rolecall fix --dry-run".to_owned(),
        )
    } else if !held.is_empty() {
        (
            text::see_what_would_be_done(),
            format!("rolecall fix --dry-run --include {held}"),
        )
    } else if plan
        .manual
        .iter()
        .any(|one| one.code == Code::KeeperUnclear)
    {
        (text::say_which_is_kept(), "rolecall fix".to_owned())
    } else {
        let (said, ink) = nothing_to_do(roll, findings, plan);
        page.line(&look.say(said), ink);
        if has_lines {
            page.command(
                &look.say(text::see_what_is_by_hand()),
                &look.of_account("rolecall fix --dry-run", &plan.account),
            );
        }
        return;
    };
    page.command(
        &look.say(said),
        &look.of_account(&command_said, &plan.account),
    );
    let waiting = waiting(unanswered(roll, findings));
    if waiting > 0 {
        page.line(&look.say(text::wait_for_your_word(waiting)), Ink::Odd);
    }
}

/// The run that is to be finished first. The bare command does not take one that came to its end before its mailbox turned up.
fn interrupted_run(roll: &Roll) -> Option<&str> {
    let mut asides = roll.entries.iter().filter_map(|entry| entry.aside.as_ref());
    asides.find_map(|aside| match aside {
        Aside::SetAside {
            by: SetAsideBy::Interrupted,
            run,
        } => Some(run.as_str()),
        _ => None,
    })
}

/// What an audit comes to where no step would be planned.
fn nothing_to_do(roll: &Roll, findings: &[Finding], plan: &Plan) -> (Phrase, Ink) {
    let waiting = waiting(unanswered(roll, findings));
    let by_hand = findings.iter().filter(|one| is_for_a_person(one));
    let found = (by_hand.count() as u64).saturating_sub(waiting);
    // What is to do the plan says, and says once where several findings are about it.
    let things = match things(plan) {
        0 => found,
        things => things,
    };
    let has = |code| findings.iter().any(|one| one.code == code);
    if things + waiting == 0 {
        return if has(Code::RoleMissing) {
            (text::no_role_twice(), Ink::Good)
        } else {
            (text::one_per_role(), Ink::Good)
        };
    }
    (
        what_is_left(text::nothing_rolecall_can_do(), waiting, things),
        Ink::Odd,
    )
}

/// Whether it is about what is merged only where that is asked for, as the plan says too.
fn is_held_back(roll: &Roll, finding: &Finding) -> bool {
    let is_inbox = finding.mailboxes.first().and_then(|name| roll.entry(name));
    match finding.code {
        Code::RoleSplit => finding.fix.is_none(),
        Code::SecondInbox => is_inbox.is_some_and(RollEntry::is_surely_an_inbox),
        _ => false,
    }
}

/// What findings are about that the user has not settled: a name that surely is an inbox's has no doubtful role.
fn unanswered(roll: &Roll, findings: &[Finding]) -> impl Iterator<Item = Code> {
    let findings = findings.iter();
    findings
        .filter(|finding| !is_held_back(roll, finding))
        .map(|finding| finding.code)
}

/// The words of the roles that a plan merges only where that is asked for.
pub(super) fn held_back(plan: &Plan) -> Vec<&'static str> {
    let held = plan.warnings.iter();
    let held = held.filter(|one| one.code == Code::HeldBack);
    held.filter_map(|one| one.role.map(Role::word)).collect()
}

/// What a plan leaves for people to do, besides saying which role a mailbox has.
pub(super) fn things(plan: &Plan) -> u64 {
    let codes = plan.manual.iter().map(|one| one.code);
    plan.manual.len() as u64 - waiting(codes)
}

/// How many mailboxes wait for the user to say which role they have.
pub(super) fn waiting(codes: impl Iterator<Item = Code>) -> u64 {
    let is_waiting = |code: &Code| {
        matches!(
            code,
            Code::RoleDoubtful | Code::NameAmbiguous | Code::SecondInbox
        )
    };
    codes.filter(is_waiting).count() as u64
}

/// What is done or not, and what is left for the user to say and for people to do.
pub(super) fn what_is_left(said: Phrase, waiting: u64, things: u64) -> Phrase {
    let said = match waiting {
        0 => said,
        _ => text::clauses(said, text::wait_for_your_word(waiting)),
    };
    match things {
        0 => said,
        _ => text::by_hand_too(said, text::things(things)),
    }
}

/// Whether it waits for a word or a deed of somebody: what is doubtful, what clients and servers must be told, and whatever
/// is wrong and has no remedy.
fn is_for_a_person(finding: &Finding) -> bool {
    let is_wrong = finding.severity >= Severity::Warning && finding.fix.is_none();
    is_wrong
        || matches!(
            finding.code,
            Code::RoleDoubtful
                | Code::NameAmbiguous
                | Code::SecondInbox
                | Code::MailTree
                | Code::SentSavedTwice
                | Code::NameGarbled
                | Code::LookalikeName
                | Code::ClientWillCreate
                | Code::ClientsDisagree
                | Code::ClientToBeTold
                | Code::BindsNewName
                | Code::NamedByAdministrator
        )
}

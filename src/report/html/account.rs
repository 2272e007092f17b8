//! The articles about one account: an audit, a plan, a receipt, a failure.

use maud::{Markup, html};

use super::{
    changes::{self, Gathering},
    details,
    figures::{counted, figures_of},
    left::{held_back, is_own, left_alone, still_to_do},
    parts::{Tone, called, for_you, head, table, verdict},
    picture::picture,
    rules,
    words::say,
};
use crate::{
    advice::Steps,
    language::{Language, Phrase, text},
    model::{
        finding::{Code, Finding, Severity},
        listing::Listing,
        plan::{Action, Plan},
        receipt::{Proof, Proven, Receipt},
        role::Role,
        roll::{Aside, Roll, RollEntry},
    },
    report::text::safe,
};

/// An account as it was judged, with what `fix` would do and what the users of its clients would have to set.
#[derive(Debug, Clone, Copy)]
pub struct Audited<'a> {
    /// What was observed.
    pub listing: &'a Listing,
    /// Which mailbox has which role.
    pub roll: &'a Roll,
    /// What is wrong.
    pub findings: &'a [Finding],
    /// What `fix` would do.
    pub plan: &'a Plan,
    /// What the users of the stated clients have to set.
    pub steps: &'a [Steps],
}

/// What an account looks like, and what is proposed.
#[must_use]
pub fn audit(audited: &Audited<'_>, language: Language) -> String {
    let Audited {
        listing,
        roll,
        findings,
        plan,
        steps,
    } = *audited;
    let all = changes::of_account(listing, roll, plan);
    let is_one_each = !plan.leaves_work()
        && roll
            .roles
            .values()
            .all(|members| members.members.len() == 1)
        && findings
            .iter()
            .all(|finding| finding.severity < Severity::Warning);
    let (title, verdict) = if !plan.is_empty() {
        (
            text::title_can_be_in_order(),
            proposal(plan, total(listing, roll), language),
        )
    } else if !is_one_each {
        in_part(vec![text::not_without_you()], language)
    } else if findings.iter().any(|one| one.code == Code::RemovalWaits) {
        in_part(vec![text::emptied_go_later()], language)
    } else if !steps.is_empty() {
        in_part(vec![text::one_folder_each(), text::left_to_you()], language)
    } else {
        let rest = vec![text::one_folder_each()];
        let verdict = verdict(Tone::Done, text::all_is_in_order(), rest, language);
        (text::title_in_order(), verdict)
    };
    let own = roll
        .entries
        .iter()
        .filter(|entry| is_own(entry, listing))
        .count() as u64;
    let article = html! {
        article {
            (head(title, &called(&listing.account), &listing.taken, language))
            (verdict)
            (figures_of(plan, None, &all, steps.len(), language))
            (drawn(&all, true, false, language))
            (for_you(steps, &[], &after(plan, steps.is_empty(), !plan.is_empty()), language))
            (rules::found(findings, language))
            (left_alone(&all, Some(own), &[], text::heading_to_leave_alone(), language))
            @if !all.is_empty() { (table(&all, false, language)) }
            @if !plan.is_empty() { (way_back(None, language)) }
            (details::of_audit(listing, findings, plan, language))
        }
    };
    article.into_string()
}

/// What is proposed, where no more than the plan is known.
#[must_use]
pub fn plan(plan: &Plan, language: Language) -> String {
    let all = changes::of_plan(plan);
    let (title, verdict) = match (plan.is_empty(), plan.undoes.is_some()) {
        (true, _) if plan.leaves_work() => in_part(why_empty(plan), language),
        (true, _) => {
            let verdict = verdict(Tone::Done, text::all_is_in_order(), Vec::new(), language);
            (text::title_in_order(), verdict)
        }
        (false, true) => (
            text::title_can_be_put_back(),
            proposal(plan, None, language),
        ),
        (false, false) => (
            text::title_can_be_in_order(),
            proposal(plan, None, language),
        ),
    };
    let told = told(plan);
    let article = html! {
        article {
            (head(title, &called(&plan.identity), &plan.made, language))
            (verdict)
            (figures_of(plan, None, &all, told.len(), language))
            @if plan.undoes.is_none() { (drawn(&all, true, false, language)) }
            (for_you(&[], &told, &after(plan, told.is_empty(), !plan.is_empty()), language))
            (rules::changed(plan, None, language))
            (left_alone(&all, None, &held_back(plan), text::heading_to_leave_alone(), language))
            @if !all.is_empty() { (table(&all, plan.undoes.is_some(), language)) }
            @if !plan.is_empty() { (way_back(None, language)) }
            (details::of_plan(plan, language))
        }
    };
    article.into_string()
}

/// What was done, at this moment (RFC 3339).
#[must_use]
pub fn receipt(plan: &Plan, receipt: &Receipt, when: &str, language: Language) -> String {
    let all = changes::of_receipt(plan, receipt);
    let is_undo = plan.undoes.is_some();
    let is_done = receipt.finished
        && !receipt.is_unknown()
        && !receipt.is_refused()
        && !receipt.is_unexplained()
        && !plan.leaves_mail();
    let left = if is_done && !is_undo {
        still_to_do(plan, receipt)
    } else {
        Vec::new()
    };
    let is_all = is_done && left.is_empty();
    let (tone, title) = match (is_all, is_undo) {
        (true, true) => (Tone::Done, text::title_put_back()),
        (true, false) => (Tone::Done, text::title_in_order()),
        (false, _) => (Tone::Partly, text::title_partly_in_order()),
    };
    let (lead, mut rest) = outcome(receipt, is_done);
    rest.extend(left);
    let told = told(plan);
    let moves = receipt.moved() > 0;
    let is_reversible = !is_undo && moves && receipt.finished;
    let run = is_reversible.then_some(receipt.run.as_str());
    let article = html! {
        article {
            (head(title, &called(&plan.identity), when, language))
            (verdict(tone, lead, rest, language))
            (figures_of(plan, Some(receipt), &all, told.len(), language))
            @if !is_undo { (drawn(&all, false, is_all, language)) }
            (for_you(&[], &told, &after(plan, told.is_empty(), moves), language))
            (rules::changed(plan, Some(receipt), language))
            (left_alone(&all, None, &held_back(plan), text::heading_left_alone(), language))
            @if !all.is_empty() { (table(&all, is_undo, language)) }
            @if let Some(run) = run { (way_back(Some(run), language)) }
            (details::of_receipt(plan, receipt, language))
        }
    };
    article.into_string()
}

/// An account that could not be dealt with.
#[must_use]
pub fn failure(account: &str, message: &str, hint: Option<&str>, language: Language) -> String {
    let article = html! {
        article {
            (head(text::title_not_examined(), &safe(account), "", language))
            p class="verdict partly" { (safe(message)) }
            @if let Some(hint) = hint { p { (safe(hint)) } }
        }
    };
    article.into_string()
}

/// Why a plan is empty though not everything is in order.
fn why_empty(plan: &Plan) -> Vec<Phrase> {
    let waits = !held_back(plan).is_empty() || !plan.manual.is_empty();
    let part = plan.partial.then(text::only_a_part);
    let waits = waits.then(text::not_without_you);
    part.into_iter().chain(waits).collect()
}

/// Where nothing is planned, and not everything is in order.
fn in_part(rest: Vec<Phrase>, language: Language) -> (Phrase, Markup) {
    let verdict = verdict(Tone::Partly, text::nothing_changed_yet(), rest, language);
    (text::title_partly_in_order(), verdict)
}

fn proposal(plan: &Plan, total: Option<u64>, language: Language) -> Markup {
    let (messages, folders) = counted(plan, None);
    let mut rest = Vec::new();
    if plan.steps.iter().any(|step| step.action == Action::Merge) {
        let messages = text::printed_messages(messages);
        rest.push(match folders {
            0 => text::would_gather_only(messages),
            folders => text::would_gather(messages, text::printed_folders(folders)),
        });
    } else {
        rest.push(text::would_change_settings());
    }
    if let Some(total) = total {
        rest.push(text::account_total(
            text::printed_messages(total),
            text::number(total),
        ));
    }
    verdict(Tone::Proposal, text::nothing_changed_yet(), rest, language)
}

/// What a run came to, in a few sentences.
fn outcome(receipt: &Receipt, is_done: bool) -> (Phrase, Vec<Phrase>) {
    let balances = &receipt.balances;
    let before: u64 = balances.iter().map(|balance| balance.stood).sum();
    let others: u64 = balances.iter().map(|balance| balance.others_in).sum();
    let after: u64 = balances.iter().filter_map(|balance| balance.stands).sum();
    let unexplained: u64 = balances.iter().map(|balance| balance.unexplained).sum();
    let mut rest = Vec::new();
    if !is_done {
        let moved = text::printed_messages(receipt.moved());
        rest.push(if receipt.finished && !receipt.is_unknown() {
            text::moved_so_far(moved)
        } else {
            text::moved_and_looked_into(moved)
        });
        if unexplained > 0 {
            rest.push(text::not_all_explained(text::printed_messages(unexplained)));
        }
        return (text::done_in_part(), rest);
    }
    if receipt.moved() == 0 || balances.is_empty() {
        return (
            text::done_without_moving(),
            vec![text::no_message_was_moved()],
        );
    }
    let ours = after.saturating_sub(others);
    rest.push(text::before_and_after(
        text::printed_messages(before),
        text::printed_messages(ours),
    ));
    if others > 0 {
        rest.push(text::arrived_meanwhile(text::printed_messages(others)));
    }
    rest.extend(seen(receipt));
    (text::all_done(), rest)
}

/// What was compared of each message that was moved.
fn seen(receipt: &Receipt) -> Option<Phrase> {
    let (_, by) = receipt.proven()?;
    let mut proven = receipt.steps.iter().filter_map(|step| step.proven.as_ref());
    let is_all_kept = proven.all(Proven::is_all_kept);
    let compared = match (by, is_all_kept) {
        (Proof::Facts, true) => text::compared_facts(),
        (Proof::Text, true) => text::compared_text(),
        (_, false) => text::compared_size(),
    };
    Some(text::seen_in_place(compared))
}

/// What the reader's programs may do by themselves afterwards.
fn after(plan: &Plan, is_nothing_told: bool, moves: bool) -> Vec<Phrase> {
    let comes_back = is_nothing_told && plan.undoes.is_none();
    let comes_back = comes_back.then(text::if_a_folder_comes_back);
    let downloads = moves.then(text::mail_downloads_again);
    comes_back.into_iter().chain(downloads).collect()
}

/// The picture, and what it is about; `is_one_each` where nothing is left beside the folders that stay.
fn drawn(all: &[Gathering], is_planned: bool, is_one_each: bool, language: Language) -> Markup {
    let moves = all.iter().any(|one| one.gathered().next().is_some());
    let heading = if is_planned {
        text::heading_proposal()
    } else {
        text::heading_changed()
    };
    html! {
        @if let Some(picture) = picture(all, is_planned, language).filter(|_| moves) {
            h2 { (say(heading, language)) }
            p {
                (say(text::why_folders_multiply(), language))
                @if is_one_each { " " (say(text::one_folder_remains(), language)) }
            }
            (picture)
        }
    }
}

fn way_back(run: Option<&str>, language: Language) -> Markup {
    html! {
        h2 { (say(text::heading_way_back(), language)) }
        @if let Some(run) = run {
            p {
                (say(text::give_this_number(), language)) " " code { (safe(run)) } ". "
                (say(text::sooner_is_better(), language))
            }
        } @else {
            p { (say(text::will_be_reversible(), language)) }
        }
    }
}

/// What a plan tells the users of the clients that were stated.
fn told(plan: &Plan) -> Vec<&Phrase> {
    let manual = plan.manual.iter();
    let told = manual.filter(|one| one.code == Code::ClientToBeTold);
    told.map(|one| &one.message).collect()
}

/// Every message of the account once; none where a number is not known.
fn total(listing: &Listing, roll: &Roll) -> Option<u64> {
    let counts_twice = |entry: &RollEntry| {
        let is_view = matches!(
            entry.role,
            Some(Role::All | Role::Flagged | Role::Important)
        );
        let is_other_name = matches!(
            entry.aside,
            Some(Aside::Alias(_) | Aside::View(_) | Aside::Foreign)
        );
        is_view || is_other_name
    };
    let once = roll.entries.iter().filter(|entry| !counts_twice(entry));
    let there = once.filter_map(|entry| listing.find(entry.name.wire()));
    let holding = there.filter(|mailbox| mailbox.selectable);
    holding.map(|mailbox| mailbox.status.messages).sum()
}

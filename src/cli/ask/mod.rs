//! Questions on the terminal. The default answer, and the end of the input, always change nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, BufRead as _, IsTerminal as _, Write as _},
    sync::{Mutex, PoisonError},
};

use super::{
    args::{Format, Shared},
    failure::Failure,
    output::Output,
    terminal::{look, say},
};
use crate::{
    discover::{Address, FoundBy, FoundServer},
    judge::{Judged, MissingTarget},
    language::{Language, Phrase, text},
    model::{
        finding::Code,
        mailbox::MailboxName,
        plan::{Action, Plan},
        role::{Certainty, Role},
        roll::RollEntry,
    },
    planner::Policy,
    report::{
        table::{self, Look},
        text::{paragraph, safe},
    },
};

/// The most octets of an answer that are read.
const LONGEST: u64 = 1_000;
/// The columns of what is printed before a question.
const WIDTH: usize = 78;

/// Asks, and returns the answer in lower case; none at the end of the input.
fn answer(question: &str) -> Option<String> {
    use io::Read as _;
    let mut stderr = io::stderr();
    write!(stderr, "{question} ")
        .and_then(|()| stderr.flush())
        .ok()?;
    let mut line = String::new();
    let mut input = io::stdin().lock();
    let length = input.by_ref().take(LONGEST).read_line(&mut line).ok()?;
    if length > 0 && !line.ends_with('\n') {
        // The rest of a longer line is no answer to the next question.
        input.skip_until(b'\n').ok()?;
    }
    (length > 0).then(|| line.trim().to_lowercase())
}

/// Whether somebody can see a question and answer it.
pub fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// How often a question is asked again before nobody seems to answer it.
const TRIES: usize = 20;

/// What somebody chose of a numbered list.
#[derive(Debug, PartialEq, Eq)]
enum Choice {
    /// The place in the list, from 0.
    Number(usize),
    /// None of them: `s`.
    Skip,
    /// Enter, or the end of the input.
    Suggested,
}

/// Asks until the answer is one: a number of the list, `s`, or Enter.
fn choice(question: &Phrase, length: usize, language: Language) -> Choice {
    for _ in 0..TRIES {
        let Some(reply) = answer(question.say(language)) else {
            break;
        };
        match chosen(&reply, length) {
            Some(choice) => return choice,
            None => say(paragraph(
                text::not_a_choice(length.to_string()).say(language),
                WIDTH,
            )),
        }
    }
    Choice::Suggested
}

/// What an answer chooses of a list of this length; none where it is no choice.
fn chosen(reply: &str, length: usize) -> Option<Choice> {
    match reply {
        "" => Some(Choice::Suggested),
        "s" => Some(Choice::Skip),
        number => {
            let place = number.parse::<usize>().ok()?.checked_sub(1)?;
            (place < length).then_some(Choice::Number(place))
        }
    }
}

/// Refuses to ask where nobody can see the question or answer it.
pub fn somebody() -> Result<(), Failure> {
    if is_possible() {
        return Ok(());
    }
    Err(Failure::config(text::cannot(text::ask_before_changing())).hint(text::try_dry_run_or_yes()))
}

/// Shows the plan that is asked about, unless the results have just shown it on the same terminal.
fn show(plan: &Plan, shared: &Shared, look: Look) {
    let is_shown = shared.format == Format::Table
        && !shared.quiet
        && shared.output.is_none()
        && io::stdout().is_terminal();
    if !is_shown {
        say(table::plan(plan, look));
    }
}

/// Prints a paragraph, with an empty line before it.
fn tell(text: &str) {
    say(format!("\n{}", paragraph(text, WIDTH)));
}

fn is_yes(answer: Option<String>) -> bool {
    answer.is_some_and(|answer| matches!(answer.as_str(), "y" | "yes" | "o" | "oui"))
}

/// Asks before a plan is applied. Says first what the user will notice, and what can no longer be undone later.
fn consent(plan: &Plan, language: Language) -> bool {
    let moved: u64 = plan
        .steps
        .iter()
        .filter(|step| step.action == Action::Merge)
        .filter_map(|step| step.messages)
        .sum();
    if moved > 0 {
        let messages = text::messages(moved);
        let downloads = if plan.undoes.is_some() {
            text::consent_download_back(messages)
        } else {
            text::consent_download(messages)
        };
        tell(downloads.say(language));
    }
    for remark in &plan.warnings {
        if remark.code == Code::TargetOrdinary {
            tell(remark.message.say(language));
        }
    }
    if plan.undoes.is_none() && plan.steps.iter().any(|step| !step.reversible) {
        tell(text::consent_stays().say(language));
    }
    tell(text::consent_undo().say(language));
    is_yes(answer(text::consent_ask().say(language)))
}

/// Shows what there is to show of one account, and then asks whether the plan is to be applied.
pub fn is_wanted(
    plan: &Plan,
    shown: &mut String,
    output: &Mutex<Output>,
    shared: &Shared,
) -> Result<bool, Failure> {
    output
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .write(&std::mem::take(shown))?;
    let look = look(shared);
    show(plan, shared, look);
    let is_wanted = consent(plan, look.language);
    if !is_wanted {
        say(text::consent_no());
    }
    Ok(is_wanted)
}

/// Asks once for many accounts. The answer is their number, which nobody types by habit.
pub fn consent_to_many(accounts: usize, messages: u64, language: Language) -> bool {
    tell(text::consent_undo().say(language));
    let question = text::consent_many(text::accounts(accounts as u64), text::messages(messages));
    answer(question.say(language)).is_some_and(|answer| answer == accounts.to_string())
}

/// The same before many runs are undone.
pub fn consent_to_undo(runs: usize, accounts: usize, language: Language) -> bool {
    let accounts_said = text::accounts(accounts as u64);
    let question = text::consent_undo_many(text::runs(runs as u64), accounts_said);
    answer(question.say(language)).is_some_and(|answer| answer == accounts.to_string())
}

/// What somebody has to know before a password is sent to a server that was found.
pub fn about_server(address: &Address, found: &FoundServer) -> Vec<Phrase> {
    let (account, host) = (&found.account, &found.account.id.host);
    let mut lines = vec![text::server_found(
        address.whole(),
        account.written(),
        &found.way,
    )];
    if found.is_outside {
        let outside = match found.way {
            FoundBy::Srv(_) => text::outside_by_dns,
            FoundBy::Document(_) => text::outside_by_document,
            FoundBy::Table(_) => text::outside_by_table,
        };
        lines.push(outside(host, &address.domain));
    }
    if found.needs_token {
        lines.push(text::needs_token(host));
    }
    if let Some((host, port)) = &found.filters {
        lines.push(text::filters_at(format!("{host}:{port}")));
    }
    lines
}

/// Asks whether to log in to a server that was found for an address; Enter does not.
pub fn may_log_in(address: &Address, found: &FoundServer, language: Language) -> bool {
    for (place, line) in about_server(address, found).iter().enumerate() {
        let line = safe(line.say(language));
        // A URL is not to be broken.
        say(&if place == 0 {
            line
        } else {
            paragraph(&line, WIDTH)
        });
    }
    let host = safe(&found.account.id.host);
    let is_wanted = is_yes(answer(text::log_in_there(host).say(language)));
    if !is_wanted {
        say(text::nobody_logged_in().say(language));
    }
    is_wanted
}

/// Asks before a run is given up.
pub fn consent_to_give_up(run: &str, language: Language) -> bool {
    tell(text::consent_give_up().say(language));
    is_yes(answer(text::ask_give_up(safe(run)).say(language)))
}

/// Asks whether a target that does not exist is to be made; Enter makes none.
pub fn make_target(missing: &MissingTarget, language: Language) -> bool {
    let typed = safe(&missing.typed);
    tell(text::target_is_missing(missing.role, &typed).say(language));
    if !missing.near.is_empty() {
        let near = missing.near.iter();
        let near = Phrase::or(near.map(|name| text::quoted(safe(name))));
        say(paragraph(text::did_you_mean(near).say(language), WIDTH));
    }
    is_yes(answer(text::make_target_too(typed).say(language)))
}

/// Asks which role the mailboxes have whose role is doubtful; Enter leaves them alone.
pub fn roles(judged: &Judged, policy: &Policy, language: Language) -> Vec<(String, Option<Role>)> {
    let mut said = Vec::new();
    for entry in &judged.roll.entries {
        let roles = open_roles(entry, policy);
        let mailbox = judged.listing.find(entry.name.wire());
        let messages = mailbox.and_then(|mailbox| mailbox.status.messages);
        if roles.is_empty() || messages == Some(0) {
            continue;
        }
        let name = safe(entry.name.text());
        let question = text::what_is_it(name, held(messages));
        say(format!("\n{}", question.say(language)));
        for one in &entry.evidence {
            let role = one.role.map_or_else(text::no_role, Phrase::from);
            let reason = text::perhaps(role, &one.detail);
            say(format!("  {}", safe(reason.say(language))));
        }
        for (index, role) in roles.iter().enumerate() {
            say(format!("  {}) {role}", index + 1));
        }
        say(format!("  {}", text::leave_alone().say(language)));
        let chosen = choice(&text::ask_role(), roles.len(), language);
        if let Choice::Number(number) = chosen
            && let Some(role) = roles.get(number)
        {
            let name = judged.listing.typed(&entry.name);
            let option = format!("{name}={role}");
            say(format!("  (--role {})", safe(&shell_words::quote(&option))));
            said.push((name, Some(*role)));
        }
    }
    said
}

/// How many messages a mailbox holds.
fn held(messages: Option<u64>) -> Phrase {
    messages.map_or_else(text::messages_unknown, text::messages)
}

/// The roles that a mailbox may have, if the answer could let mail be moved.
fn open_roles(entry: &RollEntry, policy: &Policy) -> Vec<Role> {
    let roles: BTreeSet<Role> = match entry.role {
        Some(role) if entry.is_doubtful() => [role].into(),
        None if entry.certainty == Some(Certainty::Ambiguous) => {
            entry.evidence.iter().filter_map(|one| one.role).collect()
        }
        _ => BTreeSet::new(),
    };
    let is_wanted = |role: &Role| policy.only.as_ref().is_none_or(|only| only.contains(role));
    if roles.iter().any(|role| role.can_merge() && is_wanted(role)) {
        roles.into_iter().collect()
    } else {
        Vec::new()
    }
}

/// Asks which mailbox keeps each role that several play; Enter keeps what is suggested.
///
/// Returns the choices that differ; a skipped role is taken out of the policy.
pub fn keepers(judged: &Judged, policy: &mut Policy, language: Language) -> BTreeMap<Role, String> {
    let mut chosen = BTreeMap::new();
    for (role, members) in &judged.roll.roles {
        // A mailbox whose role is doubtful is neither kept nor merged.
        let sure = members.members.iter().filter(|name| {
            let entry = judged.roll.entry(name);
            entry.is_some_and(|entry| !entry.is_doubtful())
        });
        let sure: Vec<&MailboxName> = sure.collect();
        let is_open = role.can_merge()
            && !role.held_back()
            && sure.len() > 1
            && !policy.targets.contains_key(role)
            && policy.only.as_ref().is_none_or(|only| only.contains(role));
        if !is_open {
            continue;
        }
        say(text::which_keeps(*role).map(|said| format!("\n{said}")));
        for (index, name) in sure.iter().enumerate() {
            let mailbox = judged.listing.find(name.wire());
            let mut about = held(mailbox.and_then(|mailbox| mailbox.status.messages));
            if index == 0 {
                about = text::clauses(about, &members.because);
            }
            let (name, about) = (safe(name.text()), safe(about.say(language)));
            say(format!("  {}) {name} ({about})", index + 1));
        }
        say(format!("  {}", text::skip_role().say(language)));
        match choice(&text::ask_keeper(), sure.len(), language) {
            Choice::Skip => skip(policy, *role, language),
            Choice::Number(number) if number > 0 => {
                let Some(name) = sure.get(number) else {
                    continue;
                };
                let typed = judged.listing.typed(name);
                let target = shell_words::quote(&typed);
                say(format!("  (--target {}={})", role.word(), safe(&target)));
                chosen.insert(*role, typed);
            }
            // At the end of the input what was suggested stays; whether to apply it is then answered by nobody, so it is not.
            Choice::Number(_) | Choice::Suggested => {}
        }
    }
    chosen
}

fn skip(policy: &mut Policy, role: Role, language: Language) {
    let only = policy
        .only
        .get_or_insert_with(|| Role::EVERY.into_iter().collect());
    only.remove(&role);
    say(format!("  {}", text::left_as_it_is(role).say(language)));
}

/// Asks whether trash and junk are to be merged too, and second inboxes into INBOX, each by itself; Enter leaves them alone.
pub fn held_back(plan: &Plan, language: Language) -> BTreeSet<Role> {
    let mut included = BTreeSet::new();
    let held = plan
        .warnings
        .iter()
        .filter(|remark| remark.code == Code::HeldBack);
    for remark in held {
        let Some(role) = remark.role else { continue };
        tell(remark.message.say(language));
        if is_yes(answer(text::merge_too(role).say(language))) {
            included.insert(role);
        }
    }
    included
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_key_chooses_nothing_and_is_no_leave() {
        for wrong in ["?", "h", "3", "0", "-1", "sk", "1 2"] {
            assert_eq!(chosen(wrong, 2), None, "{wrong}");
        }
        assert_eq!(chosen("", 2), Some(Choice::Suggested));
        assert_eq!(chosen("s", 2), Some(Choice::Skip));
        assert_eq!(chosen("2", 2), Some(Choice::Number(1)));
    }
}

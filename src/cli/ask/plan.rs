//! What is asked about the plan of one account: which roles doubtful mailboxes have, which mailbox keeps a role, what is merged
//! only on request, and whether the plan is to be applied. The plan stands before the first question, and once more where the
//! answers have changed it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, IsTerminal as _},
    sync::{Mutex, PoisonError},
};

use super::answer::{Choice, WIDTH, answer, choice, is_yes, tell};
use crate::{
    cli::{
        args::{Format, Shared},
        failure::Failure,
        output::Output,
        terminal::{look, say},
    },
    judge::{Judged, MissingTarget},
    language::{Language, Phrase, size, text},
    model::{
        finding::Code,
        mailbox::MailboxName,
        plan::{Plan, Totals},
        role::{Certainty, Role},
        roll::RollEntry,
    },
    planner::Policy,
    report::{
        table,
        text::{date, hanging, paragraph, safe, shell_word},
    },
};

/// What was shown of an account's plan on the terminal where its questions are asked.
pub struct PlanView<'a> {
    output: &'a Mutex<Output>,
    shared: &'a Shared,
    /// The plan as it was shown last.
    shown: Option<String>,
}

impl<'a> PlanView<'a> {
    pub fn new(output: &'a Mutex<Output>, shared: &'a Shared) -> Self {
        Self {
            output,
            shared,
            shown: None,
        }
    }

    /// Whether results would show the plan on the same terminal once more.
    pub fn is_in_results(&self) -> bool {
        self.shared.format == Format::Table
            && !self.shared.quiet
            && self.shared.output.is_none()
            && io::stdout().is_terminal()
    }

    /// Writes what there is of the account's results, which is about what was done before the plan.
    pub fn write(&self, results: &mut String) -> Result<(), Failure> {
        let output = self.output.lock();
        let mut output = output.unwrap_or_else(PoisonError::into_inner);
        output.write(&std::mem::take(results))
    }

    /// Shows the plan, unless it was shown last as it is now.
    pub fn show(&mut self, plan: &Plan) {
        let look = look(self.shared);
        let text = table::plan(plan, look);
        match &self.shown {
            Some(shown) if *shown == text => return,
            Some(_) => tell(text::by_your_answers().say(look.language)),
            None => {}
        }
        say(&text);
        self.shown = Some(text);
    }
}

/// Asks before a plan is applied. Says first what the user will notice, and what can no longer be undone later.
fn consent(plan: &Plan, language: Language) -> bool {
    let moved = Totals::of(&plan.steps).messages;
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

/// Shows the plan, and then asks whether it is to be applied.
pub fn is_wanted(plan: &Plan, view: &mut PlanView<'_>) -> bool {
    view.show(plan);
    let is_wanted = consent(plan, look(view.shared).language);
    if !is_wanted {
        say(text::consent_no());
    }
    is_wanted
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
        let roles = open_roles(judged, entry, policy);
        let mailbox = judged.listing.find(entry.name.wire());
        let messages = mailbox.and_then(|mailbox| mailbox.status.messages);
        if roles.is_empty() {
            continue;
        }
        let name = safe(entry.name.text());
        let question = text::what_is_it(name, held(messages));
        say(format!("\n{}", question.say(language)));
        let mut told = BTreeSet::new();
        for one in &entry.evidence {
            let role = one.role.map_or_else(text::no_role, Phrase::from);
            let reason = safe(text::perhaps(role, &one.detail).say(language));
            if told.insert(reason.clone()) {
                say(format!("  {reason}"));
            }
        }
        for (index, role) in roles.iter().enumerate() {
            let role = Phrase::from(*role);
            say(format!("  {}) {}", index + 1, role.say(language)));
        }
        say(format!("  {}", text::leave_alone().say(language)));
        let chosen = choice(&text::ask_role(), roles.len(), language);
        if let Choice::Number(number) = chosen
            && let Some(role) = roles.get(number)
        {
            let name = judged.listing.typed(&entry.name);
            let option = format!("{name}={role}");
            say(format!("  (--role {})", shell_word(&option)));
            said.push((name, Some(*role)));
        }
    }
    said
}

/// How many messages a mailbox holds, of what size, and how old the newest is.
fn about(judged: &Judged, name: &MailboxName) -> Phrase {
    let Some(mailbox) = judged.listing.find(name.wire()) else {
        return text::messages_unknown();
    };
    let newest = mailbox.sample.as_ref().and_then(|sample| sample.newest);
    let mut parts = vec![held(mailbox.status.messages)];
    parts.extend(mailbox.status.size.map(size));
    parts.extend(newest.map(|newest| text::newest_is_of(date(newest))));
    Phrase::joined(parts, ", ")
}

/// How many messages a mailbox holds.
fn held(messages: Option<u64>) -> Phrase {
    messages.map_or_else(text::messages_unknown, text::messages)
}

/// The roles that a mailbox may have, if the answer could let mail be moved.
fn open_roles(judged: &Judged, entry: &RollEntry, policy: &Policy) -> Vec<Role> {
    let is_wanted = |role: &Role| policy.only.as_ref().is_none_or(|only| only.contains(role));
    if may_be_inbox(judged, entry) && is_wanted(&Role::Inbox) {
        return vec![Role::Inbox];
    }
    let roles: BTreeSet<Role> = match entry.role {
        Some(role) if entry.is_doubtful() => [role].into(),
        None if entry.certainty == Some(Certainty::Ambiguous) => {
            entry.evidence.iter().filter_map(|one| one.role).collect()
        }
        _ => BTreeSet::new(),
    };
    if roles.iter().any(|role| role.can_merge() && is_wanted(role)) {
        roles.into_iter().collect()
    } else {
        Vec::new()
    }
}

/// Whether it may be a second inbox, as the audit has found, and nobody has said so yet.
fn may_be_inbox(judged: &Judged, entry: &RollEntry) -> bool {
    let mut findings = judged.findings.iter();
    !entry.is_surely_an_inbox()
        && findings
            .any(|one| one.code == Code::SecondInbox && one.mailboxes.first() == Some(&entry.name))
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
            let mut about = about(judged, name);
            if index == 0 {
                about = text::clauses(about, &members.because);
            }
            let (name, about) = (safe(name.text()), safe(about.say(language)));
            let line = format!("{}) {name} ({about})", index + 1);
            say(hanging(&line, 2, WIDTH).trim_end());
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

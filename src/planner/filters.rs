//! What a plan does to the account's filters, and how they follow it.
//!
//! In: a plan, the account's filters. Out: the same plan, with a step that repairs the filters where the user wants that and
//! it can be done, and with a word on every rule that would file into a mailbox that is gone. Never: a script changed of
//! which anything is unknown.
//!
//! A filter is repaired before anything is merged, while both mailboxes are there: whichever of the two scripts runs, its
//! mail arrives. What makes the names that it is to have comes before it, and is taken to the front of the plan where
//! nothing speaks against that.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    advice::server::filing_aliases,
    audit::filters::{Named, named, told},
    language::{Phrase, text},
    model::{
        finding::{Code, FilterPlace},
        hex,
        listing::Listing,
        mailbox::MailboxName,
        name_encoding::NameEncoding,
        plan::{Action, FilterChange, FilterName, Manual, Plan, Remark, Step},
    },
    sieve::{Filters, NotRewritten, Standing, StoredScript},
};

/// Lets a plan say what it does to filters, or repair them.
#[must_use]
pub fn follow_filters(plan: Plan, listing: &Listing, filters: &Filters, repair: bool) -> Plan {
    let is_none_active = repair && filters.is_none_active();
    if filters.scripts().is_empty() && !is_none_active {
        return plan;
    }
    let goes = goes(&plan, listing);
    if !goes.is_empty() && is_none_active {
        return with_a_word_on_plain_scripts(plan);
    }
    let named = named(listing, filters);
    let concerned = concerned(&named, &goes);
    let unsure = unsure(&named, &goes);
    if concerned.is_empty() && unsure.is_empty() {
        return plan;
    }
    let mut plan = plan;
    plan.warnings.extend(unsure);
    if concerned.is_empty() {
        return plan.sealed();
    }
    match change(filters, &concerned, &named, listing) {
        Ok(change) if repair => {
            plan.manual.extend(edited_in_one_script(filters, &change));
            repaired(&mut plan, change, &concerned);
            return plan.sealed();
        }
        Ok(_) => warn(&mut plan, &concerned),
        Err(why) => by_hand(&mut plan, &concerned, &why, listing),
    }
    if concerned.iter().any(|one| one.is_grave) {
        plan.warnings.push(Remark {
            code: Code::FilterWouldBreak,
            role: None,
            message: text::filter_forwards_too(),
        });
    }
    plan.sealed()
}

/// A script may run all the same, which the activation of another would put aside.
fn with_a_word_on_plain_scripts(mut plan: Plan) -> Plan {
    plan.manual.push(Manual {
        code: Code::FiltersNotReadable,
        role: None,
        message: text::filter_none_active(),
        snippet: None,
    });
    plan.sealed()
}

/// A mailbox that filters name and that the plan takes away or gives another name.
struct Concerned<'a> {
    from: &'a MailboxName,
    to: &'a MailboxName,
    places: Vec<FilterPlace>,
    /// Whether the script also forwards or answers.
    is_grave: bool,
}

/// The name that each mailbox has, or that its mail goes to, once the plan is applied.
fn goes(plan: &Plan, listing: &Listing) -> BTreeMap<MailboxName, MailboxName> {
    let mut goes: BTreeMap<MailboxName, MailboxName> = BTreeMap::new();
    let mut go = |from: &MailboxName, to: &MailboxName| {
        for end in goes.values_mut().filter(|end| *end == from) {
            end.clone_from(to);
        }
        goes.insert(from.clone(), to.clone());
    };
    for step in &plan.steps {
        let (Some(source), Some(target)) = (&step.source, &step.target) else {
            continue;
        };
        match step.action {
            Action::Merge if step.uids.is_none() => go(source, target),
            // One that may get its own name back again is nothing to rely on.
            Action::Rename if !step.if_marked => {
                go(source, target);
                for (child, new) in below(listing, source, target) {
                    go(&child, &new);
                }
            }
            _ => {}
        }
    }
    goes.retain(|from, to| from != to);
    goes
}

/// The names below a mailbox that is renamed, now and then.
fn below(
    listing: &Listing,
    source: &MailboxName,
    target: &MailboxName,
) -> Vec<(MailboxName, MailboxName)> {
    let Some(mailbox) = listing.find(source.wire()) else {
        return Vec::new();
    };
    let children = listing.below(mailbox);
    let renamed = children.filter_map(|child| {
        let rest = child.name.text().strip_prefix(source.text())?;
        let new = listing.server.name(format!("{}{rest}", target.text()));
        Some((child.name.clone(), new))
    });
    renamed.collect()
}

fn concerned<'a>(
    named: &[Named],
    goes: &'a BTreeMap<MailboxName, MailboxName>,
) -> Vec<Concerned<'a>> {
    let all = goes.iter().map(|(from, to)| {
        let here = |one: &&Named| one.files() && one.standing == Standing::Mailbox(from.text());
        let here: Vec<&Named> = named.iter().filter(here).collect();
        Concerned {
            from,
            to,
            places: here.iter().map(|one| one.place()).collect(),
            is_grave: here.iter().any(|one| one.is_grave()),
        }
    });
    all.filter(|one| !one.places.is_empty()).collect()
}

/// A word on every name that is made when a script runs and may be that of a mailbox that goes.
fn unsure(named: &[Named], goes: &BTreeMap<MailboxName, MailboxName>) -> Vec<Remark> {
    let computed = |one: &&Named| one.files() && one.standing == Standing::Computed;
    let computed: Vec<&Named> = named.iter().filter(computed).collect();
    let remarks = goes.iter().filter_map(|(from, to)| {
        let may = computed
            .iter()
            .filter(|one| one.filing.may_name(from.text()));
        let places: Vec<FilterPlace> = may.map(|one| one.place()).collect();
        (!places.is_empty()).then(|| Remark {
            code: Code::FilterFilesHere,
            role: None,
            message: text::filter_may_file_into_merged(told(&places), from.text(), to.text()),
        })
    });
    remarks.collect()
}

/// The change that lets the filters name what stays; else why there is none.
fn change(
    filters: &Filters,
    concerned: &[Concerned],
    places: &[Named],
    listing: &Listing,
) -> Result<FilterChange, Phrase> {
    let encoding = listing.traits().names_in_filters;
    let [script] = filters.scripts() else {
        return Err(text::filter_in_several_scripts());
    };
    let read = script.read.as_ref();
    let read = read.map_err(|why| text::filter_script_not_readable(&script.name, why))?;
    let generator = read.generator_of(&script.name);
    if generator.is_generated_elsewhere() {
        return Err(Phrase::from(&NotRewritten::GeneratedElsewhere(generator)));
    }
    if let Some(name) = unsure_name(concerned, places, encoding) {
        return Err(text::filter_name_encoding_unknown(name));
    }
    let names = concerned.iter().map(|one| FilterName {
        from: one.from.clone(),
        to: one.to.clone(),
    });
    let names: Vec<FilterName> = names.collect();
    let new = read.rewritten(&FilterName::renames(&names), encoding);
    let new = new.map_err(|why| Phrase::from(&why))?;
    let to_sha256 = hex::sha256(&new);
    Ok(FilterChange {
        to: name_of(script, &to_sha256),
        script: script.name.clone(),
        sha256: script.sha256.clone(),
        to_sha256,
        names,
        encoding,
    })
}

/// A name that is to be written and of which nothing shows how the server would read it.
///
/// Where modified UTF-7 is taken, an administrator may have set UTF-8 instead, which no capability tells. Only a mailbox that
/// the script names in modified UTF-7 already shows that it is not so.
fn unsure_name<'a>(
    concerned: &[Concerned<'a>],
    named: &[Named],
    encoding: NameEncoding,
) -> Option<&'a str> {
    let is_ascii = |one: &Named| {
        one.filing
            .literal()
            .is_some_and(|name| name.value.is_ascii())
    };
    let is_at = |one: &Named, name: &str| one.standing == Standing::Mailbox(name);
    let shows = |one: &Named, ascii: bool| match one.standing {
        Standing::Mailbox(name) => !name.is_ascii() && is_ascii(one) == ascii,
        _ => false,
    };
    let is_shown = named.iter().any(|one| shows(one, true));
    let is_denied = named.iter().any(|one| shows(one, false));
    if encoding == NameEncoding::Utf8 || is_shown && !is_denied {
        return None;
    }
    let mut new = concerned.iter().filter(|one| !one.to.text().is_ascii());
    let unsure = new.find(|concerned| {
        let mut here = named.iter();
        here.any(|one| is_at(one, concerned.from.text()) && is_ascii(one))
    });
    unsure.map(|one| one.to.text())
}

/// What stands between the old script's name and the hash in the name of one of ours.
const OURS: &str = ".rolecall-";

/// The name of the new script: the old one's, and a part of its own hash.
fn name_of(script: &StoredScript, sha256: &str) -> String {
    let name = &script.name;
    let own = name.rsplit_once(OURS).map_or(&**name, |(own, _)| own);
    let hash: String = sha256.chars().take(8).collect();
    format!("{own}{OURS}{hash}")
}

/// What is left to the user where a generator lets rules be changed in the old script only.
fn edited_in_one_script(filters: &Filters, change: &FilterChange) -> Option<Manual> {
    let mut scripts = filters.scripts().iter();
    let script = scripts.find(|script| script.name == change.script)?;
    let generator = script.read.as_ref().ok()?.generator_of(&script.name);
    generator
        .only_script()
        .filter(|only| *only == change.script)?;
    let product = generator.product()?;
    Some(Manual {
        code: Code::FilterFilesHere,
        role: None,
        message: text::filter_edited_in_one_script(product, &change.script, &change.to),
        snippet: None,
    })
}

/// Puts the step in: behind what makes the names, before what takes mailboxes away.
fn repaired(plan: &mut Plan, change: FilterChange, concerned: &[Concerned]) {
    let because = concerned
        .iter()
        .map(|one| text::filter_will_name(told(&one.places), one.from.text(), one.to.text()));
    let because = because.collect();
    let names: BTreeSet<&MailboxName> = concerned.iter().map(|one| one.to).collect();
    let makes = |step: &Step| {
        matches!(step.action, Action::Create | Action::Rename)
            && step
                .target
                .as_ref()
                .is_some_and(|target| names.contains(target))
    };
    to_the_front(&mut plan.steps, makes);
    let takes = |step: &Step| {
        let source = step.source.as_ref();
        step.action == Action::Merge
            && source.is_some_and(|source| concerned.iter().any(|one| one.from == source))
    };
    let first = plan.steps.iter().position(takes);
    let behind = plan.steps.iter().rposition(makes).map(|last| last + 1);
    let place = first.into_iter().chain(behind).max().unwrap_or_default();
    let step = Step {
        because,
        filter: Some(change),
        ..Step::new(0, Action::RepairFilters)
    };
    plan.steps.insert(place.min(plan.steps.len()), step);
    for (id, step) in (1..).zip(&mut plan.steps) {
        step.id = id;
    }
}

/// Takes steps that make names before all merges, each that has nothing to do with what comes before it.
fn to_the_front(steps: &mut Vec<Step>, makes: impl Fn(&Step) -> bool) {
    let is_merge = |step: &Step| step.action == Action::Merge;
    let Some(first) = steps.iter().position(is_merge) else {
        return;
    };
    let names = |step: &Step| -> Vec<String> {
        let names = step.source.iter().chain(&step.target);
        names.map(|name| name.text().to_owned()).collect()
    };
    let (mut before, mut rest) = (Vec::new(), Vec::new());
    for (place, step) in std::mem::take(steps).into_iter().enumerate() {
        let own = names(&step);
        let is_apart = rest.iter().flat_map(names).all(|other| {
            let mut own = own.iter();
            own.all(|own| !own.starts_with(&other) && !other.starts_with(own))
        });
        if place < first || makes(&step) && is_apart {
            before.push(step);
        } else {
            rest.push(step);
        }
    }
    steps.append(&mut before);
    steps.append(&mut rest);
}

fn warn(plan: &mut Plan, concerned: &[Concerned]) {
    plan.warnings.extend(concerned.iter().map(|one| Remark {
        code: Code::FilterFilesHere,
        role: None,
        message: text::filter_files_into_merged(told(&one.places), one.from.text(), one.to.text()),
    }));
}

fn by_hand(plan: &mut Plan, concerned: &[Concerned], why: &Phrase, listing: &Listing) {
    let gone: Vec<(&MailboxName, &MailboxName)> =
        concerned.iter().map(|one| (one.from, one.to)).collect();
    // One for all, and only once.
    let mut snippet = filing_aliases(listing, &gone);
    plan.manual.extend(concerned.iter().map(|one| Manual {
        code: Code::FilterFilesHere,
        role: None,
        message: text::filter_by_hand(told(&one.places), one.from.text(), one.to.text(), why),
        snippet: snippet.take(),
    }));
}

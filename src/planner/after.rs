//! After: the account as it will be once a plan is applied.
//!
//! In: a listing, a plan made from it. Out: the imagined listing, with the marks that steps wait for. Never: what else a
//! server does by itself.

use crate::model::{
    listing::Listing,
    mailbox::{Mailbox, MailboxName, Status},
    plan::{Action, Plan, Step},
    role::Role,
};

/// Imagines every step of a plan as applied.
#[must_use]
pub fn after(listing: &Listing, plan: &Plan) -> Listing {
    let mut listing = listing.clone();
    for step in &plan.steps {
        apply(&mut listing, step);
    }
    listing
}

fn apply(listing: &mut Listing, step: &Step) {
    match (step.action, &step.source, &step.target) {
        (Action::Create, _, Some(target)) => create(listing, step.role, target),
        (Action::Rename, Some(source), Some(target)) => {
            rename(listing, source, target);
            if step.if_marked {
                mark(listing, step.role, target);
            }
        }
        (Action::Merge, Some(source), Some(target)) => merge(listing, step, source, target),
        (Action::Subscribe, _, Some(target)) => {
            listing
                .mailboxes
                .change(target, |mailbox| mailbox.subscribed = Some(true));
        }
        (Action::Unsubscribe, _, Some(target)) => {
            listing.dangling.retain(|name| name != target);
            listing
                .mailboxes
                .change(target, |mailbox| mailbox.subscribed = Some(false));
        }
        (Action::Mark, _, Some(target)) => mark(listing, step.role, target),
        (Action::Mark, Some(source), None) => listing.mailboxes.change(source, |mailbox| {
            mailbox
                .attributes
                .retain(|one| Role::from_attribute(one) != step.role);
        }),
        (Action::Delete, _, Some(target)) => remove(listing, target),
        _ => {}
    }
}

fn create(listing: &mut Listing, role: Option<Role>, name: &MailboxName) {
    let attribute = role
        .and_then(Role::attribute)
        .filter(|_| listing.server.can("CREATE-SPECIAL-USE"));
    let made = Mailbox {
        name: name.clone(),
        delimiter: listing.delimiter(),
        attributes: attribute.into_iter().map(str::to_owned).collect(),
        selectable: true,
        subscribed: Some(false),
        status: Status {
            messages: Some(0),
            ..Status::default()
        },
        sample: None,
    };
    listing.mailboxes.insert(made);
}

fn rename(listing: &mut Listing, source: &MailboxName, target: &MailboxName) {
    let all = std::mem::take(&mut listing.mailboxes).into_iter();
    let renamed = all.map(|mut mailbox| {
        let goes_along = mailbox.name.is_below(source, mailbox.delimiter);
        if (mailbox.name == *source || goes_along)
            && let Some(name) = mailbox.name.moved(source, target)
        {
            mailbox.name = name;
        }
        mailbox
    });
    listing.mailboxes = renamed.collect();
}

fn mark(listing: &mut Listing, role: Option<Role>, name: &MailboxName) {
    let attribute = role.and_then(Role::attribute);
    listing.mailboxes.change(name, |mailbox| {
        mailbox.attributes.extend(attribute.map(str::to_owned));
    });
}

fn merge(listing: &mut Listing, step: &Step, source: &MailboxName, target: &MailboxName) {
    let moved = step.messages.unwrap_or(0);
    listing.mailboxes.change(target, |mailbox| {
        mailbox.status.messages = mailbox.status.messages.map(|all| all + moved);
    });
    if step.remove {
        remove(listing, source);
    } else {
        listing.mailboxes.change(source, |mailbox| {
            mailbox.status.messages = mailbox.status.messages.map(|all| all.saturating_sub(moved));
        });
    }
}

fn remove(listing: &mut Listing, name: &MailboxName) {
    listing.mailboxes.retain(|mailbox| mailbox.name != *name);
}

//! The search through every state that can be reached, shortest way first.

use std::{collections::HashSet, rc::Rc};

use super::tool::{Rules, State};

#[derive(Debug)]
pub struct Outcome {
    pub states: usize,
    /// How the first loss came about.
    pub loss: Option<Vec<String>>,
    /// End states in which mail waits in a tombstone: a sweep must find it.
    pub orphans: usize,
}

pub fn search(rules: Rules) -> Outcome {
    let first = Rc::new(State::first(rules.bounds));
    let mut known = HashSet::from([Rc::clone(&first)]);
    // In the order in which they were found: each with the one before it and by which of its successors it is.
    let mut found: Vec<(Rc<State>, usize, usize)> = vec![(first, 0, 0)];
    let mut orphans = 0;
    let mut at = 0;
    while let Some((state, ..)) = found.get(at) {
        let state = Rc::clone(state);
        if state.lost(rules.bounds) != 0 {
            return Outcome {
                states: at + 1,
                loss: Some(way(&found, at, rules)),
                orphans,
            };
        }
        if state.is_over() && state.account.has_mail_in_a_tombstone() {
            orphans += 1;
        }
        for (nth, (_, next)) in state.successors(rules).into_iter().enumerate() {
            if !known.contains(&next) {
                let next = Rc::new(next);
                known.insert(Rc::clone(&next));
                found.push((next, at, nth));
            }
        }
        at += 1;
    }
    Outcome {
        states: at,
        loss: None,
        orphans,
    }
}

/// What happened on the way to a state.
fn way(found: &[(Rc<State>, usize, usize)], to: usize, rules: Rules) -> Vec<String> {
    let mut events = Vec::new();
    let mut at = to;
    while at != 0 {
        let (_, before, nth) = &found[at];
        let (how, _) = found[*before].0.successors(rules).swap_remove(*nth);
        events.push(how);
        at = *before;
    }
    events.reverse();
    events
}

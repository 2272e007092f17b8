use std::collections::BTreeSet;

use super::*;
use crate::apply::journal::Snap;

fn snap(uid: Uid, size: u64, flags: &[&str]) -> Snap {
    let flags: BTreeSet<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
    let flags = flags.into();
    Snap(uid, size, Some(1), None, None, flags)
}

fn message(uid: Uid, size: u64, flags: &[&str]) -> Message {
    Message::from(&snap(uid, size, flags))
}

/// A message with a Message-ID, received at `date`.
fn known(uid: Uid, size: u64, date: i64, id: &str) -> Message {
    Message {
        internal_date: Some(date),
        digest: Some(id.into()),
        ..message(uid, size, &[])
    }
}

fn batch(messages: Vec<Snap>) -> Batch {
    Batch {
        from_validity: 1,
        to_validity: 2,
        to_uid_next: 100,
        expected_ms: None,
        messages: messages.into(),
    }
}

fn set(uids: &[Uid]) -> UidSet {
    UidSet::new(uids.to_vec())
}

/// A MOVE of which nothing was claim.
fn moved(before: &Batch, still: &[Uid], arrived: &[Message]) -> BatchOutcome {
    judge(before, &set(still), arrived, None, false)
}

fn copied(before: &Batch, still: &[Uid], arrived: &[Message]) -> BatchOutcome {
    judge(before, &set(still), arrived, None, true)
}

fn claiming(
    before: &Batch,
    still: &[Uid],
    arrived: &[Message],
    claims: &[(Uid, Uid)],
) -> BatchOutcome {
    let claims = claims.iter().copied().collect();
    judge(before, &set(still), arrived, Some(&claims), false)
}

fn ok(claims: Option<&[(Uid, Uid)]>) -> ServerClaim {
    ServerClaim {
        ending: Ending::Done,
        claims: claims.map(|claims| claims.iter().copied().collect()),
    }
}

fn no(code: Option<&str>) -> ServerClaim {
    ServerClaim {
        ending: Ending::Refused(Refusal {
            code: code.map(str::to_owned),
            text: Phrase::default(),
            copy_uid: None,
            put_off: false,
        }),
        claims: None,
    }
}

#[test]
fn a_moved_message_is_paired_with_its_arrival() {
    let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[])]);
    let outcome = moved(
        &before,
        &[],
        &[message(100, 20, &[]), message(101, 10, &[])],
    );
    assert_eq!(outcome.pairs, [(1, 101), (2, 100)]);
    assert!(outcome.gone.is_empty() && outcome.doubled.is_empty());
    assert_eq!(outcome.objection(&ok(None)), None);
}

#[test]
fn a_message_in_neither_mailbox_is_gone_and_never_counted_as_moved() {
    let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[])]);
    let outcome = moved(&before, &[], &[message(100, 20, &[])]);
    assert_eq!(outcome.pairs, [(2, 100)]);
    assert_eq!(outcome.gone, set(&[1]));
}

#[test]
fn a_message_that_was_named_as_moved_and_is_in_neither_mailbox_stops_the_merge() {
    let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[])]);
    let claims: &[(Uid, Uid)] = &[(1, 100), (2, 101)];
    let outcome = claiming(&before, &[], &[message(101, 20, &[])], claims);
    assert_eq!(outcome.gone, set(&[1]));
    assert!(outcome.objection(&ok(Some(claims))).is_some());
}

#[test]
fn a_message_that_copyuid_leaves_out_was_taken_by_another_client() {
    let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[])]);
    let claims: &[(Uid, Uid)] = &[(2, 101)];
    let outcome = claiming(&before, &[], &[message(101, 20, &[])], claims);
    assert_eq!(outcome.gone, set(&[1]));
    assert_eq!(outcome.objection(&ok(Some(claims))), None);
}

#[test]
fn without_copyuid_only_expungeissued_explains_an_absence() {
    let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[])]);
    let outcome = moved(&before, &[2], &[]);
    assert!(outcome.objection(&ok(None)).is_some());
    assert!(outcome.objection(&no(None)).is_some());
    assert!(outcome.objection(&unheard()).is_some());
    assert_eq!(outcome.objection(&no(Some("EXPUNGEISSUED"))), None);
}

#[test]
fn a_message_that_was_in_both_and_leaves_late_has_been_moved() {
    let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[])]);
    let mut outcome = judge(&before, &set(&[]), &[], None, false);
    assert_eq!(outcome.gone, set(&[1, 2]));
    let doubles = UidPairs::from_iter([(1, 90), (2, 91)]);
    // What is under the second one's number is not that message.
    outcome.claim(
        &before,
        &doubles,
        &[message(90, 10, &[]), message(91, 7, &[])],
    );
    assert_eq!((outcome.pairs, outcome.gone), (vec![(1, 90)], set(&[2])));
}

#[test]
fn a_message_in_both_is_doubled_after_a_move_and_copied_after_a_copy() {
    let before = batch(vec![snap(1, 10, &[])]);
    let arrived = [message(100, 10, &[])];
    let outcome = moved(&before, &[1], &arrived);
    assert_eq!((outcome.doubled, outcome.pairs.len()), (vec![(1, 100)], 0));
    assert_eq!(copied(&before, &[1], &arrived).pairs, [(1, 100)]);
}

#[test]
fn a_move_that_only_copies_stops_the_merge_unless_it_was_cut_off() {
    let before = batch(vec![snap(1, 10, &[])]);
    let outcome = moved(&before, &[1], &[message(100, 10, &[])]);
    assert!(outcome.objection(&ok(None)).is_some());
    assert_eq!(outcome.objection(&unheard()), None);
}

#[test]
fn an_ok_that_did_nothing_stops_the_merge() {
    let before = batch(vec![snap(1, 10, &[])]);
    for outcome in [moved(&before, &[1], &[]), copied(&before, &[1], &[])] {
        assert!(outcome.objection(&ok(None)).is_some());
        assert_eq!(outcome.objection(&unheard()), None);
    }
}

#[test]
fn of_two_twins_the_one_that_left_owns_the_arrival() {
    let before = batch(vec![snap(1, 10, &[]), snap(2, 10, &[])]);
    let outcome = moved(&before, &[1], &[message(100, 10, &[])]);
    assert_eq!(outcome.pairs, [(2, 100)]);
    assert!(outcome.gone.is_empty() && outcome.doubled.is_empty());
}

#[test]
fn a_copyuid_that_names_nothing_proves_nothing() {
    let before = batch(vec![snap(1, 10, &[])]);
    let outcome = claiming(&before, &[], &[], &[(1, 100)]);
    assert!(outcome.pairs.is_empty());
    assert_eq!(outcome.gone, set(&[1]));
}

#[test]
fn a_copyuid_that_names_an_old_message_of_the_target_proves_nothing() {
    let before = batch(vec![snap(1, 10, &[])]);
    let outcome = claiming(&before, &[], &[message(7, 10, &[])], &[(1, 7)]);
    assert_eq!(outcome.gone, set(&[1]));
}

#[test]
fn a_copyuid_that_mixes_messages_up_is_set_right_by_what_they_are() {
    let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[])]);
    let arrived = [message(100, 10, &[]), message(101, 20, &[])];
    let outcome = claiming(&before, &[], &arrived, &[(1, 101), (2, 100)]);
    assert_eq!(outcome.pairs, [(1, 100), (2, 101)]);
    assert!(outcome.changed.is_empty());
}

#[test]
fn a_claimed_message_of_another_size_was_rewritten_and_is_not_moved() {
    let before = batch(vec![snap(1, 10, &["\\Seen"])]);
    let outcome = claiming(&before, &[], &[message(100, 11, &[])], &[(1, 100)]);
    assert_eq!(
        (outcome.pairs, outcome.changed.clone()),
        (vec![], vec![(1, 100)])
    );
    assert!(outcome.gone.is_empty() && outcome.unflagged.is_empty());
}

#[test]
fn a_copy_of_another_size_is_recognised_by_its_message_id() {
    let before = batch(vec![Snap::from(&known(1, 199, 5, "a"))]);
    let outcome = copied(&before, &[1], &[known(100, 187, 6, "a")]);
    assert_eq!(
        (outcome.pairs.len(), outcome.changed.clone()),
        (0, vec![(1, 100)])
    );
    assert!(outcome.objection(&ok(None)).is_some());
}

#[test]
fn a_changed_date_is_told_and_does_not_hide_the_message() {
    let before = batch(vec![Snap::from(&known(1, 10, 5, "a"))]);
    let outcome = copied(&before, &[1], &[known(100, 10, 6, "a")]);
    assert_eq!((outcome.pairs.len(), outcome.redated), (1, 1));
}

#[test]
fn an_exact_arrival_is_not_given_to_an_earlier_message_that_only_resembles_it() {
    let one = known(1, 10, 5, "a");
    let other = known(2, 10, 6, "a");
    let before = batch(vec![Snap::from(&one), Snap::from(&other)]);
    let outcome = moved(&before, &[], &[known(100, 10, 6, "a")]);
    assert_eq!(outcome.pairs, [(2, 100)]);
    assert_eq!(outcome.gone, set(&[1]));
}

#[test]
fn a_part_of_a_copy_proves_nothing_where_the_server_did_not_say_whose_it_is() {
    let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[])]);
    let part = copied(&before, &[1, 2], &[message(100, 10, &[])]);
    assert_eq!(part.pairs, [(1, 100)]);
    assert!(part.all_or_nothing(&before).pairs.is_empty());
    let arrived = [message(100, 10, &[]), message(101, 20, &[])];
    let all = copied(&before, &[1, 2], &arrived).all_or_nothing(&before);
    assert_eq!(all.pairs.len(), 2);
}

#[test]
fn what_was_in_the_target_before_is_a_part_of_the_whole_batch() {
    let one = known(1, 10, 5, "a");
    let before = batch(vec![Snap::from(&one), snap(2, 20, &[])]);
    let mut outcome = copied(&before, &[2], &[message(100, 20, &[])]);
    outcome.find(&before, &[known(7, 10, 5, "a")]);
    let outcome = outcome.all_or_nothing(&before);
    assert_eq!(
        (outcome.there, outcome.pairs),
        (vec![(1, 7)], vec![(2, 100)])
    );
}

#[test]
fn lost_flags_are_noticed() {
    let before = batch(vec![snap(1, 10, &["\\Seen", "$Forwarded"])]);
    let outcome = moved(&before, &[], &[message(100, 10, &["\\seen"])]);
    assert_eq!(outcome.unflagged.keys().collect::<Vec<_>>(), ["$Forwarded"]);
}

#[test]
fn a_copyuid_of_another_mailbox_or_without_pairs_is_not_heard() {
    let before = batch(vec![snap(1, 10, &[])]);
    for (uid_validity, pairs) in [(9, vec![(1, 100)]), (2, vec![])] {
        let answered = Answered {
            code: None,
            copy_uid: Some(CopyUid {
                uid_validity,
                pairs,
            }),
        };
        assert!(ServerClaim::from(Ok(answered), &before).claims.is_none());
    }
}

/// Nobody has heard how the command ended.
fn unheard() -> ServerClaim {
    ServerClaim {
        ending: Ending::Unheard,
        claims: None,
    }
}

#[test]
fn what_is_listed_and_not_given_out_is_no_loss_where_the_server_or_the_count_tells_which_it_is() {
    let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[]), snap(3, 30, &[])]);
    let arrived = [message(100, 10, &[])];
    // By COPYUID, whatever else is withheld there.
    let claims = BTreeMap::from([(1, 100), (2, 101), (3, 102)]);
    let mut outcome = judge(&before, &set(&[]), &arrived, Some(&claims), false);
    outcome.withhold(&set(&[2, 3]), Some(&claims), &set(&[101, 150]));
    assert_eq!(outcome.withheld, [(2, 101)]);
    assert_eq!(outcome.gone, set(&[3]));
    assert!(
        outcome
            .objection(&ok(Some(&[(1, 100), (2, 101), (3, 102)])))
            .is_some()
    );
    // Without it, where as many are withheld as are missing.
    let mut outcome = moved(&before, &[], &arrived);
    outcome.withhold(&set(&[2, 3]), None, &set(&[101, 102]));
    assert_eq!(outcome.withheld, [(2, 101), (3, 102)]);
    assert!(outcome.gone.is_empty());
    assert_eq!(outcome.objection(&ok(None)), None);
    assert_eq!(outcome.octets(&before), 10);
    let mut outcome = moved(&before, &[], &arrived);
    outcome.withhold(&set(&[2, 3]), None, &set(&[101]));
    assert!(outcome.withheld.is_empty());
    assert_eq!(outcome.gone, set(&[2, 3]));
}

#[test]
fn a_copy_that_is_listed_and_not_given_out_is_a_copy_and_its_original_is_not_missing() {
    let before = batch(vec![snap(1, 10, &[]), snap(2, 20, &[])]);
    let claims = BTreeMap::from([(1, 100), (2, 101)]);
    let mut outcome = judge(
        &before,
        &set(&[1, 2]),
        &[message(100, 10, &[])],
        Some(&claims),
        true,
    );
    assert_eq!(outcome.not_found(&before), set(&[2]));
    outcome.withhold(&set(&[2]), Some(&claims), &set(&[101]));
    assert_eq!(outcome.withheld, [(2, 101)]);
    assert!(outcome.gone.is_empty());
    assert_eq!(outcome.objection(&ok(Some(&[(1, 100), (2, 101)]))), None);
}

/// The same with the server's id of it.
fn with_id(id: &str, message: Message) -> Message {
    Message {
        email_id: Some(id.into()),
        ..message
    }
}

#[test]
fn a_message_that_has_only_another_id_where_the_server_says_it_went_is_the_same_message() {
    let old = with_id("one", message(1, 10, &[]));
    let before = batch(vec![Snap::from(&old)]);
    let new = with_id("another", message(100, 10, &[]));
    let outcome = claiming(&before, &[], std::slice::from_ref(&new), &[(1, 100)]);
    assert_eq!(
        (outcome.pairs.as_slice(), outcome.other_ids),
        (&[(1, 100)][..], 1)
    );
    assert_eq!(outcome.objection(&ok(Some(&[(1, 100)]))), None);
}

#[test]
fn before_an_original_goes_and_where_the_server_says_nothing_another_id_is_told_as_what_differs() {
    let old = with_id("one", message(1, 10, &[]));
    let before = batch(vec![Snap::from(&old)]);
    let new = with_id("another", message(100, 10, &[]));
    let claims = [(1, 100)].into();
    let copied = judge(
        &before,
        &set(&[1]),
        std::slice::from_ref(&new),
        Some(&claims),
        true,
    );
    assert_eq!(copied.changed, [(1, 100)]);
    let why = copied.objection(&ok(Some(&[(1, 100)]))).unwrap();
    assert!(
        why.english().contains("differs: the server's id"),
        "{why:?}"
    );
    let unsaid = moved(&before, &[], &[new]);
    assert!(unsaid.pairs.is_empty(), "{unsaid:?}");
}

#[test]
fn what_differs_is_told_by_its_name() {
    let old = known(1, 10, 5, "one");
    let before = batch(vec![Snap::from(&old)]);
    let new = known(100, 11, 5, "one");
    let outcome = claiming(&before, &[], &[new], &[(1, 100)]);
    let why = outcome.objection(&ok(Some(&[(1, 100)]))).unwrap();
    assert!(why.english().contains("differs: the size)"), "{why:?}");
}

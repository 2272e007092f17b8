//! imap-codec as the oracle: what it encodes we read the same, and what we send it decodes.

use arbitrary::{Arbitrary as _, Unstructured};
use imap_codec::{
    CommandCodec, ResponseCodec,
    decode::Decoder as _,
    encode::{Encoder as _, Fragment},
    imap_types::{
        command::{Command, CommandBody},
        core::QuotedChar,
        mailbox::Mailbox,
        response::{Data, Response},
        sequence::SequenceSet,
    },
};
use rolecall::{
    imap::fuzz,
    model::{mailbox::MailboxName, uid::UidSet},
    store::Act,
};

/// Responses and commands that are tried.
const NUMBER: u64 = 200_000;

/// Octets by chance, the same for the same seed.
fn octets(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..length)
        .map(|_| {
            state ^= state >> 12;
            state ^= state << 25;
            state ^= state >> 27;
            (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 56) as u8
        })
        .collect()
}

fn encoded(response: &Response<'_>) -> Vec<u8> {
    let mut all = Vec::new();
    for fragment in ResponseCodec::default().encode(response) {
        match fragment {
            Fragment::Line { data } | Fragment::Literal { data, .. } => all.extend(data),
        }
    }
    all
}

fn name_of(mailbox: &Mailbox<'_>) -> Vec<u8> {
    match mailbox {
        Mailbox::Inbox => b"INBOX".to_vec(),
        Mailbox::Other(other) => other.as_ref().to_vec(),
    }
}

#[test]
fn what_the_oracle_encodes_is_read_the_same() {
    let (mut lists, mut searches, mut others) = (0, 0, 0);
    for seed in 0..NUMBER {
        let chance = octets(seed, 400);
        let Ok(response) = Response::arbitrary(&mut Unstructured::new(&chance)) else {
            continue;
        };
        let line = encoded(&response);
        fuzz::response(&line);
        match &response {
            // The oracle takes an empty name for a mailbox's; it is what LIST "" "" is answered by, and no mailbox.
            Response::Data(Data::List { mailbox, .. }) if name_of(mailbox).is_empty() => {
                assert_eq!(fuzz::listed(&line), None, "{}", line.escape_ascii());
            }
            Response::Data(Data::List { items, delimiter, mailbox }) => {
                let (name, found, attributes) = fuzz::listed(&line)
                    .unwrap_or_else(|| panic!("not read: {}", line.escape_ascii()));
                let is_inbox = name.eq_ignore_ascii_case(b"INBOX") && *mailbox == Mailbox::Inbox;
                assert!(is_inbox || name == name_of(mailbox), "{}", line.escape_ascii());
                let expected = delimiter.as_ref().map(QuotedChar::inner);
                assert_eq!(found, expected, "{}", line.escape_ascii());
                for item in items {
                    let word = item.to_string().to_ascii_lowercase();
                    let has = attributes.iter().any(|have| have.to_ascii_lowercase() == word);
                    assert!(has, "{word} of {}", line.escape_ascii());
                }
                lists += 1;
            }
            Response::Data(Data::Search(found, ..)) if !found.is_empty() => {
                let mut expected: Vec<u32> = found.iter().map(|number| number.get()).collect();
                expected.sort_unstable();
                expected.dedup();
                assert_eq!(fuzz::found(&line), Some(expected), "{}", line.escape_ascii());
                searches += 1;
            }
            _ => others += 1,
        }
    }
    println!("{lists} LIST, {searches} SEARCH and {others} other responses are read the same");
    assert!(lists > 500 && searches > 500);
}

/// One command as the oracle reads it; literals are announced, so it is told of them one by one.
fn decoded(octets: &[u8]) -> Command<'static> {
    use imap_codec::decode::CommandDecodeError;
    match CommandCodec::default().decode(octets) {
        Ok((rest, command)) => {
            assert!(rest.is_empty(), "{}", octets.escape_ascii());
            imap_codec::imap_types::ToStatic::to_static(&command)
        }
        Err(CommandDecodeError::LiteralFound { .. }) => {
            // What stands before the literal is whole; with the literal behind it is asked again.
            panic!("more is wanted of {}", octets.escape_ascii())
        }
        Err(error) => panic!("{error:?} of {}", octets.escape_ascii()),
    }
}

#[test]
fn what_is_sent_the_oracle_decodes() {
    let mut sent = 0;
    for seed in 0..NUMBER {
        let chance = octets(seed ^ 0x00c0_ffee, 60);
        let length = usize::from(chance[0] % 20) + 1;
        let wire: Vec<u8> = chance[1..=length].iter().map(|octet| b' ' + octet % 95).collect();
        let name = MailboxName::new(wire.clone(), String::from_utf8_lossy(&wire).into_owned());
        let uids: Vec<u32> = chance[30..40].iter().map(|octet| u32::from(*octet) + 1).collect();
        let uids = UidSet::new(uids);
        let inbox = || MailboxName::new(b"INBOX".to_vec(), "INBOX".to_owned());
        let acts = [
            Act::Move { from: inbox(), uids: uids.clone(), to: name.clone() },
            Act::Copy { from: inbox(), uids: uids.clone(), to: name.clone() },
            Act::Subscribe { name: name.clone() },
            Act::Delete { name: name.clone() },
            Act::Rename { from: name.clone(), to: inbox() },
        ];
        for act in acts {
            let Some(octets) = fuzz::sent(&act) else { continue };
            let command = decoded(&octets);
            let (to, set) = match &command.body {
                CommandBody::Move { mailbox, sequence_set, uid: true }
                | CommandBody::Copy { mailbox, sequence_set, uid: true } => (mailbox, Some(sequence_set)),
                CommandBody::Subscribe { mailbox } | CommandBody::Delete { mailbox } => (mailbox, None),
                CommandBody::Rename { from, .. } => (from, None),
                other => panic!("{other:?}"),
            };
            let is_inbox = wire.eq_ignore_ascii_case(b"INBOX") && *to == Mailbox::Inbox;
            assert!(is_inbox || name_of(to) == wire, "{command:?}");
            if let Some(set) = set {
                let expected = SequenceSet::try_from(uids.to_string().as_str()).unwrap();
                assert_eq!(*set, expected);
            }
            sent += 1;
        }
    }
    println!("{sent} commands are decoded as they were meant");
    assert!(sent > 100_000);
}

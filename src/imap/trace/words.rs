//! Which words of the protocol a trace may show as they are: an allow-list. What is not on it is shown by a token or by its
//! size.
//!
//! In: an atom, a flag, a capability, the text of a status response. Out: whether it is all made of words that are nobody's.

use std::collections::BTreeSet;

use crate::{imap::lexer::Value, model::server_traits::is_product_word};

/// Commands, untagged responses, and the words that stand in them (RFC 9051 and the extensions that are used).
const PROTOCOL: &str = "\
    ACCEPT ACL ALL ANYONE AUTHENTICATE BAD BODY BYE CAPABILITY CHILDINFO CHILDREN CLOSE COPY COUNT CREATE DELETE \
    DELETEACL DELETED EARLIER ENABLE ENABLED ENVELOPE ESEARCH EXAMINE EXISTS EXPUNGE FETCH FIELDS FLAGS GETACL \
    GETMETADATA HEADER ID INTERNALDATE KEYWORD LIST LISTRIGHTS LOGIN LOGOUT LSUB MAX MESSAGES METADATA MIN MODSEQ \
    MOVE MYRIGHTS NAMESPACE NO NOOP NOT OK OLDNAME OR PARTIAL PEEK PREAUTH PRIVATE QUOTA QUOTAROOT RECENT RENAME \
    RETURN RFC822 SAVE SEARCH SELECT SETACL SETMETADATA SHARED SILENT SINCE SIZE SPECIAL-USE SPECIALUSE STARTTLS \
    STATUS STORAGE STORE SUBSCRIBE SUBSCRIBED TAG TEXT UID UIDFETCH UIDNEXT UIDONLY UIDVALIDITY UNSEEN UNSELECT \
    UNSUBSCRIBE USE UTF8 VANISHED X-MAILBOX XLIST";

/// Whether the value of this item is an id of a mailbox or message.
pub(super) fn is_id(item: &str) -> bool {
    has(IDS, item)
}

/// Items whose value is an id of a mailbox or message. The id itself is never shown.
const IDS: &str = "\
    EMAILID MAILBOXID THREADID X-GM-LABELS X-GM-MSGID X-GM-THRID";

/// Items of STATUS whose value is a number.
const COUNTED: &str = "\
    APPENDLIMIT DELETED DELETED-STORAGE HIGHESTMODSEQ MESSAGES RECENT SIZE UIDNEXT UIDVALIDITY UNSEEN";

/// Response codes behind which numbers stand that count something. Behind any other a number may be what the server has
/// been told, and that may be a secret.
const COUNTING_CODES: &str = "\
    APPENDUID COPYUID HIGHESTMODSEQ MESSAGELIMIT MODIFIED UIDNEXT UIDVALIDITY UNSEEN";

/// Capabilities with a number behind their `=`.
const COUNTING_CAPABILITIES: &str = "\
    APPENDLIMIT I18NLEVEL MESSAGELIMIT SAVELIMIT";

/// Header fields that are asked for by name.
const FIELDS: &str = "\
    BCC CC DATE DELIVERED-TO FROM MESSAGE-ID RECEIVED RETURN-PATH TO USER-AGENT X-DRAFT-INFO X-MAILER X-MOZILLA-DRAFT-INFO \
    X-ORIGINAL-TO X-SPAM-FLAG X-SPAM-STATUS X-UNIFORM-TYPE-IDENTIFIER X-UNSENT";

/// Response codes (RFC 9051 §7.1, RFC 5530 and extensions).
const CODES: &str = "\
    ALERT ALREADYEXISTS APPENDUID AUTHENTICATIONFAILED AUTHORIZATIONFAILED BADCHARSET BADURL CANNOT CAPABILITY \
    CLIENTBUG CLOSED CONTACTADMIN COPYUID CORRUPTION EXPIRED EXPUNGEISSUED HASCHILDREN HIGHESTMODSEQ INUSE LIMIT \
    MAILBOXID MESSAGELIMIT METADATA MODIFIED NEWNAME NOMODSEQ NONEXISTENT NOPERM NOTSAVED NOUPDATE OVERQUOTA PARSE \
    PERMANENTFLAGS PRIVACYREQUIRED READ-ONLY READ-WRITE REFERRAL SERVERBUG THROTTLED TOOBIG TRYCREATE UIDNEXT \
    UIDNOTSTICKY UIDREQUIRED UIDVALIDITY UNAVAILABLE UNKNOWN-CTE UNSEEN USEATTR";

/// Capabilities, and what stands behind their `=` (the IANA registry, and what products announce besides).
const CAPABILITIES: &str = "\
    ACCEPT ACL ACL2 ANNOTATE-EXPERIMENT-1 APPENDLIMIT AUTH BACKENDAUTHENTICATE BINARY CATENATE CHILDREN \
    CLIENTACCESSRULES CLIENTNETWORKPRESENCELOCATION COMPRESS CONDSTORE CONTEXT CONVERT CRAM-MD5 CREATE-SPECIAL-USE \
    DEFLATE DIGEST-MD5 DISPLAY ENABLE ESEARCH ESORT EXTERNAL FILTERS FUZZY GSSAPI I18NLEVEL ID IDLE IMAP4 IMAP4REV1 \
    IMAP4REV2 IMAPSIEVE INPROGRESS JMAPACCESS LANGUAGE LIST-EXTENDED LIST-METADATA LIST-MYRIGHTS LIST-STATUS LITERAL \
    LITERAL- LOGIN LOGIN-REFERRALS LOGINDISABLED MAILBOX-REFERRALS MESSAGELIMIT METADATA METADATA-SERVER MOVE \
    MULTIAPPEND MULTISEARCH NAMESPACE NOTIFY NTLM OAUTHBEARER OBJECTID ONLY ORDEREDSUBJECT PARTIAL PLAIN PREVIEW \
    QRESYNC QUOTA QUOTASET REFERENCES REFS REPLACE RES-ANNOTATION-STORAGE RES-MAILBOX RES-MESSAGE RES-STORAGE RIGHTS \
    SASL-IR SAVEDATE SAVELIMIT SCRAM-SHA-1 SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-256-PLUS SCRAM-SHA-512 SEARCH \
    SEARCHRES SIZE SNIPPET SORT SPECIAL-USE STARTTLS STATUS THREAD UIDONLY UIDPLUS UNAUTHENTICATE UNION UNSELECT \
    URL-PARTIAL URLAUTH URLFETCH UTF8 WITHIN X-GM-EXT-1 XAPPLELITERAL XAPPLEPUSHSERVICE XCONVERSATIONS XLIST XMOVE \
    XOAUTH XOAUTH2 XUM1 YAHOO-DEV";

/// Attributes of mailboxes and system flags of messages, in their backslash's place.
const FLAGS: &str = "\
    * ALL ALLMAIL ANSWERED ARCHIVE DELETED DRAFT DRAFTS FLAGGED HASCHILDREN HASNOCHILDREN IMPORTANT INBOX JUNK \
    MARKED MEMOS NOACCESS NOINFERIORS NONEXISTENT NOSELECT RECENT REMOTE SCHEDULED SEEN SENT SNOOZED SPAM STARRED \
    SUBSCRIBED TRASH UNMARKED";

/// Keywords that clients and filters set, and so are nobody's own (the IANA registry).
const KEYWORDS: &str = "\
    $FORWARDED $HASATTACHMENT $HASNOATTACHMENT $IMPORTANT $ISNOTIFICATION $JUNK $MDNSENT $MUTED $NOTJUNK $PHISHING \
    $SUBMITPENDING $SUBMITTED FORWARDED JUNK NONJUNK NOTJUNK REDIRECTED";

/// Words of which the text of a status response may consist and be shown.
const TEXT: &str = "\
    a again already an and at authentication backoff be been begin bye cannot capability closed command completed \
    connection connections copy create created credentials delete deleted denied does done enabled error exceeded \
    examine exist exists expunge failed failure fetch first flags found full has have hello highest id imap in inbox \
    internal invalid is it later limit list logged logging login logout lsub mailbox many message messages \
    milliseconds move moved namespace negotiation next no noop not now of ok on only out permanent permission \
    permitted please predicted previous problem quota read read-only read-write ready recent rename renamed request \
    search seen select selected server service simultaneous status store subscribe success such suggested temporary \
    the throttled time tls to too try uid uids unavailable unknown unselect unsubscribe unsupported user valid while";

/// The rights that an access control list may give (RFC 4314 §2.1), and what RFC 2086 had.
const RIGHTS: &str = "lrswipkxteacdn0123456789";

/// The longest text of a status response that is looked at.
const LONGEST_TEXT: usize = 200;

/// Whether one of the words in a list of them is this one, in any case.
fn has(words: &str, word: &str) -> bool {
    let mut words = words.split_ascii_whitespace();
    words.any(|known| known.eq_ignore_ascii_case(word))
}

/// A number of at most 64 bits.
pub(super) fn is_number(word: &str) -> bool {
    (1..=20).contains(&word.len()) && word.bytes().all(|octet| octet.is_ascii_digit())
}

/// `1:3,7`, `12:*`.
pub(super) fn is_set(word: &str) -> bool {
    !word.is_empty()
        && word
            .split([',', ':'])
            .all(|one| one == "*" || one.len() <= 10 && is_number(one))
}

/// `1-Feb-2024`.
pub(super) fn is_day(word: &str) -> bool {
    const MONTHS: &str = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
    let parts: Vec<&str> = word.trim_start().split('-').collect();
    matches!(parts[..], [day, month, year] if day.len() <= 2 && is_number(day)
        && has(MONTHS, month) && year.len() == 4 && is_number(year))
}

/// `17-Jul-2024 02:44:25 +0100`, the form of INTERNALDATE.
pub(super) fn is_time(text: &str) -> bool {
    let words: Vec<&str> = text.split_ascii_whitespace().collect();
    let is_digits = |word: &str, mark: char| {
        word.split(mark)
            .all(|one| one.len() <= 4 && (one.is_empty() || is_number(one)))
    };
    matches!(words[..], [day, time, zone] if is_day(day) && time.len() == 8 && is_digits(time, ':')
        && zone.len() == 5 && is_digits(zone.trim_start_matches(['+', '-']), ':'))
}

/// Whether an atom is made of words of the protocol: `UID`, `+FLAGS.SILENT`, `BODY[HEADER.FIELDS (FROM)]<0>`. Only in a
/// section there may be numbers.
pub(super) fn is_protocol(atom: &str) -> bool {
    let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let inner = atom.trim_start_matches(['-', '+']);
    let mut pieces = inner
        .split(|letter| !is_word(letter))
        .filter(|piece| !piece.is_empty());
    let section = atom.split_once('[').map(|(item, _)| item);
    // The end of a section stands alone where the lexer has read the fields in it as a list.
    let has_section = atom.starts_with("]<")
        || section.is_some_and(|item| {
            item.eq_ignore_ascii_case("BODY") || item.eq_ignore_ascii_case("BODY.PEEK")
        });
    let is_known = |piece: &str| {
        has_section && is_number(piece)
            || has(PROTOCOL, piece)
            || has(FIELDS, piece)
            || has(IDS, piece)
    };
    atom.is_ascii() && pieces.clone().next().is_some() && pieces.all(is_known)
}

/// Whether a word is the first of a response code.
pub(super) fn is_code(word: &str) -> bool {
    has(CODES, word)
}

/// Whether the numbers behind this response code count something.
pub(super) fn is_counting_code(code: &str) -> bool {
    has(COUNTING_CODES, code)
}

/// Whether the value of this item of STATUS is a number.
pub(super) fn is_counted(item: &str) -> bool {
    has(COUNTED, item)
}

/// Whether a word is a capability that is known to exist, with its value.
pub(super) fn is_capability(word: &str) -> bool {
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    let name = name.strip_suffix('+').unwrap_or(name);
    // The rights that RFC 4314 §2.1 brought.
    let is_rights =
        name.eq_ignore_ascii_case("RIGHTS") && value.chars().all(|letter| "kxten".contains(letter));
    let is_count = has(COUNTING_CAPABILITIES, name) && is_number(value);
    has(CAPABILITIES, name)
        && (value.is_empty() || has(CAPABILITIES, value) || is_rights || is_count)
}

/// Whether a flag, attribute or keyword is one that everybody has.
pub(super) fn is_flag(flag: &str) -> bool {
    match flag.strip_prefix('\\') {
        Some(word) => has(FLAGS, word),
        None => has(KEYWORDS, flag),
    }
}

/// Whether a word is an attribute or a system flag, which nobody takes for the name of a mailbox.
pub(super) fn is_system_flag(word: &str) -> bool {
    word.starts_with('\\') && is_flag(word)
}

/// The rights that letters give, in alphabetic order, each once: what cannot spell a name. None where they are no rights.
pub(super) fn rights(letters: &str) -> Option<String> {
    let given: BTreeSet<char> = letters.chars().collect();
    let are_rights = given.iter().all(|letter| RIGHTS.contains(*letter));
    are_rights.then(|| given.into_iter().collect())
}

/// Whether an identifier of an access control list is one that everybody has (RFC 4314 §2).
pub(super) fn is_anybody(identifier: &str) -> bool {
    let identifier = identifier.strip_prefix('-').unwrap_or(identifier);
    ["anyone", "anonymous", "owner", "authenticated"].contains(&identifier)
}

/// Whether the text of a status response consists of words that say nothing of anybody. A number may be somebody's.
pub(super) fn is_plain_text(text: &str) -> bool {
    text.len() <= LONGEST_TEXT
        && text.split_ascii_whitespace().all(|word| {
            let word = word.trim_matches(['.', ',', ':', ';', '!', '(', ')']);
            word.is_empty() || has(TEXT, word) || is_product_word(word)
        })
}

/// Whether a key of ID is one whose value tells of software and of nothing else.
pub(super) fn is_software_key(key: &str) -> bool {
    has("NAME VERSION VENDOR OS", key)
}

/// Whether the value behind a key of ID is a product's name or a version. Numbers alone are a version and no name: they may
/// be an address.
pub(super) fn is_software(key: &str, text: &str) -> bool {
    let mut words = text.split([' ', '.', '-']);
    let may_be_numbers = has("VERSION OS", key);
    is_software_key(key)
        && text.len() <= 40
        && (may_be_numbers || words.clone().next().is_some_and(is_product_word))
        && words.all(|word| {
            word.is_empty() || is_product_word(word) || word.len() <= 4 && is_number(word)
        })
}

/// Octets of a value, those of the strings in a list together.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::Nil => 0,
        Value::Atom(octets) => octets.len(),
        Value::Text(octets) => octets.len(),
        Value::List(values) => values.iter().map(size).sum(),
    }
}

#!/usr/bin/env bash
# Dovecot 2.3.19.1 with its full-text index fts-xapian 1.5.5 (Debian 12): once somebody has searched for a word in a text, a Message-ID
# may not find its message, and NOT finds what it should leave out.
#
# Guess before the run: the index answers what is asked about text; headers are compared octet by octet as ever.
# Seen: so it is until the first BODY search, by whatever client, which makes the index of that mailbox. From then on the same questions
# have other answers. A Message-ID with `$`, `=` or `+` in it finds nothing, though a message has it; part of an id is found
# where a word ends and nowhere else; the empty string, which asks for messages that have the header at all, finds none. NOT gives the
# very messages that it should leave out, or none at all. Each answer is OK, and CAPABILITY is the same.
#
# Why it matters: who asks by Message-ID whether a message is in the target already, or by NOT which ones are still missing, copies
# again what is there, or leaves what is not: today and not yesterday, in one mailbox and not in the other. Whether a message is
# there must be asked of FETCH.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version dovecot-fts-xapian=1.5.5-1+b2 libxapian30 libsqlite3-0 libicu72 \
    libstemmer0d libexttextcat-2.0-0
dovecot 'mail_plugins = fts fts_xapian
plugin {
  fts = xapian
  fts_xapian = partial=3 full=20
}
service indexer {
  chroot =
}
service indexer-worker {
  chroot =
}'
python3 - "$port" <<'PYTHON'
import imaplib, sys
client = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
client.login("u", "u")
for subject, known in [("first", "abc.def@example.test"), ("second", "abc.defg@example.test"), ("third", "x$y=z+1@example.test")]:
    body = f"From: a@example.test\r\nMessage-ID: <{known}>\r\nSubject: {subject}\r\n\r\nHello.\r\n"
    client.append("INBOX", None, None, body.encode())
PYTHON
# found QUESTION…: the UIDs that are found, each time in a new session.
found() {
    local question
    for question in "$@"; do
        imap "SELECT INBOX" "UID SEARCH $question" | sed -n "s/^\* SEARCH */$question: /p"
    done
}
questions=('HEADER Message-ID "<abc.def@example.test>"' 'HEADER Message-ID "abc.def"' 'HEADER Message-ID ""'
    'HEADER Message-ID "<x$y=z+1@example.test>"' 'NOT HEADER Message-ID "<abc.def@example.test>"' 'NOT SUBJECT second')
same "as long as nobody has searched in texts" "$(found "${questions[@]}")" 'HEADER Message-ID "<abc.def@example.test>": 1
HEADER Message-ID "abc.def": 1 2
HEADER Message-ID "": 1 2 3
HEADER Message-ID "<x$y=z+1@example.test>": 3
NOT HEADER Message-ID "<abc.def@example.test>": 2 3
NOT SUBJECT second: 1 3'
same "somebody does" "$(found "BODY hello")" "BODY hello: 1 2 3"
same "and the same again" "$(found "${questions[@]}")" 'HEADER Message-ID "<abc.def@example.test>": 1
HEADER Message-ID "abc.def": 1
HEADER Message-ID "": 
HEADER Message-ID "<x$y=z+1@example.test>": 
NOT HEADER Message-ID "<abc.def@example.test>": 1
NOT SUBJECT second: '

#!/usr/bin/env bash
# mailsync 5.2.7 (Debian 12) between two accounts of Dovecot 2.3.19.1: of two messages in one mailbox that share a Message-ID it
# removes one, from the server.
#
# Guess before the run: messages are told apart by their Message-ID, and where one comes twice both stay, on both sides.
# Seen: whatever comes twice within one mailbox is "duplicate", and the first of the two is expunged where it is, in the very first
# run too, when there is nothing yet to compare with. Neither text nor flags count: the flagged one with its own text is
# gone, the other side gets a copy of that one, and from then on both sides count one and hold another message each.
# In two mailboxes the same two are left alone.
#
# Why it matters: a merge is what brings two such messages together, as the copy that the client kept and the one that the server
# kept, or a draft and what was sent of it. rolecall moves both and removes none; the next run of such a program removes one of
# them for good. Programs that sync by Message-ID have to be stopped before, and their mailboxes looked at afterwards.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version mailsync=5.2.7-3.1+b1 libc-client2007e=8:2007f~dfsg-7+b2 mlock libgssapi-krb5-2
dovecot 'namespace inbox {
  inbox = yes
  separator = /
}' "$everybody"
cat >"$work/conf" <<CONF
store u {
  server {127.0.0.1:$port/user=u/notls}
  ref {127.0.0.1:$port/user=u/notls}
  pat *
  passwd u
}
store v {
  server {127.0.0.1:$port/user=v/notls}
  ref {127.0.0.1:$port/user=v/notls}
  pat *
  passwd v
}
channel both u v {
  msinfo {127.0.0.1:$port/user=w/notls}INBOX
  passwd w
}
CONF
# synced: what it says of duplicates.
synced() {
    with_its_usr timeout 60 env "HOME=$work" mailsync -m -f "$work/conf" both 2>&1 | sed -nE 's/^([0-9]+ duplicates? for deletion.*)/\1/p'
}
# has USER BOX: the flags and the text of each message.
has() {
    as=$1 imap "EXAMINE \"$2\"" "UID FETCH 1:* (FLAGS BODY.PEEK[TEXT])" |
        sed -nE 's/.* FLAGS \(([^)]*)\) BODY.*/[\1]/p; /^(first|second)$/p' | sed 's/ *\\Recent//' | paste -d ' ' - -
}
# said BOX TEXT: a message with the one Message-ID that all of them have.
said() {
    python3 - "$port" "$@" <<'PYTHON'
import imaplib, sys
line = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
line.login("u", "u")
line.append(f'"{sys.argv[2]}"', None, None, f"Message-ID: <same@example.test>\r\nSubject: {sys.argv[3]}\r\n\r\n{sys.argv[3]}\r\n".encode())
line.logout()
PYTHON
}
imap "CREATE Sent" 'CREATE "Sent Items"' >/dev/null
said Sent first
said "Sent Items" second
said INBOX first
said INBOX second
imap "SELECT Sent" 'UID STORE 1 +FLAGS.SILENT (\Flagged)' "SELECT INBOX" 'UID STORE 1 +FLAGS.SILENT (\Flagged)' >/dev/null
same "the first run, with two in one mailbox and two in two" "$(synced)" "1 duplicate for deletion in u"
same "of the two in one mailbox the one has" "$(has u INBOX)" '[] second'
same "and the other" "$(has v INBOX)" '[\Flagged] first'
same "of the two in two mailboxes" "$(has u Sent) $(has u "Sent Items")" '[\Flagged] first [] second'
same "and the other" "$(has v Sent) $(has v "Sent Items")" '[\Flagged] first [] second'
imap 'SELECT "Sent Items"' "UID MOVE 1 Sent" >/dev/null
same "these two are merged" "$(synced)" "1 duplicate for deletion in u"
same "the one has" "$(has u Sent)" '[] second'
same "the other has" "$(has v Sent)" '[\Flagged] first'
same "a third run" "$(synced)" ""
same "the one has" "$(has u Sent)" '[] second'
same "the other has" "$(has v Sent)" '[\Flagged] first'

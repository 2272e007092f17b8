#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with mbox: when another program removes the first message of the file, all the others get new UIDs.
#
# Guess before the run: UIDVALIDITY and UIDs stay, for they are in Dovecot's index too and in each message (X-UID).
# Seen: UIDVALIDITY stays, and messages 2 and 3 are 4 and 5 from then on; flags stay. Where another message than the first is removed,
# the UIDs stay. The first one carries the header that all numbers hang on (X-IMAPbase). The program here is Python's mailbox module,
# with its lock; others were not tried.
#
# Why it matters: "the same UIDVALIDITY, so the message of this UID is the one, or it is gone" is half the truth there. By UIDs alone an
# undo would take all that was moved for removed by somebody; by size, date and Message-ID it is still found. Clients that keep
# copies fetch the whole mailbox anew.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd}=$version
dovecot "mail_location = mbox:~/mbox:INBOX=~/inbox
namespace inbox {
  inbox = yes
  separator = /
}"
# removes BOX N: its message N (from 0) as a local program does.
removes() {
    setpriv --reuid=nobody --regid=nogroup --clear-groups /usr/bin/python3 - "$work/home/u/mbox/$1" "$2" <<'PYTHON'
import mailbox, sys
box = mailbox.mbox(sys.argv[1])
box.lock()
box.remove(list(box.keys())[int(sys.argv[2])])
box.flush()
box.close()
PYTHON
}
# has BOX: UID, flags and subject of each message.
has() {
    imap "EXAMINE $1" "UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])" |
        sed -nE 's/.*FETCH \(UID ([0-9]+) FLAGS \(([^)]*)\).*/\1 \2/p; s/^Subject: //p' |
        sed -E 's/\\Recent//; s/ +$//' | paste -d ' ' - - | paste -sd ,
}
validity() {
    imap "STATUS $1 (UIDVALIDITY)" | sed -n 's/.*UIDVALIDITY //p'
}
for box in Sent Old; do
    imap "CREATE $box" "save $box one" "save $box two" "save $box three" "SELECT $box" 'STORE 2:3 +FLAGS.SILENT (\Flagged)' >/dev/null
done
before=$(validity Sent)
same "Sent has" "$(has Sent)" '1 one,2 \Flagged two,3 \Flagged three'
removes Sent 0
same "without its first message" "$(has Sent)" '4 \Flagged two,5 \Flagged three'
same "another UIDVALIDITY" "$([ "$before" = "$(validity Sent)" ] && echo no)" no
removes Old 1
same "Old without its second message" "$(has Old)" '1 one,3 \Flagged three'

#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with a namespace in mbox beside its own: MOVE into it changes some messages, and says OK.
#
# Guess before the run: the header lines that mbox uses itself (Status, X-Status, X-Keywords, X-UID) are dropped; all else arrives octet
# by octet, as it does in Maildir.
# Seen: they are dropped, and Content-Length is. A message that does not end with a newline gets one, two octets more; one that
# ends with its header gets an empty line and another one, four more. MOVE back leaves it so. Flags, keyword and INTERNALDATE stay, and
# most messages are the same octets.
#
# Why it matters: an archive in mbox beside the mailboxes is what long-lived servers have. A merge across the two formats can be proven by
# size for most messages, and the first few tell nothing of the others; a copy may be two or four octets longer than
# what was moved. undo brings back another message than the one that was there: a signature over it fails.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
dovecot 'namespace inbox {
  inbox = yes
  separator = /
}
namespace old {
  prefix = Old/
  separator = /
  location = mbox:~/mbox
}'
python3 - "$port" >"$work/said" <<'PYTHON'
import imaplib, sys
line = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
line.login("u", "u")
messages = {
    "plain": b"Subject: plain\r\n\r\nplain\r\n",
    "From": b"Subject: From\r\n\r\nFrom here\r\n\r\nFrom a@example.test Wed Jan  1 00:00:00 2020\r\n",
    "Status": b"Subject: Status\r\nStatus: RO\r\nX-Status: AF\r\nX-Keywords: Foo\r\n\r\ntext\r\n",
    "Content-Length": b"Subject: Content-Length\r\nContent-Length: 4\r\n\r\ntext\r\n",
    "no newline": b"Subject: no newline\r\n\r\nno newline",
    "no text": b"Subject: no text\r\n",
}
def sizes(box):
    line.select(box)
    sized = {}
    for one in line.uid("FETCH", "1:*", "(FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1]:
        if isinstance(one, tuple):
            told = one[0].decode()
            assert "\\Flagged" in told and "word" in told and "01-Jan-2020 00:00:00 +0000" in told, told
            sized[one[1].split(b": ")[1].strip().decode()] = int(told.split("RFC822.SIZE ")[1].split()[0])
    return sized
line.create("Sent")
line.create("Old/Sent")
for text in messages.values():
    line.append("Sent", r"(\Flagged word)", '"01-Jan-2020 00:00:00 +0000"', text)
before = sizes("Sent")
print(line.uid("MOVE", "1:*", "Old/Sent")[0], end=" ")
there = sizes("Old/Sent")
print(line.uid("MOVE", "1:*", "Sent")[0])
back = sizes("Sent")
for name in messages:
    print(f"{name}: {there[name] - before[name]:+d}, back {back[name] - before[name]:+d}")
PYTHON
same "octets more or less" "$(cat "$work/said")" 'OK OK
plain: +0, back +0
From: +0, back +0
Status: -43, back -43
Content-Length: -19, back -19
no newline: +2, back +2
no text: +4, back +4'

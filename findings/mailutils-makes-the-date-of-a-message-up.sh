#!/usr/bin/env bash
# GNU mailutils 3.15 (Debian 12), imap4d with Maildir: INTERNALDATE is a date of the header, or the time at which it is asked for.
#
# Guess before the run: the time of the message's file, so that it is the same twice; where there is a Received line, that line's.
# Seen: what APPEND says is not kept, and no file is looked at. A Received line counts, else the Date line that the sender wrote; a message
# that has neither has the time of the question, another one with each FETCH. SEARCH finds such a message neither SINCE nor BEFORE
# a day.
#
# Why it matters: two messages are told apart by size, identity and date, and here the date of a draft without a Date line is never the same
# twice: it says nothing against a copy, and what was noted of it is no proof. A SEARCH by date does not cover a mailbox:
# what is found SINCE a day and BEFORE it together may be fewer messages than there are.
. "$(dirname "$0")/lib.sh"
debian mailutils-imap4d=1:3.15-4 mailutils-common=1:3.15-4 libmailutils9=1:3.15-4 libgsasl18 libidn12 libntlm0 libgssglue1 libmariadb3 \
    guile-3.0-libs libgc1 libltdl7
mailutils maildir
python3 - "$port" <<'PYTHON'
import imaplib, sys
line = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
line.login("u", "u")
line.create("A")
sent = b"Date: Tue, 01 Jan 2019 00:00:00 +0000\r\n"
received = b"Received: from a.example.test by b.example.test; Mon, 01 Jan 2018 00:00:00 +0000\r\n"
for head in (received + sent, sent, b""):
    assert line.append("A", None, '"01-Jan-2020 00:00:00 +0000"', head + b"Subject: one\r\n\r\ntext\r\n")[0] == "OK"
PYTHON
dates() {
    imap "EXAMINE A" "FETCH 1:* (INTERNALDATE)" | sed -nE 's/.*INTERNALDATE "(.*)"\)/\1/p'
}
first=$(dates)
same "with Received and Date, and with Date alone" "$(sed -n 1,2p <<<"$first")" "01-Jan-2018 00:00:00 +0000
01-Jan-2019 00:00:00 +0000"
sleep 1.1
asked=$(date +%s)
later=$(dates)
same "the same a second later" "$(sed -n 1,2p <<<"$later")" "$(sed -n 1,2p <<<"$first")"
third=$(date -d "$(sed -n 3p <<<"$later" | sed -E 's/^(..)-(...)-(....)/\1 \2 \3/')" +%s)
same "with neither it is not before it was asked for" "$([ "$third" -ge "$asked" ] && echo yes)" yes
same "found SINCE and BEFORE a day" "$(imap "EXAMINE A" "SEARCH SINCE 01-Jan-2000" "SEARCH BEFORE 01-Jan-2000" | grep "^\* SEARCH")" "* SEARCH 1 2
* SEARCH"

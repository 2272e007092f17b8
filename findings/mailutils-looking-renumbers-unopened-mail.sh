#!/usr/bin/env bash
# GNU mailutils 3.15 (Debian 12), imap4d with Maildir: asking for STATUS gives mail that nobody has opened yet new UIDs.
#
# Expected: STATUS and EXAMINE change nothing (RFC 9051 §6.3.3, §6.3.11), so UIDNEXT is the same twice.
# Seen: while a delivered message waits in new/, each STATUS and each EXAMINE numbers it anew: UIDNEXT grows with each
# question, and UIDVALIDITY is the second in which it was asked. A SELECT, read-write, ends it.
#
# Why it matters: two looks at a mailbox that nobody has touched never agree, and whatever was noted by UID is worthless by
# the next look. A tool that compares UIDVALIDITY and UIDNEXT before it acts sees a busy mailbox where there is none.
. "$(dirname "$0")/lib.sh"
debian mailutils-imap4d=1:3.15-4 mailutils-common=1:3.15-4 libmailutils9=1:3.15-4 libgsasl18 libidn12 libntlm0 libgssglue1 \
    libmariadb3 guile-3.0-libs libgc1 libltdl7
mailutils maildir

numbers() {
    imap 'STATUS A (UIDNEXT UIDVALIDITY)' | head -n 1 | grep -o '[0-9]*' | tr '\n' ' '
}
imap "CREATE A" "save A 1" "save A 2" >/dev/null
read -r next validity <<<"$(numbers)"
sleep 1.2
read -r next_again validity_again <<<"$(numbers)"
same "UIDNEXT grows with each question" "$((next_again > next))" 1
same "UIDVALIDITY is another, a second later" "$((validity_again > validity))" 1
examined=$(imap "EXAMINE A" | sed -n 's/.*UIDNEXT \([0-9]*\).*/\1/p')
same "EXAMINE does the same" "$((examined > next_again))" 1
imap "SELECT A" CLOSE >/dev/null
first=$(numbers)
sleep 1.2
same "after one SELECT they stay" "$(numbers)" "$first"

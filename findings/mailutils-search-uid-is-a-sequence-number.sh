#!/usr/bin/env bash
# GNU mailutils 3.15 (Debian 12), imap4d: the search key UID takes its set for sequence numbers.
#
# Expected: `UID SEARCH UID 2` answers 2 where there is a message of that UID (RFC 9051 §6.4.4: the set is one
# of unique identifiers), and nothing where there is none.
# Seen: it answers the UID of the second message, whatever that is, with mbox and Maildir alike. UID FETCH, UID STORE and
# UID COPY take their sets for UIDs, as they should.
#
# Why it matters: where the first message of a mailbox was ever removed, a client that asks "which of these are still here?"
# is told of others, or of none. After a COPY it would take messages for gone that are there, or the other way round.
# The safe question is UID SEARCH ALL, and to compare by oneself, or UID FETCH of the set.
. "$(dirname "$0")/lib.sh"
debian mailutils-imap4d=1:3.15-4 mailutils-common=1:3.15-4 libmailutils9=1:3.15-4 libgsasl18 libidn12 libntlm0 libgssglue1 \
    libmariadb3 guile-3.0-libs libgc1 libltdl7

for format in mbox maildir; do
    echo "== $format"
    mailutils $format
    imap "CREATE A" "save A 1" "save A 2" "save A 3" "save A 4" "SELECT A" "UID STORE 1 +FLAGS.SILENT (\\Deleted)" EXPUNGE >/dev/null
    same "all: UIDs 2, 3 and 4" "$(imap "EXAMINE A" "UID SEARCH ALL" | tail -n 2)" "* SEARCH 2 3 4
OK UID SEARCH Completed"
    same "UID SEARCH UID 2" "$(imap "EXAMINE A" "UID SEARCH UID 2" | tail -n 2)" "* SEARCH 3
OK UID SEARCH Completed"
    same "UID SEARCH UID 4" "$(imap "EXAMINE A" "UID SEARCH UID 4" | tail -n 2)" "* SEARCH
OK UID SEARCH Completed"
    same "UID SEARCH UID 1" "$(imap "EXAMINE A" "UID SEARCH UID 1" | tail -n 2)" "* SEARCH 2
OK UID SEARCH Completed"
    same "UID FETCH 2" "$(imap "EXAMINE A" "UID FETCH 2 (UID)" | tail -n 2)" "* 1 FETCH (UID 2)
OK UID FETCH Completed"
    stop
done

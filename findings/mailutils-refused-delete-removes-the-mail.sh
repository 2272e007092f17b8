#!/usr/bin/env bash
# GNU mailutils 3.15 imap4d on Maildir: DELETE of a mailbox with another one below it is refused, and its mail is gone.
#
# Guess before the run: OK, and the name stays as \Noselect for what is below it, as RFC 9051 has it (or NO and nothing happens).
# Seen: NO "Cannot remove". The mailbox is there, can be opened, and is empty: its messages were removed before the server
# found that the folder cannot be.
#
# Why it matters: a refusal usually means that nothing was done. Here a DELETE that was tried to see whether it is allowed costs
# the mail, so whoever removes an emptied mailbox must have seen it empty right before, and leave one alone that has mailboxes
# below it.
. "$(dirname "$0")/lib.sh"
debian mailutils-imap4d=1:3.15-4 mailutils-common=1:3.15-4 libmailutils9=1:3.15-4 libgsasl18 libidn12 libntlm0 libgssglue1 libmariadb3 \
    guile-3.0-libs libgc1 libltdl7
mailutils maildir
imap 'CREATE p' 'CREATE p/below' 'save p one' 'save p two' 'save p/below three' >/dev/null
files() {
    cat /dev/null "$work"/home/u/p/{cur,new}/* 2>/dev/null | wc -l
}
same "its mail, in lines of its files" "$(files)" 10
same "before" "$(imap 'STATUS p (MESSAGES)')" '* STATUS p (MESSAGES 2)
OK STATUS Completed'
same "it is refused" "$(imap 'DELETE p')" 'NO DELETE Cannot remove'
same "and done" "$(imap 'STATUS p (MESSAGES)')" '* STATUS p (MESSAGES 0)
OK STATUS Completed'
same "what is below it is left" "$(imap 'STATUS p/below (MESSAGES)')" '* STATUS p/below (MESSAGES 1)
OK STATUS Completed'
same "not one file of its mail is there" "$(files)" 0

#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) where names begin with INBOX.: INBOX.INBOX is listed \Noselect, opens INBOX, and RENAME takes its mail.
#
# Guess before the run: INBOX.INBOX is a mailbox like any other below INBOX, or cannot be made at all.
# Seen: it is a second name of INBOX that LIST does not show; STATUS, SELECT, APPEND and MOVE under it are done to INBOX, SUBSCRIBE
# subscribes that. Once a client has made INBOX.INBOX.Sent (one that has "INBOX" set as its prefix does), LIST shows
# INBOX.INBOX as a name without a mailbox, \Noselect, and it opens INBOX as before. RENAME of this folder, to put what is
# below it in order, takes all mail of INBOX along (sdbox), or is NO (Maildir). DELETE is NO.
#
# Why it matters: \Noselect says that there is no mail to lose, so a folder of that kind is renamed without a thought. With
# "INBOX" as the last part of a name only what is below may be touched, one by one; it is never a source or a target.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
names() {
    imap 'LIST "" "*"' | sed -nE 's/^\* LIST \(([^)]*)\) "." (.*)/\2 \1/p' | sed -E 's/ ?\\(Un)?[Mm]arked//' | LC_ALL=C sort
}
count() {
    imap "STATUS $1 (MESSAGES)" | sed -n 1p
}
begins() {
    dovecot 'namespace inbox {
  inbox = yes
  separator = .
  prefix = INBOX.
}' "mail_location = $1"
    imap "save INBOX 1" "save INBOX.INBOX 2" "SUBSCRIBE INBOX.INBOX" >/dev/null
}
begins sdbox:~/mail
same "what is saved in INBOX.INBOX is in" "$(count INBOX)" "* STATUS INBOX (MESSAGES 2)"
same "the only name is" "$(names | cut -d ' ' -f 1)" INBOX
same "and it is subscribed" "$(imap 'LSUB "" "*"' | sed -n 1p)" '* LSUB () "." INBOX'
imap "CREATE INBOX.INBOX.Sent" >/dev/null
same "with one below it" "$(names)" 'INBOX \HasChildren
INBOX.INBOX \Noselect \HasChildren
INBOX.INBOX.Sent \HasNoChildren'
same "it opens INBOX" "$(count INBOX.INBOX)" "* STATUS INBOX.INBOX (MESSAGES 2)"
same "DELETE" "$(imap "DELETE INBOX.INBOX")" "NO INBOX can't be deleted"
same "RENAME" "$(imap "RENAME INBOX.INBOX INBOX.Old")" "OK Rename completed"
same "INBOX has" "$(count INBOX)" "* STATUS INBOX (MESSAGES 0)"
same "INBOX.Old has" "$(count INBOX.Old)" "* STATUS INBOX.Old (MESSAGES 2)"
stop
begins maildir:~/Maildir
imap "CREATE INBOX.INBOX.Sent" >/dev/null
same "in Maildir it is there too" "$(names | sed -n 2p) $(count INBOX.INBOX)" \
    'INBOX.INBOX \Noselect \HasChildren * STATUS INBOX.INBOX (MESSAGES 2)'
same "RENAME" "$(imap "RENAME INBOX.INBOX INBOX.Old")" "NO [CANNOT] Renaming INBOX isn't supported"

#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with Maildir: a RENAME that is refused for a name below has renamed the mailbox itself.
#
# In Maildir++ a mailbox is a folder called by its whole name, which may have 255 octets. Here the new name is allowed, and with it
# the name of one mailbox below becomes too long.
# Guess before the run: NO, and everything is as it was, as with Cyrus; or OK, as with sdbox, where each level is a folder.
# Seen: NO [SERVERBUG], and the mailbox is under its new name, with its mail; those below stay under the old one. LIST shows both names
# as mailboxes, but the old one does not exist: STATUS and SELECT are NO, no \Noselect says so. The subscription stays on it too.
#
# Why it matters: NO to RENAME does not say that nothing was renamed. Whoever takes it so looks for the mail under the old name,
# finds it listed, cannot open it and may take it for lost. After any answer both names are to be looked for, and a mailbox
# with others below is better renamed to no longer name.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
long=$(printf 'x%.0s' $(seq 160))
child=$(printf 'c%.0s' $(seq 100))
# told COMMAND…: what is answered, with the two long names made short and without what changes from run to run.
told() {
    imap "$@" | sed -E "s/$long/LONG/; s/$child/CHILD/; s/ \[20.*\]$//; s/ ?\\\\(Un)?[Mm]arked//"
}
begins() {
    dovecot 'namespace inbox {
  inbox = yes
  separator = /
}' "mail_location = $1"
    imap "CREATE A" "CREATE A/$child" "CREATE A/b" "save A 1" "save A/$child 2" "SUBSCRIBE A" >/dev/null
}
listed() {
    told 'LIST "" "*"' | sed -n 's/^\* //p' | LC_ALL=C sort
}
begins sdbox:~/mail
same "sdbox" "$(told "RENAME A $long")" "OK Rename completed"
stop
begins maildir:~/Maildir
same "Maildir" "$(told "RENAME A $long")" \
    "NO [SERVERBUG] Internal error occurred. Refer to server log for more information."
for session in second third; do
    same "a $session session is shown" "$(listed)" 'LIST (\HasChildren) "/" A
LIST (\HasNoChildren) "/" A/CHILD
LIST (\HasNoChildren) "/" A/b
LIST (\HasNoChildren) "/" INBOX
LIST (\HasNoChildren) "/" LONG'
    same "of which there are" "$(told "STATUS A (MESSAGES)" "STATUS $long (MESSAGES)" "STATUS A/$child (MESSAGES)" | grep -v '^OK')" \
        "NO Mailbox doesn't exist: A
* STATUS LONG (MESSAGES 1)
* STATUS A/CHILD (MESSAGES 1)"
done
same "subscribed is" "$(told 'LSUB "" "*"' | sed -n 1p)" '* LSUB () "/" A'

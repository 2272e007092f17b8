#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with mdbox: when a mailbox's index is lost, what was moved into it comes back in the mailbox that it was
# moved out of.
#
# mdbox keeps all mail of a user in files of many messages each, and which message is in which mailbox in indexes alone.
# Guess before the run: `doveadm force-resync` finds the messages again and puts them where they were last.
# Seen: with each message the file keeps the mailbox into which it was saved first, and neither MOVE nor RENAME writes another one. So
# after a merge and the loss of Sent's index "Sent Items", which was deleted, is there again and has what was moved out of it, and Sent
# has what was always there. Keywords and flags of all are lost. As long as the index is there force-resync changes nothing.
#
# Why it matters: years after a merge a mended disk, or a backup without indexes, can undo it: a role has two mailboxes again,
# and no user or client made the second one. Nothing is doubled, so the same merge is safe and does it. Where Dovecot keeps
# one file a message (sdbox, Maildir) the folder tells.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
dovecot "mail_location = mdbox:~/mail" 'namespace inbox {
  inbox = yes
  separator = /
}'
# has: each mailbox with its messages, by subject, and their flags.
has() {
    local box
    for box in "Sent Items" Sent Junk Spam; do
        imap "EXAMINE \"$box\"" "UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])" |
            sed -nE 's/.* FLAGS \(([^)]*)\) BODY.*/\1/p; s/^Subject: (.*)\r?$/\1/p' | sed -E 's/\\Recent ?//; s/ $//' | paste -d ' ' - - |
            sed "s/^/$box:/"
    done | LC_ALL=C sort
}
resync() {
    with_its_usr setpriv --reuid=nobody --regid=nogroup --clear-groups doveadm -c "$work/dovecot.conf" force-resync -u u '*' 2>/dev/null ||
        fail "force-resync"
}
imap 'CREATE "Sent Items"' "CREATE Sent" "CREATE Spam" 'save "Sent Items" one' 'save "Sent Items" two' "save Sent three" "save Spam four" \
    'SELECT "Sent Items"' 'UID STORE 1 +FLAGS.SILENT (\Flagged word)' "UID MOVE 1:2 Sent" UNSELECT 'DELETE "Sent Items"' \
    "RENAME Spam Junk" >/dev/null
merged='Junk: four
Sent: three
Sent: two
Sent:\Flagged word one'
same "merged" "$(has)" "$merged"
resync
same "force-resync" "$(has)" "$merged"
rm -r "$work/home/u/mail/mailboxes/"{Sent,Junk}/dbox-Mails
resync
same "force-resync where the indexes of both are lost" "$(has)" 'Sent Items: one
Sent Items: two
Sent: three
Spam: four'

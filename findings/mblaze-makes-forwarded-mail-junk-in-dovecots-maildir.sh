#!/usr/bin/env bash
# mblaze 1.1 (Debian 12) on Dovecot 2.3.19.1's Maildir: what is moved as a file has another keyword where it arrives.
#
# Guess before the run: mrefile keeps the flags that are letters of Maildir, and the keyword is lost.
# Seen: the keyword becomes another one. Dovecot writes keywords as the letters a to z, and each mailbox has its own list of what
# they mean: `a` is $Forwarded in the one and $Junk in the other, so that forwarded mail is junk after the move. A letter
# that the target's list does not have shows as `unknown-1`, and stays so.
#
# Why it matters: whoever merges mailboxes with programs on the server's disk (mv does the same) moves letters, not keywords, and
# nothing says that the keywords of a mailbox are not those of its messages any more. `unknown-1` among the FLAGS of a
# mailbox is the trace. A merge by IMAP moves the keywords as words.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version mblaze=1.1-1
dovecot "mail_location = maildir:~/Maildir"
imap 'CREATE "Sent Items"' "CREATE Sent" 'save "Sent Items" forwarded' 'save "Sent Items" invoice' "save Sent junk" \
    'SELECT "Sent Items"' 'UID STORE 1 +FLAGS.SILENT (\Answered $Forwarded)' 'UID STORE 2 +FLAGS.SILENT (Invoice)' \
    "SELECT Sent" 'UID STORE 1 +FLAGS.SILENT ($Junk)' >/dev/null
# flags BOX: of each message, by its subject.
flags() {
    imap "SELECT \"$1\"" "UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])" |
        sed -nE 's/.* FLAGS \((.*)\) BODY.*/\1/p; s/^Subject: /for /p' | sed -E 's/ ?\\Recent ?/ /; s/^ //' | paste -d ' ' - -
}
same "Sent Items" "$(flags "Sent Items")" '\Answered $Forwarded for forwarded
Invoice for invoice'
same "Sent" "$(flags Sent)" '$Junk for junk'
for file in "$work/home/u/Maildir/.Sent Items/cur/"*; do
    with_its_usr mrefile "$work/home/u/Maildir/.Sent" <<<"$file"
done
chown -R nobody:nogroup "$work/home/u"
same "moved by mrefile, in Sent" "$(flags Sent | LC_ALL=C sort)" '$Junk for junk
\Answered $Junk for forwarded
unknown-1 for invoice'
imap "SELECT Sent" 'UID STORE 1 +FLAGS.SILENT (Invoice)' >/dev/null
same "also when Sent knows the word" "$(flags Sent | grep invoice)" 'unknown-1 for invoice'

#!/usr/bin/env bash
# GNU mailutils 3.15 (Debian 12), imap4d with Maildir: the UIDVALIDITY of an empty mailbox is the time of its folder.
#
# Expected: UIDVALIDITY is written down when the mailbox is made, and stays.
# Seen: it stays while there is mail. As the last message goes it becomes the second in which the folder was last written
# to, for example by the last APPEND; UIDNEXT goes on where it was. Where everything happens within one second, as in most
# tests, nothing shows.
#
# Why it matters: a client that empties a mailbox and then asks whether it is still the same one is told that it is another,
# just when it has made sure that it may be removed.
. "$(dirname "$0")/lib.sh"
debian mailutils-imap4d=1:3.15-4 mailutils-common=1:3.15-4 libmailutils9=1:3.15-4 libgsasl18 libidn12 libntlm0 libgssglue1 \
    libmariadb3 guile-3.0-libs libgc1 libltdl7
mailutils maildir

number() {
    imap 'STATUS A (UIDVALIDITY)' | sed -n 's/.*UIDVALIDITY \([0-9]*\).*/\1/p'
}
imap "CREATE A" "STATUS A (UIDVALIDITY)" "wait 1.2" "save A 1" "wait 1.2" "save A 2" "SELECT A" \
    "UID STORE 1:2 +FLAGS.SILENT (\\Seen)" >/dev/null
imap "SELECT A" CLOSE >/dev/null
filled=$(number)
sleep 1.2
same "it stays while there is mail" "$(number)" "$filled"
same "and its folder was written to later" "$(($(stat -c %Y "$work/home/u/A") > filled))" 1
imap "SELECT A" "UID STORE 1:* +FLAGS.SILENT (\\Deleted)" EXPUNGE >/dev/null
same "empty, it has its folder's time" "$(number)" "$(stat -c %Y "$work/home/u/A")"
same "which is another" "$(($(number) > filled))" 1
same "UIDNEXT goes on" "$(imap "STATUS A (MESSAGES UIDNEXT)" | head -n 1)" "* STATUS A (MESSAGES 0 UIDNEXT 3)"

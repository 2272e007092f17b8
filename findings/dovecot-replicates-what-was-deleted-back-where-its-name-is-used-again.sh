#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12), `doveadm sync` both ways: what was deleted comes back on both sides where its name was used again before
# the sync.
#
# Guess before the run: what was done on one side is done on the other at the next sync. DELETE of Sent and RENAME of "Sent Items" to Sent
# leave one Sent; a "Sent Items" that was emptied, deleted and made again is empty.
# Seen: a DELETE is carried over only where the name is free afterwards. Where a client has made "Sent Items" again, it has all its mail again,
# on both sides, and what had been moved out of it is there twice. Where "Sent Items" took the name of Sent, the old Sent is there again
# as Sent-temp-1, with its mail, and the side that deleted it is subscribed to "Sent-temp-" and 32 digits, a name that no mailbox has after
# the next sync. Merged into Sent, and not made again, both sides are alike. Each sync ends with 0.
#
# Why it matters: clients make a mailbox again after it was merged away, and where mail is replicated that doubles what was
# moved. Merging by RENAME, which moves fewer messages, does so by itself, under a name that is nobody's word for sent mail. The replicas are
# to be synced right after a merge, before a client comes; what is there twice after that was made by no client and no merge.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
dovecot 'namespace inbox {
  inbox = yes
}' "$everybody"
# syncs ONE OTHER: the mailboxes of the two, as two servers would; how it ends.
syncs() {
    local status=0
    with_its_usr setpriv --reuid=nobody --regid=nogroup --clear-groups doveadm -c "$work/dovecot.conf" \
        sync -u "$1" "sdbox:$work/home/$2/mail" >"$work/said" 2>&1 || status=$?
    echo "exit $status"
}
# has USER: what each mailbox holds, and what is subscribed.
has() {
    local box
    as=$1 imap 'LIST "" "S*"' | sed -nE 's/^\* LIST \(.*\) "." "?([^"]*)"?$/\1/p' | LC_ALL=C sort | while read -r box; do
        echo "$box: $(as=$1 imap "EXAMINE \"$box\"" "FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]" | sed -n 's/^Subject: //p' | paste -sd ' ')"
    done
    as=$1 imap 'LSUB "" "*"' | sed -nE 's/^\* LSUB \(.*\) "." /subscribed: /p' | sed -E 's/temp-[0-9a-f]{32}/temp-(digits)/' | LC_ALL=C sort
}
# before ONE OTHER: both have a letter in Sent and a note in "Sent Items".
before() {
    as=$2 imap NOOP >/dev/null
    as=$1 imap "CREATE Sent" "SUBSCRIBE Sent" 'CREATE "Sent Items"' "save Sent letter" 'save "Sent Items" note' >/dev/null
    same "the first sync" "$(syncs "$1" "$2")" "exit 0"
    same "has the other" "$(has "$2")" 'Sent: letter
Sent Items: note
subscribed: Sent'
}
echo '== "Sent Items" goes'
before a b
as=a imap 'SELECT "Sent Items"' "UID MOVE 1 Sent" UNSELECT 'DELETE "Sent Items"' >/dev/null
same "sync" "$(syncs a b)" "exit 0"
for user in a b; do
    same "has $user" "$(has $user)" 'Sent: letter note
subscribed: Sent'
done
as=a imap 'CREATE "Sent Items"' >/dev/null
same "sync, when a client has made it again" "$(syncs a b)" "exit 0"
same "has the other" "$(has b)" 'Sent: letter note
Sent Items: 
subscribed: Sent'
echo '== "Sent Items" goes, and a client makes it again'
before e f
as=e imap 'SELECT "Sent Items"' "UID MOVE 1 Sent" UNSELECT 'DELETE "Sent Items"' 'CREATE "Sent Items"' >/dev/null
same "has the one" "$(has e)" 'Sent: letter note
Sent Items: 
subscribed: Sent'
same "sync" "$(syncs e f)" "exit 0"
for user in e f; do
    same "has $user" "$(has $user)" 'Sent: letter note
Sent Items: note
subscribed: Sent'
done
echo '== Sent goes, and "Sent Items" takes its name'
before c d
as=c imap "SELECT Sent" 'UID MOVE 1 "Sent Items"' UNSELECT "DELETE Sent" 'RENAME "Sent Items" Sent' >/dev/null
same "has the one" "$(has c)" 'Sent: note letter
subscribed: Sent'
same "sync" "$(syncs c d)" "exit 0"
same "and again" "$(syncs c d)" "exit 0"
same "has the one" "$(has c)" 'Sent: note letter
Sent-temp-1: letter
subscribed: Sent
subscribed: Sent-temp-(digits)'
same "has the other" "$(has d)" 'Sent: note letter
Sent-temp-1: letter
subscribed: Sent
subscribed: Sent-temp-1'

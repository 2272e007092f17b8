#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12): where a quota on the number of mailboxes (X-NUM-FOLDERS) is used up, RENAME is "Over quota".
#
# Guess before the run: CREATE is refused and RENAME is not, since it adds none.
# Seen: NO "Over quota" to both. For a moment a renamed mailbox counts twice: with one place free RENAME is OK, also of a mailbox with
# another one below it. MESSAGE and STORAGE are not counted so: a mailbox with more mail than what is left is renamed. DELETE is OK
# and frees its place at once; MOVE is OK.
#
# Why it matters: an account with many mailboxes for one role is the one that is at this limit, and whoever renames a mailbox before
# removing it, to keep others out, is refused at the very step that would free a place. GETQUOTAROOT tells the resource beforehand,
# and once one empty mailbox is deleted the rest goes through; an undo that has to make mailboxes again needs the places.
. "$(dirname "$0")/lib.sh"
cyrus
imap "CREATE Sent" 'CREATE "Sent Items"' 'CREATE "Sent Items/2020"' \
    'save "Sent Items" 1' 'save "Sent Items" 2' 'save "Sent Items" 3' >/dev/null
limit() {
    as=admin imap "SETQUOTA user/u ($1)" >/dev/null
    imap "GETQUOTAROOT INBOX" | sed -nE 's/^\* QUOTA INBOX //p'
}
same "all taken" "$(limit "X-NUM-FOLDERS 4")" "(X-NUM-FOLDERS 4 4)"
same "CREATE and RENAME" "$(imap "CREATE New" "RENAME Sent New" 'RENAME "Sent Items/2020" "Sent Items/2021"')" "NO Over quota
NO Over quota
NO Over quota"
same "MOVE" "$(imap 'SELECT "Sent Items"' "UID MOVE 1 Sent" | tail -n 1)" "OK Completed"
same "one is free" "$(limit "X-NUM-FOLDERS 5")" "(X-NUM-FOLDERS 4 5)"
same "RENAME, and of two" "$(imap "RENAME Sent New" "RENAME New Sent" 'RENAME "Sent Items" Old' 'RENAME Old "Sent Items"' |
    grep -v '^\* OK rename')" "OK Completed
OK Completed
OK Completed
OK Completed"
same "all taken" "$(limit "X-NUM-FOLDERS 4")" "(X-NUM-FOLDERS 4 4)"
same "DELETE, and RENAME after it" "$(imap 'DELETE "Sent Items/2020"' 'RENAME "Sent Items" Old' | grep -v '^\* OK rename')" "OK Completed
OK Completed"
same "three messages and one more may be" "$(limit "MESSAGE 4 STORAGE 1000" | sed 's/STORAGE [0-9]* /STORAGE … /')" \
    "(STORAGE … 1000 MESSAGE 3 4)"
same "RENAME of a mailbox with two" "$(imap 'RENAME Old "Sent Items"' | tail -n 1)" "OK Completed"
same "COPY of the two" "$(imap 'SELECT "Sent Items"' "UID COPY 1:* Sent" | tail -n 1)" "NO Over quota"

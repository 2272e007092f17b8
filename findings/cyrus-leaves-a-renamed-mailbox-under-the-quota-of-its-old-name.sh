#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12): a mailbox with a quota of its own stays under it when it is renamed, by the old name, which the next
# mailbox of that name fills.
#
# Guess before the run: the quota goes along and is called by the new name; a new mailbox of the old name has none.
# Seen: after RENAME the mailbox still belongs to the quota root of its old name. CREATE of the old name puts the new mailbox
# under the same one: two mailboxes share the limit, MOVE into the renamed one is "Over quota" for what is in the other, and it
# stays under that name when the other has been deleted. Only DELETE and CREATE of the renamed one let it go.
#
# Why it matters: where a merge gives a mailbox a kept name by RENAME, it brings a limit along that was meant for something else,
# and a client that makes the old name again eats it up. GETQUOTAROOT of the mailbox that is to be renamed tells: it names a
# root other than INBOX, and the administrator has to lift that before.
. "$(dirname "$0")/lib.sh"
cyrus
roots() {
    local box
    for box in "$@"; do imap "GETQUOTAROOT $box" | sed -n 's/^\* QUOTAROOT //p'; done
}
as=admin imap "SETQUOTA user/u (STORAGE 9000)" >/dev/null
imap 'CREATE "Sent Items"' "CREATE Sent" >/dev/null
as=admin imap 'SETQUOTA "user/u/Sent Items" (STORAGE 8)' >/dev/null
same "at first" "$(roots Sent '"Sent Items"')" 'Sent INBOX
"Sent Items" "Sent Items"'
imap "DELETE Sent" 'RENAME "Sent Items" Sent' 'CREATE "Sent Items"' "CREATE Other" >/dev/null
same "renamed, and the old name made again" "$(roots Sent '"Sent Items"' Other)" 'Sent "Sent Items"
"Sent Items" "Sent Items"
Other INBOX'
text=$(printf 'x%.0s' $(seq 3000))
imap "save \"Sent Items\" $text" 'save "Sent Items" one' "save INBOX two" "save INBOX $text" >/dev/null
same "MOVE into the renamed one" "$(imap "SELECT INBOX" "UID MOVE 1:2 Sent" | tail -n 1)" "NO Over quota"
same "which is empty" "$(imap "STATUS Sent (MESSAGES)" | sed -n 1p)" "* STATUS Sent (MESSAGES 0)"
imap 'DELETE "Sent Items"' >/dev/null
same "the other is deleted" "$(roots Sent)" 'Sent "Sent Items"'
same "made anew" "$(imap "DELETE Sent" "CREATE Sent" >/dev/null && roots Sent)" "Sent INBOX"

#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12): a marked mailbox that may not be moved below Trash goes there when its parent is renamed.
#
# Guess before the run: RENAME of a mailbox with a marked one below it is NO ("SPECIAL-USE flag conflict"), as RENAME of the
# marked one itself to a deeper place is, and nothing is renamed.
# Seen: OK. The tree goes, and the mark with it. There it holds the role: a new mailbox cannot be marked \Sent, and the marked one can
# be neither deleted nor renamed, except along with a parent again.
#
# Why it matters: that Cyrus refuses does not keep marks in sensible places; whoever throws a folder of folders away
# throws the account's \Sent away with it, and every client that goes by marks then saves sent mail in the trash. Before
# RENAME of anything with mailboxes below, the marks of all of these have to be looked at, not its own alone.
. "$(dirname "$0")/lib.sh"
cyrus
marked() {
    imap 'LIST (SPECIAL-USE) "" "*"' | sed -nE 's/^\* LIST \(.*(\\(Sent|Trash)).*"\/" (.*)/\1 \3/p' | LC_ALL=C sort
}
imap 'CREATE Trash (USE (\Trash))' "CREATE Club" "CREATE Club/Mail" 'SETMETADATA Club/Mail (/private/specialuse "\\Sent")' \
    "save Club/Mail 1" >/dev/null
same "marked are" "$(marked)" '\Sent Club/Mail
\Trash Trash'
same "RENAME of the marked one" "$(imap "RENAME Club/Mail Trash/Mail")" "NO SPECIAL-USE flag conflict"
same "RENAME of its parent" "$(imap "RENAME Club Trash/Club")" '* OK rename Club Trash/Club
* OK rename Club/Mail Trash/Club/Mail
OK Completed'
same "marked are" "$(marked)" '\Sent Trash/Club/Mail
\Trash Trash'
same "another \\Sent" "$(imap 'CREATE Sent (USE (\Sent))')" "NO [USEATTR] SPECIAL-USE flag conflict"
same "DELETE" "$(imap "DELETE Trash/Club/Mail")" "NO SPECIAL-USE flag conflict"
same "RENAME to the next folder" "$(imap "CREATE Other" "RENAME Trash/Club/Mail Other/Mail" | tail -n 1)" "NO SPECIAL-USE flag conflict"
same "RENAME of its parent again" "$(imap "RENAME Trash/Club Club" | tail -n 1)" "OK Completed"

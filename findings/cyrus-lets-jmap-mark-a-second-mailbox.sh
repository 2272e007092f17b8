#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12): JMAP gives a role to a second mailbox, which IMAP refuses, and deletes one that IMAP keeps.
#
# Guess before the run: `Mailbox/set` with a role that another mailbox has is refused as invalidProperties (RFC 8621 §2: no two
# mailboxes of an account have the same role), as CREATE with USE and SETMETADATA are.
# Seen: it is done, and from then on LIST shows two \Sent. IMAP goes on refusing a third, and each of the two may be cleared by
# SETMETADATA. Neither can be deleted by IMAP while it is marked ("SPECIAL-USE flag conflict"); JMAP destroys it, mark and all.
#
# Why it matters: "one mailbox a role" is not what this server holds to but what its IMAP side does: two marks are a split role like
# any other, and clearing the one must not count on the other being refused. A marked mailbox that is gone the next
# time was no error of the listing.
. "$(dirname "$0")/lib.sh"
with_jmap cyrus
marked() {
    imap 'LIST (SPECIAL-USE) "" "*"' | sed -nE 's/^\* LIST \((.*)\) "\/" (.*)/\2 \1/p' | sed -E 's/\\Has[A-Za-z]* ?//; s/\\Subscribed ?//' |
        LC_ALL=C sort
}
imap 'CREATE Sent (USE (\Sent))' 'CREATE "Sent Items"' "CREATE Third" >/dev/null
same "marked is" "$(marked)" 'Sent \Sent'
mark='"/private/specialuse" "\\Sent"'
same "IMAP marks no second one" "$(imap "SETMETADATA \"Sent Items\" ($mark)" | cut -c 1-2)" "NO"
same "JMAP does" "$(jmap Mailbox/set "{\"update\":{\"$(mailbox_id "Sent Items")\":{\"role\":\"sent\"}}}")" "updated"
same "marked are" "$(marked)" '"Sent Items" \Sent
Sent \Sent'
same "IMAP marks no third one" "$(imap "SETMETADATA Third ($mark)" | cut -c 1-2)" "NO"
same "IMAP deletes neither" "$(imap "DELETE Sent" 'DELETE "Sent Items"')" "NO SPECIAL-USE flag conflict
NO SPECIAL-USE flag conflict"
same "IMAP clears one" "$(imap 'SETMETADATA "Sent Items" ("/private/specialuse" NIL)')" "OK Completed"
same "marked is" "$(marked)" 'Sent \Sent'
same "JMAP destroys the other" "$(jmap Mailbox/set "{\"destroy\":[\"$(mailbox_id Sent)\"]}")" "destroyed"
same "marked is none" "$(marked)" ""

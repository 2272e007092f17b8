#!/usr/bin/env bash
# Dovecot 2.4.1 (Debian 13): a mailbox that may hold so many messages takes any number of them in one MOVE, and none in the next.
#
# Guess before the run: with `quota_mailbox_message_count = 5`, MOVE of four into a mailbox with three is NO, and nothing is moved.
# Seen: OK, and it has seven. What a command brings is not counted while it runs: two APPENDs of one message each fill the places, the
# third is NO [OVERQUOTA]. Into a full mailbox every MOVE and COPY is NO, though nothing is added to the account, and GETQUOTAROOT
# shows no resource for it. RENAME of a fuller mailbox to the name is OK.
#
# Why it matters: how many messages are moved at a time decides whether a merge into such a mailbox ends or stops half way.
# Once it has ended no client can save what it sends there, until something is removed:
# [OVERQUOTA] while the account has room means the mailbox, and another quota does not help.
. "$(dirname "$0")/lib.sh"
dovecot24 'namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    quota_mailbox_message_count = 5
  }
}
mail_plugins {
  quota = yes
}
protocol imap {
  mail_plugins {
    imap_quota = yes
  }
}
quota "User quota" {
  quota_storage_size = 10M
}'
counts() {
    imap 'STATUS "Sent Items" (MESSAGES)' "STATUS Sent (MESSAGES)" | sed -nE 's/.*MESSAGES ([0-9]+)\)/\1/p' | paste -sd ' '
}
imap "CREATE Sent" 'CREATE "Sent Items"' >/dev/null
for one in 1 2 3; do imap "save Sent $one" >/dev/null; done
for one in 4 5 6 7 8 9; do imap "save \"Sent Items\" $one" >/dev/null; done
same "before, of five" "$(counts)" "6 3"
same "what GETQUOTAROOT shows" "$(imap "GETQUOTAROOT Sent" | sed -nE 's/^\* QUOTA "User quota" \(([A-Z]+) .*\)/\1/p')" "STORAGE"
same "MOVE of four" "$(imap 'SELECT "Sent Items"' "UID MOVE 1:4 Sent" | tail -n 1)" "OK Move completed"
same "after it" "$(counts)" "2 7"
same "MOVE and COPY of one more" "$(imap 'SELECT "Sent Items"' "UID MOVE 5 Sent" "UID COPY 5 Sent" | tail -n 2)" \
    "NO [OVERQUOTA] Too many messages in the mailbox
NO [OVERQUOTA] Too many messages in the mailbox"
imap "save Sent new" "save Sent newer" >/dev/null
same "after two APPENDs" "$(counts)" "2 7"
imap "SELECT Sent" 'UID MOVE 1:4 "Sent Items"' "save Sent new" "save Sent newer" "save Sent newest" >/dev/null
same "after MOVE of four back and three APPENDs" "$(counts)" "6 5"
same "RENAME" "$(imap "DELETE Sent" 'RENAME "Sent Items" Sent' | tail -n 1)" "OK Rename completed"
same "after it Sent has" "$(counts)" "6"

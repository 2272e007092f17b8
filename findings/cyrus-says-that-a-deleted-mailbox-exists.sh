#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12): DELETE of a name that was deleted in the same second is NO "Mailbox already exists".
#
# What is deleted is kept for the administrator, as DELETED/…/NAME/TIME, and TIME counts seconds.
# Guess before the run: both are OK; something makes the second name different.
# Seen: the first is OK, CREATE of the name is OK, and the second DELETE is refused in those words, without a response code. The mailbox
# stays, with what was saved in it. A second later the same DELETE is OK.
#
# Why it matters: a client that makes its mailbox again the moment it is gone, and whoever removes it once more, meet this; it reads
# like the refusal of a CREATE or RENAME, and passes by itself. To a DELETE that is refused so the answer is to look whether
# the mailbox is still empty and to ask again after a second.
. "$(dirname "$0")/lib.sh"
cyrus
# Until both have come in one second.
for try in $(seq 20); do
    told=$(imap "CREATE Sent$try" "DELETE Sent$try" "CREATE Sent$try" "save Sent$try 1" "DELETE Sent$try" "STATUS Sent$try (MESSAGES)")
    if grep -q '^NO Mailbox already' <<<"$told"; then break; fi
done
same "twice in a second" "$(sed -E "s/ \[MAILBOXID .*\]//; s/Sent$try/Sent/" <<<"$told")" 'OK Completed
OK Completed
OK Completed
NO Mailbox already exists
* STATUS Sent (MESSAGES 1)
OK Completed'
same "a second later" "$(imap "wait 1.1" "DELETE Sent$try" "STATUS Sent$try (MESSAGES)")" 'OK Completed
NO Mailbox does not exist'
same "the administrator has both" "$(as=admin imap 'LIST "" "*"' | grep -c "DELETED/user/u/Sent$try/")" 2

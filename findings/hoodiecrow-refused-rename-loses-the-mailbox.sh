#!/usr/bin/env bash
# hoodiecrow-imap 2.1.0 (npm): a RENAME that is refused because the new name is taken removes the mailbox that was to be renamed.
#
# Guess before the run: NO, and both mailboxes as they were (RFC 9051 §6.3.6).
# Seen: NO, and the source is gone with its message: LIST lacks it, STATUS calls its name invalid, and CREATE makes an
# empty mailbox of that name. The mailbox whose name was taken is unharmed.
#
# Why it matters: "the server refused, so nothing happened" does not hold for RENAME. Whether the new name is free must be
# looked at before RENAME is sent, and after a refusal both names are looked at again before anything is said.
. "$(dirname "$0")/lib.sh"
hoodiecrow UIDPLUS,MOVE
imap "CREATE Sent" "CREATE Items" "save Sent 1" "save Items 2" >/dev/null
same "both are there" "$(imap 'STATUS Sent (MESSAGES)' 'STATUS Items (MESSAGES)' | grep '^\*')" '* STATUS Sent (MESSAGES 1)
* STATUS Items (MESSAGES 1)'
same "the new name is taken" "$(imap 'RENAME Items Sent')" "NO Mailbox already exists"
same "one is gone" "$(imap 'LIST "" "*"' | grep '^\*')" '* LIST (\HasNoChildren) "/" "INBOX"
* LIST (\HasNoChildren) "/" "Sent"'
same "its name is not known" "$(imap 'STATUS Items (MESSAGES)')" "BAD Invalid mailbox name"
same "made again, it is empty" "$(imap 'CREATE Items' 'STATUS Items (MESSAGES)' | grep '^\*')" '* STATUS Items (MESSAGES 0)'
same "the other is unharmed" "$(imap 'STATUS Sent (MESSAGES)' | grep '^\*')" '* STATUS Sent (MESSAGES 1)'

#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12): UNSUBSCRIBE of a mailbox with `auto = subscribe` is OK, and it stays subscribed.
#
# Guess before the run: `auto = subscribe` subscribes once, when the mailbox is made, and a later UNSUBSCRIBE lasts.
# Seen: LSUB and LIST with SUBSCRIBED name the mailbox before it exists, after UNSUBSCRIBE, in the next session, and after RENAME has
# taken the mailbox away; the file of subscriptions is empty all the while. A SUBSCRIBE before makes no difference. The mailbox under its
# new name is not subscribed.
#
# Why it matters: after a merge nothing can take such a name off the list that clients show, and OK says the contrary: whether
# an UNSUBSCRIBE was done is only to be seen by asking again. A subscription that stays is no sign that somebody subscribed
# anew, it names the administrator's configuration, and only there it can be changed.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
dovecot 'namespace inbox {
  inbox = yes
  separator = /
  mailbox "Sent Items" {
    auto = subscribe
  }
}'
subscribed() {
    { imap 'LSUB "" "*"' && imap 'LIST (SUBSCRIBED) "" "*"'; } | sed -nE 's/^\* (LSUB|LIST) .*"\/" (.*)/\1 \2/p' | paste -sd ,
}
both='LSUB "Sent Items",LIST "Sent Items"'
same "before it exists" "$(subscribed)" "$both"
same "UNSUBSCRIBE" "$(imap 'save "Sent Items" 1' 'UNSUBSCRIBE "Sent Items"')" "OK Unsubscribe completed"
same "after it" "$(subscribed)" "$both"
same "with a SUBSCRIBE before" "$(imap 'SUBSCRIBE "Sent Items"' 'UNSUBSCRIBE "Sent Items"')" "OK Subscribe completed
OK Unsubscribe completed"
same "after it" "$(subscribed)" "$both"
same "RENAME" "$(imap 'RENAME "Sent Items" Sent' "STATUS Sent (MESSAGES)" | head -n 2)" "OK Rename completed
* STATUS Sent (MESSAGES 1)"
same "after it" "$(subscribed)" "$both"
same "the file has" "$(sed '1d; /^$/d' "$work/home/u/mail/subscriptions")" ""

#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) and 2.4.1 (Debian 13): a mailbox that is gone keeps its mark for those who list what is subscribed.
#
# Debian's own configuration marks two names \Sent, "Sent" and "Sent Messages".
# Guess before the run: while a subscription stays behind, LIST (SUBSCRIBED) names it \NonExistent, without a mark, as plain LIST does not
# name it.
# Seen: LIST (SUBSCRIBED) RETURN (SPECIAL-USE), which is what Thunderbird sends, shows it \NonExistent and \Sent. LSUB shows it \Sent and
# nothing else: a marked mailbox like the one that is there. It ends with UNSUBSCRIBE.
#
# Why it matters: to a client that lists so the account still has two \Sent after "Sent Messages" was merged into Sent or renamed,
# and one of them cannot be opened. DELETE alone, or RENAME, is not the end of it here: UNSUBSCRIBE belongs to it, and whether an account
# has one \Sent must be asked in the way that clients ask, not of plain LIST.
. "$(dirname "$0")/lib.sh"
boxes='namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    special_use = \Sent
  }
  mailbox "Sent Messages" {
    special_use = \Sent
  }
}'
# listed COMMAND: its answer, in the order of the alphabet.
listed() {
    imap "$1" | grep '^\*' | LC_ALL=C sort
}
in_this_version() {
    echo "== $1"
    imap "CREATE Sent" 'CREATE "Sent Messages"' "SUBSCRIBE Sent" 'SUBSCRIBE "Sent Messages"' 'DELETE "Sent Messages"' >/dev/null
    same "LIST" "$(listed 'LIST (SPECIAL-USE) "" "*"')" '* LIST (\Sent) "/" Sent'
    same "LIST of what is subscribed" "$(listed 'LIST (SUBSCRIBED) "" "*" RETURN (SPECIAL-USE)')" \
        '* LIST (\Subscribed \NonExistent \Sent) "/" "Sent Messages"
* LIST (\Subscribed \Sent) "/" Sent'
    same "LSUB" "$(listed 'LSUB "" "*"')" '* LSUB (\Sent) "/" "Sent Messages"
* LSUB (\Sent) "/" Sent'
    same "SELECT" "$(imap 'SELECT "Sent Messages"' | cut -c 1-2)" "NO"
    imap 'UNSUBSCRIBE "Sent Messages"' >/dev/null
    same "LSUB after UNSUBSCRIBE" "$(listed 'LSUB "" "*"')" '* LSUB (\Sent) "/" Sent'
    imap 'CREATE "Sent Messages"' 'SUBSCRIBE "Sent Messages"' 'RENAME "Sent Messages" Old' >/dev/null
    same "LSUB after RENAME" "$(listed 'LSUB "" "*"')" '* LSUB (\Sent) "/" "Sent Messages"
* LSUB (\Sent) "/" Sent'
}
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
dovecot "$boxes"
in_this_version 2.3.19.1
stop
rm -rf "$work/root"
dovecot24 "$boxes"
in_this_version 2.4.1

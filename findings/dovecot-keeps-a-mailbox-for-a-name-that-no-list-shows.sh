#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with the plugin mailbox_alias: a mailbox can be neither renamed nor deleted for a second name of its own,
# which no LIST shows.
#
# Guess before the run: the second name cannot be renamed or deleted; DELETE of the mailbox itself is OK and leaves the second name
# leading nowhere.
# Seen: CREATE of the configured second name ("Sent Messages" for Sent, say) makes a link. It can be selected, and STATUS is that of Sent,
# but LIST, LSUB and LIST of the very name leave it out, subscribed or not. While it is there RENAME and DELETE of Sent are NO [CANNOT].
# DELETE of the second name is OK, takes the link alone, and then RENAME of Sent is OK. MOVE from the one name to the other is OK, with
# a new UID in the same mailbox. Maildir does as sdbox does.
#
# Why it matters: nothing that a client can ask for tells beforehand that such a source cannot go; only the refusal does. What stands
# in the way is a name to be tried: the one that another client uses for the role. Deleting it loses no mail, where STATUS has shown
# the same numbers for both; a MOVE between both would empty nothing, however often it is repeated.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd}=$version
# listed: what LIST, LSUB and LIST of the name show.
listed() {
    imap 'LIST "" "*"' 'LSUB "" "*"' 'LIST "" "Sent Messages"' | sed -nE 's/^\* ([A-Z]+) .* "\/" (.*)/\1 \2/p' | LC_ALL=C sort | paste -sd ,
}
for location in sdbox:~/mail maildir:~/Maildir; do
    echo "== ${location%%:*}"
    dovecot "mail_location = $location
namespace inbox {
  inbox = yes
  separator = /
}
mail_plugins = mailbox_alias
plugin {
  mailbox_alias_old = Sent
  mailbox_alias_new = Sent Messages
}"
    same "both are made" "$(imap "CREATE Sent" "save Sent one" 'CREATE "Sent Messages"' "SUBSCRIBE Sent" 'SUBSCRIBE "Sent Messages"' |
        grep -c '^OK')" 4
    same "shown is" "$(listed)" "LIST INBOX,LIST Sent,LSUB Sent"
    same "STATUS of both is the same" "$(for box in Sent '"Sent Messages"'; do
        imap "STATUS $box (MESSAGES UIDVALIDITY UIDNEXT)" | sed -nE 's/.* \((MESSAGES.*)\)/\1/p'
    done | uniq | wc -l)" 1
    same "RENAME and DELETE of it" "$(imap "RENAME Sent Old" "DELETE Sent")" "NO [CANNOT] Can't rename mailbox while it has aliases
NO [CANNOT] Can't delete mailbox while it has aliases"
    same "RENAME of the second name" "$(imap 'RENAME "Sent Messages" Old')" "NO [CANNOT] Can't rename alias mailboxes"
    same "MOVE from one name to the other" "$(imap 'SELECT "Sent Messages"' "UID MOVE 1 Sent" | sed -nE 's/^\* OK \[COPYUID [0-9]+ (.*)\].*/\1/p'
        imap "STATUS Sent (MESSAGES)" | sed -n 's/.* (//p')" '1 2
MESSAGES 1)'
    same "DELETE of the second name" "$(imap 'DELETE "Sent Messages"')" "OK Delete completed"
    same "then RENAME" "$(imap "RENAME Sent Old" "STATUS Old (MESSAGES)")" "OK Rename completed
* STATUS Old (MESSAGES 1)
OK Status completed"
    stop
done

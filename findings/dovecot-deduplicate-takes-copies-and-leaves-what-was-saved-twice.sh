#!/usr/bin/env bash
# Dovecot 2.3.19: `doveadm deduplicate` removes what was COPYed on purpose and leaves what was uploaded twice.
#
# Guess before the run: it removes nothing in either case, since each message that arrives has a GUID of its own; only
# replication would make two with one GUID.
# Seen: COPY gives the copy the GUID of the original, in sdbox, mdbox and Maildir alike. Of two copies in one mailbox the one
# with the lower UID stays, unread and unmarked, though the other was flagged, answered and labelled: that goes with it.
# The same octets appended twice, as a client does whose server keeps sent mail too, both stay.
#
# Why it matters: after a merge, and wherever sent mail is saved twice, this is the tool that administrators reach for.
# It finds none of what they look for without `-m`, takes messages that no two people would call duplicates in their state, and
# two messages with one GUID are no proof for us that one of them may go.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
left() {
    imap 'SELECT work' 'UID FETCH 1:* (FLAGS)' | sed -nE 's/.*FETCH \(UID ([0-9]+) FLAGS \((.*)\)\)/\1 \2/p' |
        sed -E 's/ ?\\Recent//; s/ $//'
}
for format in sdbox mdbox maildir; do
    dovecot "mail_location = $format:~/mail" 'namespace inbox {
  inbox = yes
}'
    imap 'CREATE work' 'save work twice' 'save work twice' 'save work once' 'SELECT work' 'UID COPY 3 work' \
        'UID STORE 4 +FLAGS (\Flagged \Answered label)' >/dev/null
    same "$format, before" "$(left)" '1
2
3
4 \Answered \Flagged label'
    with_its_usr doveadm -c "$work/dovecot.conf" deduplicate -u u mailbox work
    same "$format, after" "$(left)" '1
2
3'
    stop
done

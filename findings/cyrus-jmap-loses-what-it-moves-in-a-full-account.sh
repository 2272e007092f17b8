#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12) and 3.10.2 (Debian 13): in an account with as many messages as its quota allows, what JMAP moves is gone.
#
# Guess before the run: a move needs no more room than there was, so it is done, as IMAP does it; or it is refused (overQuota).
# Seen: with a quota of messages that is used up, `Email/set` that moves a message to another mailbox of the account says "updated"; the
# message leaves its mailbox and arrives in none, and the account is one below its quota. IMAP MOVE does it, and with a quota of octets
# that is used up JMAP does it too. With 3.6.1 an administrator was seen to find the message among what was expunged, where it is kept for
# some days.
#
# Why it matters: full accounts are the ones that people tidy up. A message that is missing after a merge, and of which no journal
# tells, may have gone this way in another client at the same time: then the balance of a source does not add up, though every MOVE
# was answered rightly. Beside the merge of a full account no JMAP client should be at work.
. "$(dirname "$0")/lib.sh"
# has BOX…: how many messages they have.
has() {
    local box
    for box in "$@"; do imap "STATUS $box (MESSAGES)"; done | sed -nE 's/.*STATUS (.*) \(MESSAGES (.*)\)/\1 \2/p' | paste -sd ,
}
# moves: the first message of Old, by JMAP, and what that is answered.
moves() {
    jmap Email/set "{\"update\":{\"$(jmap Email/query "{\"limit\":1,\"filter\":{\"inMailbox\":\"$(mailbox_id Old)\"}}")\":{
        \"mailboxIds\":{\"$(mailbox_id Sent)\":true}}}}"
}
quota() {
    as=admin imap "SETQUOTA user/u ($1)" >/dev/null
}
for version in cyrus cyrus310; do
    echo "== $version"
    with_jmap "$version"
    imap "CREATE Sent" "CREATE Old" "save Old one" "save Old two" "save Old three" >/dev/null
    quota "MESSAGE 3"
    same "three of three, IMAP moves one" "$(imap "SELECT Old" "UID MOVE 1 Sent" | tail -n 1; has Old Sent)" 'OK Completed
Old 2,Sent 1'
    same "JMAP moves one" "$(moves; has Old Sent)" 'updated
Old 1,Sent 1'
    same "the account has" "$(imap "GETQUOTAROOT INBOX" | sed -nE 's/.*\(MESSAGE (.*)\)/\1/p')" "2 3"
    # The one that IMAP moved is kept there too.
    [ "$version" = cyrus310 ] || same "kept as expunged from Old" "$(with_its_usr setpriv --reuid=nobody --regid=nogroup --clear-groups \
        /usr/lib/cyrus/bin/unexpunge -C "$work/imapd.conf" -l user/u/Old | grep -c '^UID')" 2
    quota "STORAGE 0"
    same "octets used up, JMAP moves one" "$(moves; has Old Sent)" 'updated
Old 0,Sent 2'
    stop
    rm -rf "$work/root" "$work/packages" "$work/apt"
done

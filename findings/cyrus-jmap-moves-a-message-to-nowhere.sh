#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12) and 3.10.2 (Debian 13): what JMAP moves into a mailbox without the right to insert is "updated", and in no mailbox.
#
# Guess before the run: as IMAP answers a MOVE there: refused, and the message stays where it was.
# Seen: `Email/set` that makes a new message there is refused (invalidProperties). One that moves a message there says "updated", takes the
# message out of the mailbox that it was in, and puts it nowhere: IMAP counts it in neither, and JMAP finds it no more. Where the right
# to see the mailbox (`l`) is missing too, the move is refused, and the message stays.
#
# Why it matters: `-anyone ip` in the access control list of a mailbox that is about to go keeps out what comes by IMAP, LMTP and Sieve,
# and turns what a JMAP client moves there meanwhile into a loss, where without it the message would be seen by the last look. A lock
# against JMAP has to take `l` away as well, or stand as short a time as can be; and it must never stay on a mailbox that people use.
. "$(dirname "$0")/lib.sh"
# counts BOX…: how many messages they have.
counts() {
    local box
    for box in "$@"; do imap "STATUS $box (MESSAGES)"; done | sed -nE 's/.*STATUS (.*) \(MESSAGES (.*)\)/\1 \2/p' | paste -sd ,
}
# moves BOX RIGHTS: a message is moved by JMAP into BOX, which these are taken away from; what that is answered, where the message is,
# and how many have its id.
moves() {
    local id
    imap "CREATE $1" "save Sent $1" "SETACL $1 -anyone $2" >/dev/null
    id=$(jmap Email/query "{\"filter\":{\"inMailbox\":\"$(mailbox_id Sent)\"}}")
    jmap Email/set "{\"update\":{\"$id\":{\"mailboxIds\":{\"$(mailbox_id "$1")\":true}}}}"
    counts Sent "$1"
    jmap Email/get "{\"ids\":[\"$id\"]}"
}
for version in cyrus cyrus310; do
    echo "== $version"
    with_jmap "$version"
    imap "CREATE Sent" >/dev/null
    same "without i and p" "$(moves first ip)" 'updated
Sent 0,first 0
0'
    new="{\"mailboxIds\":{\"$(mailbox_id first)\":true},\"subject\":\"new\"}"
    same "JMAP makes a new one there" "$(jmap Email/set "{\"create\":{\"n\":$new}}")" 'not created: invalidProperties'
    same "without l, i and p" "$(moves second lip)" 'not updated: invalidProperties
Sent 1,second 0
1'
    same "IMAP moves into the first one" "$(imap "SELECT Sent" "UID MOVE 1:* first" | tail -n 1; counts Sent first)" 'NO Permission denied
Sent 1,first 0'
    stop
    rm -rf "$work/root" "$work/packages" "$work/apt"
done

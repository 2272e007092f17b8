#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12) and 3.10.2 (Debian 13): JMAP goes on to fill a mailbox that IMAP has deleted; 3.10.2 does so no more.
#
# Guess before the run: the id of a deleted mailbox is unknown, so whatever names it is refused.
# Seen with 3.6.1, where DELETE keeps a mailbox for some days under a name that users do not see (delete_mode: delayed, as it comes):
# `Mailbox/get` does not find the id, but `Email/set` makes a message in it ("created") and moves one into it ("updated"), and `Mailbox/set`
# makes a mailbox below it. None of that can be seen by its user; it goes when the deleted mailbox goes. 3.10.2 refuses all three.
#
# Why it matters: a JMAP client that has not yet heard of the merge saves what is sent, or moves what is archived, where the merged mailbox
# was, and all looks well. DELETE is not the end of what can arrive there, and no look before it can tell; only an administrator finds
# the mail, below DELETED. A mailbox that is left a day empty under another name, and removed then, gives clients the time to hear of it.
. "$(dirname "$0")/lib.sh"
# hidden: what an administrator sees below DELETED, and how many messages there.
hidden() {
    as=admin imap 'LIST "" "DELETED/*" RETURN (STATUS (MESSAGES))' |
        sed -nE 's/^\* STATUS DELETED\/user\/u\/(.*)\/[0-9A-F]+ \(MESSAGES (.*)\)/\1 \2/p' | LC_ALL=C sort | paste -sd ,
}
for version in cyrus cyrus310; do
    echo "== $version"
    with_jmap "$version"
    imap "CREATE Sent" "CREATE Old" "save Sent one" >/dev/null
    old=$(mailbox_id Old)
    id=$(jmap Email/query "{\"filter\":{\"inMailbox\":\"$(mailbox_id Sent)\"}}")
    imap "DELETE Old" >/dev/null
    same "the id is found" "$(jmap Mailbox/get "{\"ids\":[\"$old\"]}")" 0
    made=$(jmap Email/set "{\"create\":{\"n\":{\"mailboxIds\":{\"$old\":true},\"subject\":\"new\"}}}")
    moved=$(jmap Email/set "{\"update\":{\"$id\":{\"mailboxIds\":{\"$old\":true}}}}")
    below=$(jmap Mailbox/set "{\"create\":{\"n\":{\"name\":\"Child\",\"parentId\":\"$old\"}}}")
    done=$(printf '%s\n' "$made" "$moved" "$below" "Sent has $(imap "STATUS Sent (MESSAGES)" | sed -nE 's/.*MESSAGES (.*)\)/\1/p')" "$(hidden)")
    if [ "$version" = cyrus ]; then
        same "a message is made, one moved, a mailbox made" "$done" 'created
updated
created
Sent has 0
Old 2,Old/Child 0'
    else
        same "a message is made, one moved, a mailbox made" "$done" 'not created: invalidProperties
not updated: invalidProperties
not created: invalidProperties
Sent has 1
Old 0'
    fi
    stop
    rm -rf "$work/root" "$work/packages" "$work/apt"
done

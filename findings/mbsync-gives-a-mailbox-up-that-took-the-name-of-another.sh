#!/usr/bin/env bash
# mbsync 1.4.4 (Debian 12's isync) on Dovecot 2.3.19.1: a mailbox that was renamed to the name of one that went is synced no more.
#
# Guess before the run: mbsync sees the other UIDVALIDITY, finds the messages by their Message-ID, and goes on; so it does where a
# server gave new ones.
# Seen: where "Sent Items" is emptied into Sent and removed, Sent goes on, and an error tells that "Sent Items" cannot be opened
# any more; nothing is done to its copies. Where it is the other way round and "Sent Items" takes the name, mbsync says "UIDVALIDITY
# genuinely changed" of Sent and passes it over, in every later run too: nothing that is sent from then on comes down. Without its
# state file, which people take away then, it uploads what is on the server already.
#
# Why it matters: both ways end with one Sent that holds the same mail, and for a RENAME fewer messages have to be moved; but only the
# one that leaves the kept mailbox where it is keeps such programs at work. A mailbox is never given the name of another
# that clients know, if that can be helped, and where it was, `mbsync` has to be told to begin anew in an empty folder.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version isync=1.4.4-5 libsasl2-2 libdb5.3
# begins: an account with two messages in each of two mailboxes, and its copy.
begins() {
    stop
    rm -rf "$work/near"
    dovecot 'namespace inbox {
  inbox = yes
}'
    imap "CREATE Sent" 'CREATE "Sent Items"' "save Sent 1" "save Sent 2" 'save "Sent Items" 3' 'save "Sent Items" 4' >/dev/null
    same "the first run" "$(synced)" "exit 0"
}
synced() {
    local ended
    ended=$(mbsync)
    sed -nE 's/.*far side box (Sent.*)/\1/p' "$work/said" | LC_ALL=C sort
    echo "$ended"
}
# held: how many messages Sent has, there and here.
held() {
    imap "STATUS Sent (MESSAGES)" | sed -nE 's/.*MESSAGES ([0-9]+)\)/\1/p'
    find "$work/near/Sent/cur" "$work/near/Sent/new" -type f | wc -l
}
begins
imap 'SELECT "Sent Items"' "UID MOVE 1:* Sent" UNSELECT 'DELETE "Sent Items"' "save Sent 5" >/dev/null
same "moved into Sent" "$(synced)" 'Sent Items cannot be opened.
exit 1'
same "Sent has, there and here" "$(held)" '5
5'
begins
imap "SELECT Sent" 'UID MOVE 1:* "Sent Items"' UNSELECT "DELETE Sent" 'RENAME "Sent Items" Sent' "save Sent 5" >/dev/null
for run in first second; do
    same "renamed to Sent, $run run" "$(synced)" 'Sent Items cannot be opened.
Sent: UIDVALIDITY genuinely changed (at UID 1).
exit 1'
done
same "Sent has, there and here" "$(held)" '5
2'
rm "$work/near/Sent/.mbsyncstate"
synced >/dev/null
same "without its state" "$(held)" '7
7'

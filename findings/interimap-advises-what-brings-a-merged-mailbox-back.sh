#!/usr/bin/env bash
# InterIMAP 0.5.7 (Debian 12) between two accounts of Dovecot 2.3.19.1: what it advises after a merge brings the mailbox back, doubled.
#
# Guess before the run: a mailbox that went on one side is an error that names --delete, and the others are synced; what it
# advises takes the mailbox away on the other side too.
# Seen: where "Sent Items" was merged into Sent and removed, nothing is synced any more, INBOX neither: each run ends with 1 and
# advises `interimap --target=database --delete`. That makes it forget the mailbox, on this side only. The next run finds it on
# the other, makes it here again, subscribes to it and fills it with what was moved, and brings the moved ones to
# the other's Sent: both sides have each message twice. The same command without --target removes it there, and all is well.
#
# Why it matters: before a merge InterIMAP has to be stopped, and afterwards told `interimap --delete` for each mailbox that went, and
# not what its error says. Until then new mail reaches only one of the two accounts, and a mailbox that was merged away and is
# there again, subscribed, with the messages that the kept one has, may come from such a program.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version interimap=0.5.7-2 libinterimap=0.5.7-2 libdbd-sqlite3-perl=1.72-1 \
    libdbi-perl libnet-ssleay-perl libconfig-tiny-perl
# synced ARGUMENTS…: what it says of mailboxes, and how it ends.
synced() {
    local status=0
    with_its_usr timeout 60 env "HOME=$work" "XDG_DATA_HOME=$work/run" interimap --config="$work/conf" "$@" >"$work/said" 2>&1 || status=$?
    sed -n '/ERROR/p' "$work/said"
    echo "exit $status"
}
# has USER: the mailboxes of one side, and how much is in each.
has() {
    as=$1 imap 'LIST "" "*" RETURN (STATUS (MESSAGES))' |
        sed -nE 's/^\* STATUS "?([^"(]*[^"( ])"? \(MESSAGES ([0-9]+)\)/\1 \2/p' | LC_ALL=C sort | paste -sd ','
}
# merged: two accounts alike, in the first of which "Sent Items" was merged into Sent after that.
merged() {
    stop
    dovecot 'namespace inbox {
  inbox = yes
}' "$everybody"
    cat >"$work/conf" <<CONF
database = $work/run/interimap
[local]
type = imap
host = 127.0.0.1
port = $port
username = u
password = u
STARTTLS = NO
[remote]
type = imap
host = 127.0.0.1
port = $port
username = v
password = v
STARTTLS = NO
CONF
    imap "CREATE Sent" "SUBSCRIBE Sent" 'CREATE "Sent Items"' 'SUBSCRIBE "Sent Items"' "save Sent 1" 'save "Sent Items" 2' \
        'save "Sent Items" 3' >/dev/null
    same "the first run" "$(synced)" "exit 0"
    same "the other has" "$(has v)" "INBOX 0,Sent 1,Sent Items 2"
    imap 'SELECT "Sent Items"' "UID MOVE 1:* Sent" UNSELECT \
        'UNSUBSCRIBE "Sent Items"' 'DELETE "Sent Items"' "save INBOX new" >/dev/null
}
merged
for run in first second; do
    same "after the merge, $run run" "$(synced)" 'database: ERROR: Mailbox Sent Items exists. Run `interimap --target=database --delete Sent Items` to delete.
exit 1'
done
same "the other has" "$(has v)" "INBOX 0,Sent 1,Sent Items 2"
same "as advised" "$(synced --target=database --delete "Sent Items")" "exit 0"
same "the next run" "$(synced)" "exit 0"
same "it has" "$(has u)" "INBOX 1,Sent 3,Sent Items 2"
same "subscribed is" "$(imap 'LSUB "" "*"' | grep -c "Sent Items")" 1
same "the other has" "$(has v)" "INBOX 1,Sent 3,Sent Items 2"
merged
same "another way: --delete alone" "$(synced --delete "Sent Items")" "exit 0"
same "the next run" "$(synced)" "exit 0"
same "it has" "$(has u)" "INBOX 1,Sent 3"
same "the other has" "$(has v)" "INBOX 1,Sent 3"

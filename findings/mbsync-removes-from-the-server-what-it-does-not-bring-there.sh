#!/usr/bin/env bash
# mbsync 1.4.4 (Debian 12's isync) on Dovecot 2.3.19.1: mail that was moved as files between its Maildirs is removed on the server,
# and not uploaded.
#
# Guess before the run: where a file that was moved has a UID that another one has in the target, mbsync reports that, passes the
# target over, and leaves the server as it is.
# Seen: it reports "duplicate UID", or "UID … is beyond highest assigned" where none has it, and passes the target over, in every later run
# too, so that nothing new comes down there either. In the same run it removes the messages from the source on the server. They
# are nowhere but on this disk then. Where the part ",U=…" of their names is taken off (mblaze's mrefile does so) they are uploaded.
#
# Why it matters: who merges in the local copy, with `mv` or a mail reader that moves files, has a server whose "Sent Items" is empty and
# whose Sent does not have that mail. To us it is an empty mailbox that may go, and counts of the server alone show
# no loss; that mbsync ended with 1 is all there is to see. The copies have to be uploaded before anybody calls it tidy.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version isync=1.4.4-5 libsasl2-2 libdb5.3
# begins: an account whose "Sent Items" has two messages and whose Sent has as many as are named, and its copy.
begins() {
    local one
    stop
    rm -rf "$work/near"
    dovecot 'namespace inbox {
  inbox = yes
}'
    imap "CREATE Sent" 'CREATE "Sent Items"' 'save "Sent Items" one' 'save "Sent Items" two' >/dev/null
    for one in "$@"; do imap "save Sent $one" >/dev/null; done
    same "the first run" "$(mbsync)" "exit 0"
}
# moved NAMES: the files of "Sent Items" are moved to Sent, with their names as they are or bare.
moved() {
    local file name
    for file in "$work/near/Sent Items/"{cur,new}/*; do
        [ -f "$file" ] || continue
        name=${file##*/}
        if [ "$1" = bare ]; then name=${name%%,U=*}:2,; fi
        mv "$file" "$work/near/Sent/cur/$name"
    done
}
# run: how mbsync ends, what it complains of, and how many messages the server has.
run() {
    mbsync
    grep -oE 'Maildir error: (duplicate UID|UID [0-9]+ is beyond)' "$work/said" | sed -E 's/[0-9]+/N/'
    imap 'STATUS "Sent Items" (MESSAGES)' "STATUS Sent (MESSAGES)" | sed -nE 's/^\* STATUS (.*) \(MESSAGES ([0-9]+)\)/\1 \2/p'
}
for sent in "three four" ""; do
    complaint="duplicate UID"
    [ -n "$sent" ] || complaint="UID N is beyond"
    # shellcheck disable=SC2086
    begins $sent
    moved "as they are"
    for run in first second; do
        same "Sent had \"$sent\", $run run" "$(run)" "exit 1
Maildir error: $complaint
\"Sent Items\" 0
Sent $(wc -w <<<"$sent")"
    done
done
begins three four
moved bare
same "with bare names" "$(run)" 'exit 0
"Sent Items" 0
Sent 4'

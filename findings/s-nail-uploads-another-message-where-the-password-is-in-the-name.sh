#!/usr/bin/env bash
# S-nail 14.9.24 (Debian 12) on Dovecot 2.3.19.1: how the target is written decides whether a message is moved or another one is uploaded.
#
# Guess before the run: `move` within an account is COPY on the server; a missing mailbox, also that for sent mail, is an error.
# Seen: COPY, with everything kept, where the target is written as the open mailbox is (imap://u@host/Sent). Where its address
# holds the password, as `folder` and `record` in a settings file may, the message is fetched and uploaded with its flags
# written into it, as the header lines Status and X-Status: another size, other octets, the keyword gone. Flags and date
# are kept, the original is removed. A mailbox that is missing is made without a word either way.
#
# Why it matters: after this two copies of one message, in two mailboxes of a role, differ in size and in two lines that no sender wrote,
# so that neither size nor a sum of the octets finds them. And a mailbox that was merged away is there again with the next
# message that is sent, if `record` names it.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version s-nail=14.9.24-2
dovecot 'namespace inbox {
  inbox = yes
}'
# snail ARGUMENT…: with the machine's and the user's own settings out of its sight.
snail() {
    HOME=$work with_its_usr timeout 60 s-nail -:/ -Sv15-compat "-Smta=test://$work/sent" -Sfrom=a@example.test -Suser=u -Spassword=u \
        -Simap-auth=login "-Spassword-u@127.0.0.1=u" "$@" >"$work/said" 2>&1 || fail "s-nail: $(cat "$work/said")"
}
# moves TARGET: the one message of INBOX.
moves() {
    imap "dated INBOX 1" "SELECT INBOX" "UID STORE 1:* +FLAGS.SILENT (\\Flagged label)" >/dev/null
    printf 'move 1 "%s"\nquit\n' "$1" | snail -f "imap://u@127.0.0.1:$port/INBOX"
}
# held BOX: flags, date and size of what is in it, and its header lines that no sender wrote.
held() {
    imap "EXAMINE $1" "FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE)" "FETCH 1:* BODY.PEEK[HEADER.FIELDS (STATUS X-STATUS)]" |
        sed -nE 's/.*FETCH \((FLAGS.* )("...........).*( RFC.*)\)/\1\2"\3/p; /^(X-)?Status/p' | sed 's/ \\Recent//'
}
imap "CREATE Sent" >/dev/null
moves "imap://u@127.0.0.1:$port/Sent"
same "moved to imap://u@…/Sent" "$(held Sent)" 'FLAGS (\Flagged label) INTERNALDATE "01-Jan-2020" RFC822.SIZE 69'
moves "imap://u:u@127.0.0.1:$port/Missing"
same "moved to imap://u:u@…/Missing" "$(held Missing)" 'FLAGS (\Flagged) INTERNALDATE "01-Jan-2020" RFC822.SIZE 95
Status: O
X-Status: F'
same "INBOX has" "$(imap "STATUS INBOX (MESSAGES)" | sed -n 1p)" "* STATUS INBOX (MESSAGES 0)"
snail "-Srecord=imap://u@127.0.0.1:$port/Sent Items" -s hello b@example.test <<<"Hello."
same "a message is sent, its record is missing" "$(imap 'STATUS "Sent Items" (MESSAGES)' 'LSUB "" "*"' | grep '^\*')" \
    '* STATUS "Sent Items" (MESSAGES 1)'

#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12): `doveadm backup` to a server with another delimiter leaves a mailbox out where two names become one.
#
# What a delimiter is there cannot stand in a name, so it becomes `_` on the way (dsync_alt_char).
# Guess before the run: a name that is taken by then gets something added, and both mailboxes arrive.
# Seen: of "Sent.Items" and "Sent_Items" on a server with `/`, one with `.` gets "Sent_Items" with the mail of its namesake. The mail of
# the other is nowhere. doveadm exits with 2 and says that mailboxes changed meanwhile and that it may be run again; a second run
# ends the same. "Sent/Items" arrives as "Sent.Items", under the very name of the one that is missing.
#
# Why it matters: names that differ by a dot or an underscore are what rolecall merges, and who moves to a server with another delimiter
# should have that done first. Afterwards the account looks whole: each name is there, and one third of the mail is not.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
dovecot 'namespace inbox {
  inbox = yes
  separator = /
}'
imap "CREATE Sent.Items" "CREATE Sent_Items" "CREATE Sent/Items" "save Sent.Items dot" "save Sent_Items underscore" \
    "save Sent/Items slash" "save INBOX inbox" >/dev/null
# The other server: the same but for its delimiter, with its mail in Maildir.
from=$port
to=$(free_port)
mkdir "$work/home/to"
chown nobody:nogroup "$work/home/to"
sed -e "s#$work/run#$work/home/to/run#; s#$work/home/%u#$work/home/to/%u#; s#port = $from#port = $to#" \
    -e 's#separator = /#separator = .#; s#sdbox:~/mail#maildir:~/Maildir#' "$work/dovecot.conf" >"$work/to.conf"
port=$to
in_its_own_usr setpriv --reuid=nobody --regid=nogroup --clear-groups bash -c 'mkdir "$0/home/to/run" && exec dovecot -F -c "$0/to.conf"' "$work"
answers
backup() {
    local status=0
    with_its_usr timeout 60 setpriv --reuid=nobody --regid=nogroup --clear-groups doveadm -c "$work/dovecot.conf" \
        backup -u u env -i "PATH=$PATH" doveadm -c "$work/to.conf" dsync-server -u u >"$work/said" 2>&1 || status=$?
    echo "exit $status:$(grep -o -m 1 'You may want to run dsync again' "$work/said")"
}
# held: the mailboxes with mail, and which.
held() {
    local box
    for box in Sent.Items Sent_Items Sent/Items; do
        echo "$box: $(imap "EXAMINE $box" "FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]" 2>&1 | sed -n 's/^Subject: //p' | paste -sd ' ')"
    done
}
same "the first has" "$(port=$from held)" 'Sent.Items: dot
Sent_Items: underscore
Sent/Items: slash'
for run in first second; do
    same "the $run run" "$(backup)" "exit 2:You may want to run dsync again"
    same "the other has" "$(held)" 'Sent.Items: slash
Sent_Items: underscore
Sent/Items: '
done

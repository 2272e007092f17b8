#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) on a Maildir where a folder has its name in UTF-8, as Courier writes it: `doveadm backup` copies this one
# and leaves the one out that IMAP opens under the name.
#
# Guess before the run: what IMAP lists and cannot open is an error that names the mailbox, and is not copied; where the name was made anew,
# the new one is copied.
# Seen: `doveadm mailbox status` cannot open it, `doveadm backup` can and copies it, with exit 0. Where a client has made the name anew, so
# that there are two folders of one name, the copy has the messages of the old one, and those that the client sees are in it nowhere. The exit
# is 2 ("Mailbox changes caused a desync. You may want to run dsync again"), and it is the same each time. `doveadm sync` does the same.
#
# Why it matters: whoever converts such an account to another format gives people back what they had missed, and takes away what they
# had since. To a client the mailbox before and after has one name and other mail. Nothing that IMAP shows is proof that a backup
# holds it; counts of both have to be compared.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd}=$version
admin() {
    with_its_usr setpriv --reuid=nobody --regid=nogroup --clear-groups doveadm -c "$work/dovecot.conf" "$@"
}
# copies COMMAND: the account to another format, and how that ends.
copies() {
    local status=0
    rm -rf "$work/home/copy"
    admin "$1" -u u "sdbox:$work/home/copy" 2>/dev/null || status=$?
    echo "exit $status"
}
# subjects: in the mailbox, as IMAP shows them.
subjects() {
    imap 'EXAMINE "Entw&APw-rfe"' "FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])" | sed -nE 's/^Subject: //p; s/^(NO .*): .*/\1/p' | paste -sd ,
}
# copied: the same of the copy.
copied() {
    find "$work/home/copy/mailboxes/Entw&APw-rfe" -name 'u.*' -exec sed -nE 's/^Subject: ([a-z]+).*/\1/p' {} + | LC_ALL=C sort | paste -sd ,
}
dovecot "mail_location = maildir:~/Maildir
namespace inbox {
  inbox = yes
  separator = /
}"
imap "CREATE x" "save x old" "save x older" >/dev/null
mv "$work/home/u/Maildir/.x" "$work/home/u/Maildir/.Entwürfe"
same "IMAP lists" "$(imap 'LIST "" "*"' | sed -nE 's/^\* LIST .* "\/" (.*)/\1/p' | LC_ALL=C sort | paste -sd ,)" "Entw&APw-rfe,INBOX"
same "and opens" "$(subjects)" "NO Mailbox doesn't exist"
same "doveadm mailbox status" "$(admin mailbox status -u u messages 'Entw*' 2>/dev/null || echo "exit $?")" "exit 68"
same "doveadm backup" "$(copies backup; copied)" "exit 0
old,older"
imap 'CREATE "Entw&APw-rfe"' 'save "Entw&APw-rfe" new' >/dev/null
same "made anew, IMAP has" "$(subjects)" new
for command in backup sync; do
    same "doveadm $command" "$(copies $command; copied)" "exit 2
old,older"
done
same "IMAP has" "$(subjects)" new

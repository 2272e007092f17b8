#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12): where Trash does not count (`quota_rule = Trash:ignore`) RENAME to it frees nothing, and what is moved out of it
# counts twice, with the quota kept in a dict or by Maildir++; not with `count`.
#
# Guess before the run: the usage follows RENAME, however it is kept, since the mailbox then has a name that does not count.
# Seen: with `dict` and `maildir` the usage is a sum that only what is saved and expunged changes. RENAME of a mailbox to Trash leaves it as it
# was. MOVE of its messages back to a mailbox that counts adds them again, and when all is deleted an empty account uses as much as
# they had. `doveadm quota recalc` sets it right. With `count` each figure is what the mailboxes hold.
#
# Why it matters: giving a mailbox the name of Trash, or setting one aside under such a name and bringing it back, is no MOVE
# to a quota of that kind. Before and after, GETQUOTA need not fit what was moved, and a user whose account is "full" of nothing gets no
# mail. Moving the messages one by one keeps the sum right.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd}=$version
# uses: how many kilobytes count.
uses() {
    imap "GETQUOTAROOT INBOX" | sed -nE 's/.*\(STORAGE ([0-9]+) .*/\1/p'
}
# big BOX: a message of five kilobytes.
big() {
    /usr/bin/python3 - "$port" "$1" <<'PYTHON'
import imaplib, sys
line = imaplib.IMAP4("127.0.0.1", int(sys.argv[1]))
line.login("u", "u")
if line.append(sys.argv[2], None, None, b"Subject: big\r\n\r\n" + b"x" * 5100 + b"\r\n")[0] != "OK": sys.exit("not saved")
PYTHON
}
for kind in "dict:User::file:%h/usage" maildir:User count:User; do
    echo "== ${kind%%:*}"
    dovecot "mail_location = maildir:~/Maildir
mail_plugins = quota
namespace inbox {
  inbox = yes
  separator = /
}
protocol imap {
  mail_plugins = quota imap_quota
}
plugin {
  quota = $kind
  quota_vsizes = yes
  quota_rule = *:storage=10M
  quota_rule2 = Trash:ignore
}"
    imap "CREATE Old" >/dev/null
    big Old
    same "one message in Old" "$(uses)" 5
    imap "RENAME Old Trash" >/dev/null
    renamed=$(uses)
    imap "CREATE Old" "SELECT Trash" "UID MOVE 1 Old" >/dev/null
    moved=$(uses)
    imap "DELETE Old" "DELETE Trash" >/dev/null
    deleted=$(uses)
    if [ "${kind%%:*}" = count ]; then wanted="0 5 0"; else wanted="5 10 5"; fi
    same "renamed to Trash, moved from there to Old, all deleted" "$renamed $moved $deleted" "$wanted"
    with_its_usr setpriv --reuid=nobody --regid=nogroup --clear-groups doveadm -c "$work/dovecot.conf" quota recalc -u u
    same "calculated anew" "$(uses)" 0
    stop
done

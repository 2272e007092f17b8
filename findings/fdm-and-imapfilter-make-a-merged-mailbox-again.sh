#!/usr/bin/env bash
# fdm 1.9 and imapfilter 2.8.1 (Debian 12) on Dovecot 2.3.19.1: a rule that names a mailbox which is gone makes it again, unsubscribed.
#
# Both filter from a user's own computer, with rules in a file there.
# Guess before the run: the rule fails with the server's error, and the message stays where it was.
# Seen: both answer the server's TRYCREATE by CREATE, file the message, and end with 0; imapfilter does so with its setting `create` as it
# comes, which is false (that one is for servers that do not say TRYCREATE). Neither subscribes to the mailbox.
#
# Why it matters: no list of filters that the server has names these rules, and the first message that one of them matches undoes the merge. The
# mailbox is there again without a subscription, so that clients which show what is subscribed do not show it: that mail is missing, for
# its user. A mailbox that was merged away and is back with new mail and no subscription points to such a program; its
# rules have to be changed before.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version fdm=1.9+git20181219-1+b2 libtdb1 imapfilter=1:2.8.1-1 liblua5.4-0
dovecot 'namespace inbox {
  inbox = yes
}' "$everybody"
# before USER: one message in INBOX, Sent subscribed, "Sent Items" merged into it and gone.
before() {
    as=$1 imap "CREATE Sent" "SUBSCRIBE Sent" 'CREATE "Sent Items"' 'SUBSCRIBE "Sent Items"' 'DELETE "Sent Items"' 'UNSUBSCRIBE "Sent Items"' \
        "save INBOX one" >/dev/null
}
after() {
    as=$1 imap 'LIST "" "*" RETURN (SUBSCRIBED STATUS (MESSAGES))' | sed -nE 's/^\* LIST \((.*)\) "." (.*)/\2 \1/p; s/^\* STATUS.*/&/p' |
        sed -E 's/\\(Un)?[Mm]arked ?//; s/^\* STATUS .* \(MESSAGES ([0-9]+)\)/    \1/; s/ +$//' | paste -d ' ' - - | LC_ALL=C sort
}
before f
cat >"$work/fdm.conf" <<CONF
account "a" imap server "127.0.0.1" port $port user "f" pass "f" folder "INBOX" no-cram-md5
action "sent" imap server "127.0.0.1" port $port user "f" pass "f" folder "Sent Items"
match all action "sent"
CONF
{ cat /etc/passwd && echo "_fdm:x:64990:64990::/tmp:/bin/sh" && echo "debianfdm:x:64991:64990::/tmp:/bin/sh"; } >"$work/passwd"
chmod 600 "$work/fdm.conf"
# shellcheck disable=SC2016
same "fdm" "$(HOME=$work with_its_usr bash -c 'mount --bind "$0/passwd" /etc/passwd && fdm -f "$0/fdm.conf" fetch >"$0/said" 2>&1
    echo "exit $?"' "$work")" "exit 0"
same "after fdm" "$(after f)" '"Sent Items"     1
INBOX     0
Sent \Subscribed     0'
before i
cat >"$work/rules.lua" <<LUA
account = IMAP { server = '127.0.0.1', port = $port, username = 'i', password = 'i' }
account['INBOX']:select_all():move_messages(account['Sent Items'])
print(options.create)
LUA
# shellcheck disable=SC2016
same "imapfilter, and its setting" "$(HOME=$work with_its_usr bash -c 'imapfilter -c "$0/rules.lua" 2>"$0/said" </dev/null | grep -v moved
    echo "exit ${PIPESTATUS[0]}"' "$work")" "false
exit 0"
same "after imapfilter" "$(after i)" '"Sent Items"     1
INBOX     0
Sent \Subscribed     0'

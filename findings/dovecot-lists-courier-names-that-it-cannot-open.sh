#!/usr/bin/env bash
# Dovecot 2.3.19.1 on the Maildir of Courier-IMAP 5.0.13 (both Debian 12): names with letters beyond ASCII are listed, and do not exist.
#
# Guess before the run: Dovecot takes the names of the folders as they are, lists them and opens them; UIDs, keywords and subscriptions
# are lost, since each server keeps those in files of its own (which is so, and not shown here).
# Seen: Courier calls the folder of "Entwürfe" so in UTF-8, Dovecot would in modified UTF-7. LIST of Dovecot shows the name rightly encoded,
# but STATUS, RENAME and DELETE say that it does not exist. CREATE of it is OK and makes a second folder beside the first; LIST shows the
# name once, and behind it is the new, empty one. RENAME of that is OK, and the old name is still listed. With :UTF-8 at the end of
# `mail_location` everything is there. The other way round Courier shows another name for each such folder, which it does open.
#
# Why it matters: a name that is listed and refused is not one that went a moment ago, and no client's CREATE may be the answer: from then
# on the mail of years lies where nobody sees it, and after a RENAME one sees the old name again without having moved anything. For an
# administrator one word in the configuration brings all of it back, as long as nobody has made the name anew.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd}=$version courier-imap=5.0.13+1.0.16-3+b6 courier-base=1.0.16-3+b6 \
    courier-{authlib,authdaemon,authlib-userdb}=0.71.4-1+b2 libcourier-unicode4 gamin libgamin0 libltdl7 libidn12
# courier: Courier on $port, user and password `u`, whose Maildir is the one of the home.
courier() {
    port=$(free_port)
    mkdir -p "$work/home/u/Maildir/"{cur,new,tmp} "$work/etc"
    cp -a "$work/root/etc/courier" "$work/etc/"
    sed -i 's/^authmodulelist=.*/authmodulelist="authuserdb"/' "$work/etc/courier/authdaemonrc"
    printf 'u\tuid=65534|gid=65534|home=%s|mail=%s/Maildir|systempw=%s\n' "$work/home/u" "$work/home/u" "$(openssl passwd -1 u)" \
        >"$work/etc/courier/userdb"
    chmod 600 "$work/etc/courier/userdb"
    # Its file watcher has to find this user, or each command waits for it.
    { cat /etc/passwd && echo "courier:x:64999:64999::/:/bin/sh"; } >"$work/etc/passwd"
    { cat /etc/group && echo "courier:x:64999:"; } >"$work/etc/group"
    chown -R nobody:nogroup "$work/home"
    # shellcheck disable=SC2016
    in_its_own_usr bash -c '
        mount -t overlay overlay -o "lowerdir=$0/etc:/etc" /etc
        mount --bind "$0/etc/courier" /etc/courier
        mount -t tmpfs tmpfs /run
        mkdir -p /run/courier/authdaemon
        export LD_LIBRARY_PATH=/usr/lib/courier-authlib:/usr/lib
        makeuserdb
        /usr/lib/courier/courier-authlib/authdaemond &
        until [ -S /run/courier/authdaemon/socket ]; do sleep 0.02; done
        set -a
        . /etc/courier/imapd-ssl
        . /etc/courier/imapd
        ADDRESS=127.0.0.1 IMAP_STARTTLS=NO IMAPDSTARTTLS=NO IMAP_TLS_REQUIRED=0
        set +a
        couriertcpd -address=127.0.0.1 -nodnslookup -noidentlookup -stderr="$0/courier.log" \
            "$1" /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir' "$work" "$port"
    answers
}
# on_it OPTION: Dovecot on the same Maildir.
on_it() {
    dovecot "mail_location = maildir:~/Maildir$1
namespace inbox {
  inbox = yes
  prefix = INBOX.
  separator = .
}"
}
# next_server: ends the one that runs and keeps the mail for the next.
next_server() {
    cp -a "$work/home" "$work/kept"
    stop
    mv "$work/kept" "$work/home"
}
# counts: how many messages each mailbox has, or that it is not there.
counts() {
    imap 'LIST "" "*" RETURN (STATUS (MESSAGES))' |
        sed -nE 's/^\* STATUS INBOX\.(.*) \(MESSAGES (.*)\)/\1 \2/p; s/^\* NO (.*): INBOX\..*/one: \1/p' | LC_ALL=C sort | paste -sd ,
}
drafts='"INBOX.Entw&APw-rfe"'
courier
imap "CREATE INBOX.Sent" "CREATE $drafts" "save INBOX.Sent one" "save $drafts two" >/dev/null
next_server
on_it ""
same "Dovecot lists" "$(imap 'LIST "" "INBOX.*"' | sed -nE 's/^\* LIST .* "\." (.*)/\1/p' | LC_ALL=C sort | paste -sd ,)" \
    "INBOX.Entw&APw-rfe,INBOX.Sent"
same "they have" "$(counts)" "Sent 1,one: Mailbox doesn't exist"
same "RENAME and DELETE" "$(imap "RENAME $drafts INBOX.Old" "DELETE $drafts" | cut -c 1-16)" "NO [NONEXISTENT]
NO [NONEXISTENT]"
same "CREATE" "$(imap "CREATE $drafts")" "OK Create completed"
imap "save $drafts three" "save $drafts four" >/dev/null
same "they have" "$(counts)" "Entw&APw-rfe 2,Sent 1"
same "RENAME" "$(imap "RENAME $drafts INBOX.Old")" "OK Rename completed"
same "they have" "$(counts)" "Old 2,Sent 1,one: Mailbox doesn't exist"
next_server
on_it :UTF-8
same "with :UTF-8 they have" "$(counts)" "Entw&APw-rfe 1,Old 2,Sent 1"
stop
on_it ""
imap "CREATE $drafts" "save $drafts one" >/dev/null
next_server
courier
same "Courier lists for the name made by Dovecot" "$(imap 'LIST "" "INBOX.*"' | sed -nE 's/^\* LIST .* "\." (.*)/\1/p')" '"INBOX.Entw&-APw-rfe"'
same "and opens it" "$(imap 'STATUS "INBOX.Entw&-APw-rfe" (MESSAGES)' | head -n 1)" '* STATUS "INBOX.Entw&-APw-rfe" (MESSAGES 1)'

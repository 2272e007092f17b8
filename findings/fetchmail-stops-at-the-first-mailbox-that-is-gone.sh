#!/usr/bin/env bash
# fetchmail 6.4.37 (Debian 12) on Dovecot 2.3.19.1: of several mailboxes none is fetched that stands behind one which is gone.
#
# Guess before the run: the one that is gone is reported and passed over, and the others are fetched.
# Seen: in the order in which `folder` names them, up to the first that is gone, where it ends with 7 ("client/server synchronization
# error"), without the name of the mailbox. getmail 6.18.11, asked the same, names the mailbox, fetches the others and ends with 127.
#
# Why it matters: INBOX that stands behind "Sent Items" is not fetched any more once that was merged away, although nothing was done to
# it: new mail stays away, with an error that speaks of neither. It is no fault of the account. The name is to be taken out of
# `folder`, or put last, before the mailbox goes.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version fetchmail=6.4.37-1 getmail6=6.18.11-2
dovecot 'namespace inbox {
  inbox = yes
}'
imap "CREATE Sent" "save INBOX new" "save Sent letter" >/dev/null
# fetchmail FOLDERS: fetches all of them; how it ends, and the subjects of what came.
fetchmail() {
    local status=0
    rm -f "$work/got" "$work/.fetchids"
    touch "$work/got"
    cat >"$work/rc" <<RC
poll 127.0.0.1 service $port protocol IMAP user "u" password "u" folder $1 fetchall keep no rewrite sslproto '' mda "cat >>$work/got"
RC
    chmod 600 "$work/rc"
    with_its_usr env "HOME=$work" fetchmail -f "$work/rc" --nodetach >"$work/said" 2>&1 || status=$?
    echo "exit $status $(sed -n 's/^Subject: //p' "$work/got" | tr -d '\r' | paste -sd ' ')"
}
same "INBOX, Sent" "$(fetchmail INBOX,Sent)" "exit 0 new letter"
same "INBOX, Sent Items, Sent" "$(fetchmail 'INBOX,"Sent Items",Sent')" "exit 7 new"
same "Sent Items, INBOX" "$(fetchmail '"Sent Items",INBOX')" "exit 7 "
same "that it names the mailbox" "$(grep -c "Sent Items" "$work/said")" 0
mkdir -p "$work/getmail" "$work/near/"{cur,new,tmp}
cat >"$work/getmail/getmailrc" <<RC
[retriever]
type = SimpleIMAPRetriever
server = 127.0.0.1
port = $port
username = u
password = u
mailboxes = ("Sent Items", "INBOX")
[destination]
type = Maildir
path = $work/near/
RC
chown -R nobody:nogroup "$work/getmail" "$work/near"
getmail() {
    local status=0
    with_its_usr setpriv --reuid=nobody --regid=nogroup --clear-groups env "HOME=$work" getmail -g "$work/getmail" >"$work/said" 2>&1 || status=$?
    echo "exit $status $(sed -n 's/^Subject: //p' "$work/near/new/"* | paste -sd ' ')"
}
same "getmail: Sent Items, INBOX" "$(getmail)" "exit 127 new"
same "that it names the mailbox" "$(grep -c "not selectable (Sent Items)" "$work/said")" 1
sed -i 's/^mailboxes.*/mailboxes = ("INBOX",)/' "$work/getmail/getmailrc"
same "getmail: INBOX" "$(getmail)" "exit 0 new new"

#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) and 2.4.1 (Debian 13), sdbox: MOVE out of a mailbox whose files belong to somebody else is COPYUID and then NO,
# and the copy stays.
#
# Guess before the run: as with an mbox that may only be read: [READ-ONLY], OK, and a copy.
# Seen: SELECT says [READ-WRITE] and offers all flags. MOVE brings the untagged COPYUID ("Moved UIDs"), then the tagged NO [SERVERBUG], and the
# message is in both mailboxes; once more, and the target has two. STORE is NO [SERVERBUG], RENAME is OK, DELETE is NO [SERVERBUG]. With
# Maildir (not shown) SELECT is NO [SERVERBUG], and STATUS counts the messages all the same.
#
# Why it matters: that is what a mailbox looks like which somebody has restored from a backup as root. NO to MOVE does not mean that
# nothing was done (RFC 6851 §3.3 has it so), and COPYUID does not mean that it was done: after a NO both mailboxes have to be looked at,
# and what arrived is the copy to remove or to keep, before anything is sent again.
. "$(dirname "$0")/lib.sh"
counts() {
    local box
    for box in "$@"; do imap "STATUS $box (MESSAGES)"; done | sed -nE 's/.*STATUS (.*) \(MESSAGES (.*)\)/\1 \2/p' | paste -sd ,
}
# ends COMMAND…: how each ends, without what follows the code, and COPYUID without the UIDVALIDITY.
ends() {
    imap "$@" | sed -nE 's/^\* (OK \[COPYUID) [0-9]+ (.*\]).*/\1 \2/p; t; s/^((OK|NO) \[[A-Z-]+\]).*/\1/p; t; s/^(OK) .*/\1/p'
}
for version in 2.3 2.4; do
    echo "== $version"
    if [ "$version" = 2.3 ]; then
        package=1:2.3.19.1+dfsg1-2.1+deb12u7
        debian {dovecot-core,dovecot-imapd}=$package
        dovecot 'namespace inbox {
  inbox = yes
  separator = /
}'
    else
        dovecot24 'namespace inbox {
  inbox = yes
  separator = /
}'
    fi
    imap "CREATE Sent" "CREATE Old" "save Old one" "save Old two" "SELECT Old" >/dev/null
    chown -R root:root "$work/home/u/mail/mailboxes/Old"
    chmod -R a+rX,go-w "$work/home/u/mail/mailboxes/Old"
    same "SELECT and MOVE" "$(ends "SELECT Old" "UID MOVE 1 Sent")" "OK [READ-WRITE]
OK [COPYUID 1 1]
NO [SERVERBUG]"
    same "they have" "$(counts Old Sent)" "Old 2,Sent 1"
    ends "SELECT Old" "UID MOVE 1 Sent" >/dev/null
    same "MOVE once more, and they have" "$(counts Old Sent)" "Old 2,Sent 2"
    same "SELECT, STORE, UNSELECT, RENAME and DELETE" "$(ends "SELECT Old" 'UID STORE 1 +FLAGS (\Seen)' UNSELECT "RENAME Old New" "DELETE New")" \
        "OK [READ-WRITE]
NO [SERVERBUG]
OK
OK
NO [SERVERBUG]"
    same "it has" "$(counts New)" "New 2"
    stop
    rm -rf "$work/root" "$work/packages"
done

#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with imapc storage, before GNU mailutils 3.15: UIDPLUS and MOVE are offered, and not had.
#
# imapc shows another IMAP server's mail as if it were Dovecot's own, for proxies and migrations.
# Guess before the run: it offers only what the server behind offers, so neither MOVE nor UIDPLUS before mailutils.
# Seen: it offers its own list. MOVE becomes COPY, STORE \Deleted and a plain EXPUNGE on the server behind, and so does UID
# EXPUNGE: whatever anybody marked \Deleted goes along. MOVE is OK without COPYUID; nothing is said to be expunged, and
# the session goes on to show what is gone. A new one does not. Before Cyrus, which has MOVE and UIDPLUS, MOVE is COPY,
# STORE and UID EXPUNGE (not shown here).
#
# Why it matters: "the server has UIDPLUS, so removing by UID is safe" does not hold behind such a proxy. What tells is that a
# MOVE or COPY brings no COPYUID though UIDPLUS is offered: then nothing may be removed where anything is marked
# \Deleted, and what is left is looked at over a new connection. And a MOVE that is cut off may leave both copies.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version mailutils-imap4d=1:3.15-4 mailutils-common=1:3.15-4 libmailutils9=1:3.15-4 \
    libgsasl18 libidn12 libntlm0 libgssglue1 libmariadb3 guile-3.0-libs libgc1 libltdl7
mailutils maildir
behind=$port
imap "CREATE A" "CREATE B" "save A 1" "save A 2" "save A 3" "save A 4" >/dev/null
imapc
# The folder is still that of mailutils.
chown -R 64998:64998 "$work/home"
front=$port
offers() {
    imap CAPABILITY | grep -o -w -e MOVE -e UIDPLUS | paste -s -d ' '
}
uids() {
    imap "EXAMINE $1" "UID SEARCH ALL" | sed -n 's/^\* SEARCH *//p'
}
port=$behind
same "mailutils offers" "$(offers)" ""
port=$front
same "imapc before it offers" "$(offers)" "UIDPLUS MOVE"
same "2 and 3 are marked, and 2 is to be removed" \
    "$(imap "SELECT A" "UID STORE 2:3 +FLAGS.SILENT (\\Deleted)" "UID EXPUNGE 2" "UID SEARCH ALL" | tail -n 3)" \
    "OK Expunge completed
* SEARCH 1 2 3 4
OK Search completed"
same "a new session, or mailutils itself, has" "$(uids A)" "1 4"
imap "SELECT A" "UID STORE 4 +FLAGS.SILENT (\\Deleted)" >/dev/null
same "4 is marked, and 1 is moved" "$(imap "SELECT A" "UID MOVE 1 B" | grep -E "COPYUID|EXPUNGE|^OK Move")" "OK Move completed"
same "a new session has" "$(uids A)" ""
port=$behind
same "mailutils has in A" "$(uids A)" ""
same "and in B" "$(uids B)" "1"

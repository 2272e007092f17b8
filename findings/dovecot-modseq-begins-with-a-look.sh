#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12): SELECT and EXAMINE tell no HIGHESTMODSEQ until some client has asked for modification
# sequences once; from then on they tell it to all.
#
# Expected: a server that announces CONDSTORE sends HIGHESTMODSEQ or NOMODSEQ with every SELECT and EXAMINE
# (RFC 7162 §3.1.2).
# Seen: neither is sent, also after changes, although STATUS answers with a number. One EXAMINE with CONDSTORE, read-only,
# switches it on for good and for every session.
#
# Why it matters: whether it is there says nothing of the mailbox (it is no mark of a virtual one, say), it cannot be
# counted on as the sign that nothing has changed, and a client that "only looks" has changed what others are told.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
dovecot 'namespace inbox {
  inbox = yes
}'
modseq() {
    imap "EXAMINE A" | grep -c -E 'HIGHESTMODSEQ|NOMODSEQ' || true
}
imap "CREATE A" "save A 1" "SELECT A" "STORE 1 +FLAGS.SILENT (\\Seen)" >/dev/null
same "CONDSTORE is announced" "$(imap CAPABILITY | grep -o -w CONDSTORE)" CONDSTORE
same "neither HIGHESTMODSEQ nor NOMODSEQ" "$(modseq)" 0
same "STATUS knows a number" "$(imap "STATUS A (HIGHESTMODSEQ)" | head -n 1)" "* STATUS A (HIGHESTMODSEQ 3)"
same "still nothing" "$(modseq)" 0
same "asked for once, read-only" "$(imap "EXAMINE A (CONDSTORE)" | grep -c HIGHESTMODSEQ)" 1
same "now every session is told" "$(modseq)" 1

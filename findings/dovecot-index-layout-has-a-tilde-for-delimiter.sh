#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with LAYOUT=index: unless the configuration names one, the hierarchy delimiter is `~`.
#
# With this layout names are kept in an index and not on the disk, so that any name may be used.
# Guess before the run: `/`, as with every other layout of sdbox.
# Seen: `~`. "Archive/2024" is one mailbox of that name, and no Archive is made with it; RENAME of Archive finds nothing. "Archive~2024" has
# a parent. LIST "" % shows all that clients made with `/` side by side.
#
# Why it matters: a client with `/` built in fills such an account with flat names that look like a tree, and LIST "" % and
# \HasChildren do not show it. Only the delimiter that stands in LIST may split a name, and what stands behind `/` there is part of it:
# "Trash/Sent" is not below Trash.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
# with LOCATION [SEPARATOR]: a new account, in which two mailboxes were made.
with() {
    stop
    dovecot "namespace inbox {
  inbox = yes
  ${2:-}
}" "mail_location = $1"
    imap "CREATE Archive/2024" "CREATE Trash~2024" >/dev/null
}
# top: what is at the top, with the delimiter.
top() {
    imap 'LIST "" "%"' | sed -nE 's/^\* LIST \((.*)\) (".") (.*)/\2 \3 \1/p' | sed -E 's/ ?\\(Un)?[Mm]arked//' | LC_ALL=C sort
}
usual='"/" Archive \Noselect \HasChildren
"/" INBOX \HasNoChildren
"/" Trash~2024 \HasNoChildren'
with sdbox:~/mail
same "sdbox" "$(top)" "$usual"
with sdbox:~/mail:LAYOUT=index 'separator = /'
same "sdbox, LAYOUT=index, separator = /" "$(top)" "$usual"
with sdbox:~/mail:LAYOUT=index
same "sdbox, LAYOUT=index" "$(top)" '"~" Archive/2024 \HasNoChildren
"~" INBOX \HasNoChildren
"~" Trash \Noselect \HasChildren'
same "NAMESPACE" "$(imap NAMESPACE | sed -n 1p)" '* NAMESPACE (("" "~")) NIL NIL'
same "RENAME" "$(imap "RENAME Archive Old" "RENAME Trash Bin")" "NO [NONEXISTENT] Mailbox doesn't exist: Archive
OK Rename completed"

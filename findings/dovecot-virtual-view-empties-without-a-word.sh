#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with the plugin virtual: a view whose mailboxes are renamed is empty and says nothing.
#
# Guess before the run: SELECT of a view that names a mailbox which is gone is NO until the configuration is mended.
# Seen: a view of Sent and "Sent Items" goes on with what is left, under the same UIDVALIDITY, without a word to the client and without
# an error in the log. Where one is merged into the other, the moved messages have new UIDs in the view; where Sent is renamed,
# the view holds nothing, and when the name comes back its messages are new again. RENAME of a view within its namespace is OK, and
# done to the administrator's file.
#
# Why it matters: programs that read a view ("all sent mail" of an archive or a search) see a merge as removal and arrival of mail, and a
# mailbox that is set aside under another name as the removal of all. No name in a view's file follows a RENAME, so it has to be
# mended by hand, and nothing tells that it must.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd}=$version
mkdir -p "$work/views/All"
printf '%s\n' Sent "Sent Items" "  all" >"$work/views/All/dovecot-virtual"
chown -R nobody:nogroup "$work/views"
dovecot "mail_plugins = virtual
namespace inbox {
  inbox = yes
  separator = /
}
namespace {
  prefix = Views/
  separator = /
  location = virtual:$work/views:INDEX=$work/run/views
}"
# view: the UIDs in the view and what its messages are called, or what SELECT is answered where it has none.
view() {
    imap "SELECT Views/All" "UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])" |
        sed -nE 's/^\* [0-9]+ FETCH \(UID ([0-9]+).*/\1/p; s/^Subject: //p; s/^\* (0 EXISTS)/\1/p; s/^OK \[READ-WRITE\] (.*)/\1:/p' | paste -sd ' '
}
validity() {
    imap "STATUS Views/All (UIDVALIDITY)" | sed -n 's/.*UIDVALIDITY //p'
}
imap "CREATE Sent" 'CREATE "Sent Items"' "save Sent one" 'save "Sent Items" two' >/dev/null
before=$(validity)
same "the view" "$(view)" "Select completed: 1 one 2 two"
imap 'SELECT "Sent Items"' "UID MOVE 1 Sent" UNSELECT 'DELETE "Sent Items"' >/dev/null
same "after a merge" "$(view)" "Select completed: 1 one 3 two"
imap "RENAME Sent Kept" >/dev/null
same "with Sent under another name" "$(view)" "0 EXISTS Select completed:"
imap "RENAME Kept Sent" >/dev/null
same "with Sent back" "$(view)" "Select completed: 4 one 5 two"
same "another UIDVALIDITY" "$([ "$before" = "$(validity)" ] && echo no)" no
same "errors and warnings in the log" "$(grep -cE 'Error|Warning' "$work/run/log" || true)" 0
same "RENAME of the view" "$(imap "RENAME Views/All Views/New")" "OK Rename completed"
same "its file is then of" "$(basename "$(dirname "$(find "$work/views" -name dovecot-virtual)")")" New

#!/usr/bin/env bash
# Cyrus 3.10.2 (Debian 13): with IMAP4rev2 each LIST and SELECT tells the last name of a mailbox that was ever renamed.
#
# Guess before the run: OLDNAME (RFC 9051 §6.3.9.7) is told to the sessions that are there when the name changes, at most once to the
# others, and no more when the old name is a mailbox again.
# Seen: every later session that enables IMAP4rev2 is told, in plain LIST as in LIST RETURN, and once more by SELECT, also when another mailbox
# has the old name, which is then listed beside it. It is the name before the last RENAME: a mailbox that was set aside and brought back
# is "Sent Items", formerly the name that it had aside. LIST of the old name alone shows nothing; without IMAP4rev2 OLDNAME is not told.
#
# Why it matters: to a client OLDNAME says "what you know by that name is here now", and what it keeps of Old may go to another mailbox when
# Old was made anew. Names that a tool uses for a moment are seen by users ever after, so they should tell nothing about anybody. That a
# mailbox was renamed can be read there afterwards, but not when.
. "$(dirname "$0")/lib.sh"
cyrus310
# told COMMAND…: what untagged LISTs these bring with IMAP4rev2, without the attributes.
told() {
    imap "ENABLE IMAP4rev2" "$@" | sed -nE 's/^\* LIST \(.*\) "\/" ([^(].*)/\1/p' | grep -v '^INBOX' | paste -sd ,
}
imap "CREATE Old" "RENAME Old New" 'CREATE "Sent Items"' 'RENAME "Sent Items" aside' 'RENAME aside "Sent Items"' >/dev/null
same "LIST without IMAP4rev2" "$(imap 'LIST "" "*"' | grep -c OLDNAME || true)" 0
both='New (OLDNAME (Old)),"Sent Items" (OLDNAME (aside))'
same "LIST in a new session" "$(told 'LIST "" "*"')" "$both"
same "LIST in the next" "$(told 'LIST "" "*" RETURN (SUBSCRIBED)')" "$both"
same "SELECT" "$(told 'SELECT "Sent Items"')" '"Sent Items" (OLDNAME (aside))'
same "LIST of the old name" "$(told 'LIST "" Old')" ""
imap "CREATE Old" >/dev/null
same "Old is made again" "$(told 'LIST "" "*"')" 'New (OLDNAME (Old)),Old,"Sent Items" (OLDNAME (aside))'
imap "RENAME New Newer" >/dev/null
same "another RENAME" "$(told 'LIST "" "*"')" 'Newer (OLDNAME (New)),Old,"Sent Items" (OLDNAME (aside))'

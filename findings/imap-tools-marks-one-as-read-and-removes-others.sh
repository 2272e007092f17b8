#!/usr/bin/env bash
# imap-tools 1.16.0 (PyPI) on Dovecot 2.3.19.1: marking one message as read removes every other one that is marked \Deleted.
#
# Guess before the run: move() sends MOVE, which the server offers, or at least UID EXPUNGE of what it copied; flag() sends STORE.
# Seen: whatever the server offers, move() is COPY, STORE \Deleted and EXPUNGE without UIDs, and flag() is STORE and EXPUNGE too.
# A message that another client marked long ago, and that was nobody's business here, is gone. copy() leaves it alone.
#
# Why it matters: for people who delete by marking, \Deleted is a state that can be taken back, and a tool that leaves
# such messages where they are takes them for safe. They are until the next script touches any message beside them; and
# MOVE takes the mark along, so that marked mail that was merged into Sent goes when a script marks something in Sent. A message
# that is gone beside one's own move was not necessarily removed by one's own command.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q --disable-pip-version-check install imap-tools==1.16.0 || fail "pip install"
dovecot 'namespace inbox {
  inbox = yes
}'
# acts STATEMENT: with imap-tools, in the mailbox A; what it sends, without tags.
acts() {
    "$work/venv/bin/python" - "$port" "$1" <<'PYTHON' 2>&1 | sed -nE "s/.* > b'[A-Z0-9]+ ([A-Z ]+).*/\1/p" | grep -v -e LOGIN -e LOGOUT | sed 's/ $//' | paste -s -d ,
import sys
from imap_tools import MailBoxUnencrypted, MailMessageFlags
box = MailBoxUnencrypted("127.0.0.1", int(sys.argv[1]))
box.client.debug = 4
with box.login("u", "u", "A"):
    exec(sys.argv[2])
PYTHON
}
uids() {
    imap "EXAMINE $1" "UID SEARCH ALL" | sed -n 's/^\* SEARCH//p'
}
imap "CREATE A" "CREATE B" "save A 1" "save A 2" "save A 3" "save A 4" "SELECT A" "UID STORE 3:4 +FLAGS.SILENT (\\Deleted)" >/dev/null
same "the server offers" "$(imap CAPABILITY | grep -o -w -e MOVE -e UIDPLUS | paste -s -d ,)" UIDPLUS,MOVE
same "A has" "$(uids A)" " 1 2 3 4"
same "copy() sends" "$(acts 'box.copy("1", "B")')" "SELECT,UID COPY"
same "A has" "$(uids A)" " 1 2 3 4"
same "flag() sends" "$(acts 'box.flag("2", MailMessageFlags.SEEN, True)')" "SELECT,UID STORE,EXPUNGE"
same "A has" "$(uids A)" " 1 2"
imap "SELECT A" "UID STORE 2 +FLAGS.SILENT (\\Deleted)" >/dev/null
same "move() sends" "$(acts 'box.move("1", "B")')" "SELECT,UID COPY,UID STORE,EXPUNGE"
same "A has" "$(uids A)" ""
same "B has" "$(uids B)" " 1 2"

#!/usr/bin/env bash
# pymap 0.36.7 (PyPI): RENAME or DELETE of the mailbox that the session has selected says BYE, then OK, and hangs up.
#
# Guess before the run: OK, and the session goes on, with the mailbox selected under its new name or none selected.
# Seen: an untagged BYE ("Selected mailbox no longer exists."), after it the tagged OK of the very command, then the
# connection is closed. The command was done. UNSELECT, which would leave the mailbox first, is not offered.
#
# Why it matters: a client that takes BYE for the end of the connection never reads the OK, and must find out whether the
# mailbox is under its old or its new name. Selecting another mailbox first (EXAMINE INBOX) keeps the session.
. "$(dirname "$0")/lib.sh"
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q --disable-pip-version-check install pymap==0.36.7 || fail "pip install"
port=$(free_port)
(cd "$work" && exec setsid setpriv --pdeathsig KILL "$work/venv/bin/pymap" --host 127.0.0.1 --port "$port" --no-tls \
    --no-service admin dict --demo-data --demo-user u --demo-password u >"$work/out" 2>&1) &
servers+=($!)
disown
answers
same "UNSELECT is not offered" "$(imap CAPABILITY | grep -c UNSELECT || true)" 0
# after COMMAND…: what comes after the last command's tag: the session's end, or the answer to a NOOP.
after() {
    python3 - "$port" "$@" <<'PYTHON'
import socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
line.settimeout(20)
line = line.makefile("rwb")
line.readline()
for command in ["LOGIN u u", *sys.argv[2:]]:
    line.write(b"t " + command.encode() + b"\r\n"); line.flush()
    said = []
    while not said or not said[-1].startswith("t "):
        said.append(line.readline().decode().rstrip())
try:
    line.write(b"t NOOP\r\n"); line.flush()
    said.append(line.readline().decode().rstrip() or "closed")
except OSError:
    said.append("closed")
print("\n".join(said))
PYTHON
}
same "renamed while selected" "$(after 'CREATE A' 'SELECT A' 'RENAME A B')" '* BYE Selected mailbox no longer exists.
t OK RENAME completed.
closed'
same "it was done" "$(imap 'LIST "" "%"' | grep -oE '"/" (A|B)$')" '"/" B'
same "deleted while selected" "$(after 'SELECT B' 'DELETE B')" '* BYE Selected mailbox no longer exists.
t OK DELETE completed.
closed'
same "with another one selected the session stays" "$(after 'CREATE C' 'SELECT C' 'EXAMINE INBOX' 'RENAME C D')" \
    't OK RENAME completed.
t OK NOOP completed.'

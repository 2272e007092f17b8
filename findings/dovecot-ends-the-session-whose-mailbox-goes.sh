#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12): whoever deletes or renames the mailbox that is selected loses the session at the next command.
#
# Guess before the run: DELETE is refused, or leaves no mailbox selected; SELECT of another one goes on as ever.
# Seen: DELETE is answered OK, and nothing more is said. Whatever comes next, SELECT of another mailbox and UNSELECT among
# them, is not carried out: an untagged BYE ("Selected mailbox was deleted, have to disconnect."), and the connection is
# closed. RENAME of the selected mailbox ends it likewise, in other words, which the guess had not either ("IMAP session state
# is inconsistent, please relogin."). Where the mailbox was left before, the session stays.
#
# Why it matters: what is sent together with DELETE or RENAME, or right behind it, is lost with the connection, and its
# sender cannot know whether it was done. UNSELECT (or EXAMINE of another mailbox) has to come before.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
dovecot 'namespace inbox {
  inbox = yes
}'
# said COMMAND…: how each command after the login ends, or what is said instead.
said() {
    python3 - "$port" "$@" <<'PYTHON'
import re, socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
line.settimeout(20)
line = line.makefile("rwb")
line.readline()
for command in ["LOGIN u u", *sys.argv[2:]]:
    try:
        line.write(b"t " + command.encode() + b"\r\n"); line.flush()
        said = ""
        while not said.startswith(("t ", "* BYE")):
            said = line.readline().decode().rstrip()
            if not said: raise OSError
    except OSError:
        said = "closed"
    if not command.startswith("LOGIN"):
        print(re.sub(r" \(\d.*secs\)\.$", "", said))
PYTHON
}
bye='t OK [READ-WRITE] Select completed
t OK Delete completed
* BYE Selected mailbox was deleted, have to disconnect.
closed'
for next in 'SELECT INBOX' UNSELECT 'LIST "" "*"'; do
    imap 'CREATE A' >/dev/null
    same "deleted while selected, then $next" "$(said 'SELECT A' 'DELETE A' "$next" NOOP)" "$bye"
done
same "left before" "$(said 'CREATE A' 'SELECT A' UNSELECT 'DELETE A' 'SELECT INBOX' | tail -n 2)" \
    't OK Delete completed
t OK [READ-WRITE] Select completed'
same "renamed while selected" "$(said 'CREATE A' 'SELECT A' 'RENAME A B' NOOP 'SELECT INBOX' | tail -n 3)" \
    't OK Rename completed
* BYE IMAP session state is inconsistent, please relogin.
closed'
same "renamed after it was left" "$(said 'SELECT B' UNSELECT 'RENAME B C' 'SELECT C' | tail -n 2)" \
    't OK Rename completed
t OK [READ-WRITE] Select completed'

#!/usr/bin/env bash
# Cyrus 3.10.2 (Debian 13): NOTIFY is offered and answered OK, and where idled does not run (as it comes) nothing is ever told.
#
# Guess before the run: RENAME by another session comes as LIST with OLDNAME, a new message as STATUS (RFC 5465 §5), during IDLE or with the
# next NOOP; without idled it takes longer.
# Seen: so it is with idled running. Without it NOTIFY SET is OK all the same, with a STATUS of each mailbox at the beginning, and then neither
# NOOP nor IDLE tells of a RENAME, a SUBSCRIBE or a new message in another mailbox; of the selected one NOOP does (not shown). The
# cyrus.conf that comes with the package has idled commented out.
#
# Why it matters: NOTIFY is there so that a client need not ask again. One that trusts it shows the mailboxes of yesterday after a merge, saves
# into a name that is gone, and is the one that makes it anew. Neither the capability nor OK says that mailboxes are watched, so it
# is worth telling people to let their clients list the mailboxes again, and a client is well advised to LIST now and then.
. "$(dirname "$0")/lib.sh"
# hears: what a session with NOTIFY is told by NOOP, and after it by IDLE, while another one renames Old, moves and deletes.
hears() {
    python3 - "$port" <<'PYTHON'
import re, socket, sys, time
def session():
    line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    line.settimeout(20)
    line = line.makefile("rwb")
    line.readline()
    ask(line, "LOGIN u u")
    return line
def ask(line, command):
    line.write(f"t {command}\r\n".encode()); line.flush()
    said = []
    while not (said and said[-1].startswith("t ")):
        got = line.readline().decode().rstrip()
        if not got: raise SystemExit("the server hung up")
        said.append(got)
    return said
def shown(when, said):
    lists = [re.sub(r"(UIDNEXT|UIDVALIDITY) \d+ ?", "", one).replace(" )", ")") for one in said if one[:6] in ("* LIST", "* STAT")]
    print(when + ":", *lists, sep="\n  ")
hearing, acting = session(), session()
set_ = ask(hearing, "NOTIFY SET STATUS (personal (MailboxName SubscriptionChange MessageNew MessageExpunge))")
print(set_[-1])
shown("at first", set_)
for command in ("RENAME Old New", "SUBSCRIBE New", "SELECT New", "UID MOVE 1 Sent", "UNSELECT"): ask(acting, command)
time.sleep(1)
shown("NOOP", ask(hearing, "NOOP"))
hearing.write(b"t IDLE\r\n"); hearing.flush()
hearing.readline()
ask(acting, "DELETE New")
time.sleep(2)
hearing.write(b"DONE\r\n"); hearing.flush()
said = [hearing.readline().decode().rstrip()]
while not said[-1].startswith("t "): said.append(hearing.readline().decode().rstrip())
shown("IDLE", said)
PYTHON
}
first='OK Completed
at first:
  * STATUS INBOX (MESSAGES 0)
  * STATUS Old (MESSAGES 1)
  * STATUS Sent (MESSAGES 0)'
for idled in without with; do
    services=
    [ "$idled" = without ] || services="}
DAEMON {
  idled cmd=\"/usr/lib/cyrus/bin/idled -C $work/imapd.conf\""
    cyrus310
    same "it offers" "$(imap CAPABILITY | grep -ow NOTIFY)" NOTIFY
    same "as it comes there is no idled" "$(grep -cE '^[[:space:]]*idled' "$work/root/etc/cyrus.conf" || true)" 0
    imap "CREATE Old" "CREATE Sent" "save Old one" >/dev/null
    if [ "$idled" = without ]; then
        same "without idled" "$(hears | sed 's/^t //')" "$first
NOOP:
IDLE:"
    else
        same "with idled" "$(hears | sed 's/^t //')" "$first
NOOP:
  * LIST (\Subscribed) \"/\" New (OLDNAME (Old))
  * STATUS Sent (MESSAGES 1)
  * STATUS New (MESSAGES 0)
IDLE:
  * LIST (\NonExistent) \"/\" New"
    fi
    stop
done

#!/usr/bin/env bash
# imapproxy 1.2.8~svn20171105-2 (Debian 12) before Dovecot: whoever logs in next is given a session as the last client left it.
#
# imapproxy keeps a connection to the server when its client goes, for the next one of the same user and password.
# Guess before the run: what the last client had selected is left before (UNSELECT), and what it has not read any more is
# thrown away, however it went; only what it had turned on with ENABLE stays on, because no command turns it off.
# Seen: after a LOGOUT no mailbox is selected. A client that hangs up without LOGOUT leaves its mailbox selected to the next
# one, whose FETCH, before any SELECT of its own, is answered from there. The next one also hears the answers to commands
# that the server was still working on. ENABLE stays on either way: the next client is told of removed messages by VANISHED,
# which it has not asked for. That the session is a used one is said in an untagged OK before the answer to LOGIN.
#
# Why it matters: "a new connection" is not a new session there. What was selected, and what was turned on, is unknown until
# a client has said so itself; and a look over a new connection may be a look with an old session's eyes. A client that uses
# the same tags on each connection takes the late answer to an earlier command for the answer to another. One that turns on
# what changes how names or removals are told (UTF8=ACCEPT, QRESYNC) does so for others too.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version imapproxy=1.2.8~svn20171105-2+b2 libwrap0
dovecot 'namespace inbox {
  inbox = yes
}'
behind=$port
port=$(free_port)
mkdir "$work/proxy"
chown nobody:nogroup "$work/proxy"
cat >"$work/imapproxy.conf" <<CONF
server_hostname 127.0.0.1
server_port $behind
connect_retries 3
connect_delay 1
cache_size 20
cache_expiration_time 300
listen_address 127.0.0.1
listen_port $port
proc_username nobody
proc_groupname nogroup
stat_filename $work/proxy/statistics
protocol_log_filename $work/proxy/protocol
foreground_mode yes
CONF
in_its_own_usr imapproxyd -f "$work/imapproxy.conf" -p "$work/proxy/pid"
answers

# last COMMAND…: how the last of the commands ends, after a moment in which imapproxy sees that the last client has gone.
last() {
    sleep 0.5
    imap "$@" | tail -n 1
}
imap "CREATE A" "save A 1" "save A 2" >/dev/null
same "nobody has selected anything" "$(last "FETCH 1 (UID)")" "BAD No mailbox selected"
same "one selects, and says LOGOUT" "$(last "SELECT A" LOGOUT)" "OK Completed"
same "the next has none selected" "$(last "FETCH 1 (UID)")" "BAD No mailbox selected"
same "one selects, and hangs up" "$(last "SELECT A")" "OK [READ-WRITE] Select completed"
same "the next has it selected" "$(sleep 0.5 && imap "FETCH 1 (UID)")" "* 1 FETCH (UID 1)
OK Fetch completed"
same "one turns on QRESYNC, and says LOGOUT" "$(last "ENABLE QRESYNC" LOGOUT)" "OK Completed"
same "the next is told by VANISHED" \
    "$(sleep 0.5 && imap "SELECT A" "STORE 1 +FLAGS.SILENT (\\Deleted)" EXPUNGE |
        grep -E "VANISHED|EXPUNGE$")" "* VANISHED 1"
# So many copies are more than the server has made when their client has gone.
same "one hangs up while the server is at work, and the next hears the answers" "$(python3 - "$port" <<'PYTHON'
import socket, sys, time
def session():
    line = socket.create_connection(("127.0.0.1", int(sys.argv[1]))).makefile("rwb")
    line.readline()
    return line
def ask(line, tag, command):
    line.write(f"{tag} {command}\r\n".encode()); line.flush()
    said = []
    while not said or not said[-1].startswith(tag):
        said.append(line.readline().decode())
    return said
first = session()
ask(first, "t1", "LOGIN u u")
ask(first, "t2", "SELECT A")
first.write(b"t3 COPY 1 A\r\n" * 2000); first.flush(); first.close()
# imapproxy has to see that it has gone.
time.sleep(0.3)
second = session()
heard = ask(second, "u1", "LOGIN u u") + ask(second, "u2", "NOOP")
print(any(line.startswith("t3 OK [COPYUID") for line in heard))
PYTHON
)" True

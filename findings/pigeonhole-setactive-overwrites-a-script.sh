#!/usr/bin/env bash
# Pigeonhole 0.5.19 (Dovecot 2.3.19.1, Debian 12): the first SETACTIVE of a user who has a plain ~/.dovecot.sieve overwrites
# the script of theirs that is called `dovecot.orig`.
#
# The plain script is what the server runs until then; it is moved among the ManageSieve scripts under that name, so that it
# is kept.
# Expected: a free name is taken, or SETACTIVE is refused, or says what it has done. RFC 5804 lets only PUTSCRIPT replace a
# script.
# Seen: OK, and a script that was stored under the name `dovecot.orig` is gone; GETSCRIPT returns the other one.
#
# Why it matters: SETACTIVE is not harmless where LISTSCRIPTS shows no active script. What is there before must be read
# first, and where nothing is active nothing is activated.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd,dovecot-sieve,dovecot-managesieved}=$version
managesieve=$(free_port)
dovecot "protocols = imap sieve
plugin {
  sieve = file:~/sieve;active=~/.dovecot.sieve
}
service managesieve-login {
  chroot =
  inet_listener sieve {
    port = $managesieve
  }
}"
mkdir -p "$work/home/u"
echo '# the plain one' >"$work/home/u/.dovecot.sieve"
chown -R nobody:nogroup "$work/home"

# said COMMAND…: what is answered to each command after the login; "put NAME TEXT" is a PUTSCRIPT.
said() {
    python3 - "$managesieve" "$@" <<'PYTHON'
import socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
line.settimeout(20)
line = line.makefile("rwb")
def answer():
    said = []
    while True:
        got = line.readline().decode().rstrip()
        said.append(got)
        if got.startswith(("OK", "NO", "BYE")):
            return said
answer()
for command in ['AUTHENTICATE "PLAIN" "AHUAdQ=="', *sys.argv[2:]]:
    if command.startswith("put "):
        _, name, text = command.split(" ", 2)
        command = 'PUTSCRIPT "%s" {%d+}\r\n%s' % (name, len(text), text)
    line.write(command.encode() + b"\r\n"); line.flush()
    said = answer()
    if not command.startswith("AUTHENTICATE"):
        print("\n".join(got for got in said if got))
PYTHON
}
same "before" "$(said LISTSCRIPTS 'put dovecot.orig stop;' 'GETSCRIPT "dovecot.orig"' 'put main keep;')" \
    'OK "Listscripts completed."
OK "PUTSCRIPT completed."
{5}
stop;
OK "Getscript completed."
OK "PUTSCRIPT completed."'
same "after" "$(said 'SETACTIVE "main"' 'GETSCRIPT "dovecot.orig"')" \
    'OK "Setactive completed."
{16}
# the plain one
OK "Getscript completed."'

#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12), ManageSieve: a user who has as many scripts as may be (five) cannot change any of them.
#
# Guess before the run: PUTSCRIPT of a sixth name is NO (QUOTA/MAXSCRIPTS); PUTSCRIPT of a name that is there replaces that script, which
# stays active if it is (RFC 5804 §2.6).
# Seen: both are NO (QUOTA/MAXSCRIPTS), and so is HAVESPACE for the name that is there, though nothing would be added. With four
# scripts the same is OK. CHECKSCRIPT, RENAMESCRIPT, SETACTIVE and DELETESCRIPT work as ever.
#
# Why it matters: "change the script by hand" is no way out there either, whichever program does it, before one script is deleted; a
# filter that files into a mailbox which is to go is then in nobody's power to change. Whoever stores a changed script under a new name
# of its own may be the one who fills the fifth place, and should take it away again when it is not needed.
. "$(dirname "$0")/lib.sh"
sieve=$(free_port)
services="sieve cmd=\"/usr/lib/cyrus/bin/timsieved -C $work/imapd.conf\" listen=\"127.0.0.1:$sieve\" prefork=1" cyrus
port=$sieve answers
imap "CREATE Junk" >/dev/null
# managesieve COMMAND…: what is said to each; "PUTSCRIPT name" is a script that files into Junk.
managesieve() {
    python3 - "$sieve" "$@" <<'PYTHON'
import base64, socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20).makefile("rwb")
script = b'require ["fileinto"];\r\nfileinto "Junk";\r\n'
def answer():
    said = []
    while not said or said[-1].split()[0] not in ("OK", "NO", "BYE"):
        said.append(line.readline().decode().rstrip() or "BYE")
    return said
def ask(command):
    if command.startswith(("PUTSCRIPT", "CHECKSCRIPT")):
        command += " {%d+}\r\n" % len(script) + script.decode()
    line.write(command.encode() + b"\r\n")
    line.flush()
    return answer()
answer()
ask('AUTHENTICATE "PLAIN" "%s"' % base64.b64encode(b"\0u\0u").decode())
for command in sys.argv[2:]:
    print(" ".join(word for one in ask(command) for word in one.split(' "You')[:1]))
PYTHON
}
same "four scripts, and one of them again" "$(managesieve 'PUTSCRIPT "one"' 'PUTSCRIPT "two"' 'PUTSCRIPT "three"' 'PUTSCRIPT "four"' \
    'SETACTIVE "one"' 'PUTSCRIPT "one"' | uniq -c | sed 's/^ *//')" "6 OK"
same "a fifth" "$(managesieve 'PUTSCRIPT "five"')" "OK"
same "one that is there" "$(managesieve 'PUTSCRIPT "one"' 'PUTSCRIPT "two"')" "NO (QUOTA/MAXSCRIPTS)
NO (QUOTA/MAXSCRIPTS)"
same "room for one that is there" "$(managesieve 'HAVESPACE "two" 40')" "NO (QUOTA/MAXSCRIPTS)"
same "another name, another active one, a check" "$(managesieve 'RENAMESCRIPT "two" "zwei"' 'SETACTIVE "zwei"' CHECKSCRIPT)" "OK
OK
OK"
same "one less, and one that is there" "$(managesieve 'DELETESCRIPT "five"' 'PUTSCRIPT "zwei"')" "OK
OK"
same "which is still the active one" "$(managesieve LISTSCRIPTS | grep -o '"zwei" ACTIVE')" '"zwei" ACTIVE'

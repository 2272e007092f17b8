#!/usr/bin/env bash
# GNU mailutils 3.15 (Debian 12), imap4d with mbox: while one session writes to a mailbox, others are shown its lock as a mailbox.
#
# Guess before the run: a name that ends in .lock stands in LIST for the moment of a write; STATUS of it is OK with 0 messages, and so is
# DELETE.
# Seen: with a client that saves one message after another in "Sent Items", every third LIST or so names "Sent Items.lock", as a mailbox like
# any other. STATUS and EXAMINE are OK or NO, as the lock comes and goes, and show an empty mailbox; SUBSCRIBE is OK, and the subscription
# stays when the lock is long gone. DELETE (not shown here) is OK at times, too. Now and then a second name stands beside it, with the
# host's name at its end.
#
# Why it matters: while a client saves its sent mail an account has one more mailbox, empty, of the role by its name, and gone the next
# time. It is no duplicate, nothing to subscribe, and not to be deleted: for that moment it protects the mailbox. On such a server a
# name is to be believed when it has been seen twice, some time apart, and never where it is another one's with .lock behind it.
. "$(dirname "$0")/lib.sh"
debian mailutils-imap4d=1:3.15-4 mailutils-common=1:3.15-4 libmailutils9=1:3.15-4 libgsasl18 libidn12 libntlm0 libgssglue1 \
    libmariadb3 guile-3.0-libs libgc1 libltdl7
mailutils mbox
# looks: one session saves, another one lists; what the second one is told of the lock until it has seen each of it, for two minutes at most.
looks() {
    python3 - "$port" <<'PYTHON'
import socket, sys, threading, time
class Session:
    def __init__(self):
        line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        line.settimeout(60)
        self.line = line.makefile("rwb")
        self.line.readline()
        self.ask("LOGIN u u")
    def ask(self, command, literal=b""):
        self.line.write(b"t " + command.encode() + b"\r\n" + literal); self.line.flush()
        told = []
        while True:
            got = self.line.readline().decode()
            if not got: raise SystemExit("the server hung up")
            if got.startswith("+"): continue
            told.append(got.rstrip())
            if got.startswith("t "): return told
client, other = Session(), Session()
client.ask('CREATE "Sent Items"'), client.ask('SELECT "Sent Items"')
wanted = {"listed", "STATUS OK, 0 messages", "STATUS NO", "EXAMINE OK", "SUBSCRIBE OK"}
seen, ended, end = set(), False, time.monotonic() + 120
def saves():
    message = b"From: a@example.test\r\nSubject: sent\r\n\r\nsent\r\n"
    while not ended:
        client.ask('APPEND "Sent Items" {%d}' % len(message), message + b"\r\n")
writer = threading.Thread(target=saves)
writer.start()
asked = 0
while seen != wanted and time.monotonic() < end:
    if not any(line.endswith('"Sent Items.lock"') for line in other.ask('LIST "" "*"')): continue
    seen.add("listed")
    asked += 1
    command = ("STATUS", "EXAMINE", "SUBSCRIBE")[asked % 3]
    told = other.ask(command + ' "Sent Items.lock"' + (" (MESSAGES)" if command == "STATUS" else ""))
    how = f"{command} {told[-1][2:4]}" + (", 0 messages" if told[0].endswith("(MESSAGES 0)") else "")
    seen.update({how} & wanted)
ended = True
writer.join()
print("\n".join(sorted(seen)))
PYTHON
}
same "while a client saves" "$(looks)" "EXAMINE OK
STATUS NO
STATUS OK, 0 messages
SUBSCRIBE OK
listed"
same "afterwards LIST and LSUB" "$(imap 'LIST "" "*"' 'LSUB "" "*"' | grep '^\*')" '* LIST (\NoInferiors) NIL INBOX
* LIST (\NoInferiors) "/" "Sent Items"
* LSUB () "/" "Sent Items.lock"'

#!/usr/bin/env bash
# Dovecot 2.4.1 and Cyrus 3.10.2 (Debian 13): REPLACE of a draft that somebody else has moved is OK, and then there are two drafts.
#
# REPLACE (RFC 8508) saves the new text of a draft and removes the old one in one command, so that no client has two of them.
# Guess before the run: the message is gone from the mailbox that the client has selected, so the answer is NO and nothing is saved.
# Seen: OK, with APPENDUID and an EXPUNGE, as if the old one had been replaced. The new text is in the mailbox that was to be empty, the old one
# where it was moved to. Only once the session has been told of the removal is a REPLACE by UID refused; where the mailbox is deleted
# as well, it is NO, and the client keeps its text.
#
# Why it matters: a client that has a draft open while its mailbox is merged fills the source again and leaves an old draft in the target,
# which looks like a copy that the merge made. Before DELETE of the source it is to be looked at again, and what is new there moved too;
# the two drafts differ, so neither may be taken away for the user.
. "$(dirname "$0")/lib.sh"
# two: a session with the draft open, and one that moves it meanwhile; what the first is told when it saves, before and after a NOOP.
two() {
    python3 - "$port" <<'PYTHON'
import re, socket, sys
class Session:
    def __init__(self):
        line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
        line.settimeout(20)
        self.line = line.makefile("rwb")
        self.line.readline()
        self.ask("LOGIN u u")
    def ask(self, command, text=None):
        if text is not None:
            literal = f"From: a@example.test\r\nMessage-ID: <draft@example.test>\r\nSubject: {text}\r\n\r\n{text}\r\n".encode()
            command += " {%d}" % len(literal)
        self.line.write(b"t " + command.encode() + b"\r\n"); self.line.flush()
        self.told = ""
        while True:
            got = self.line.readline().decode()
            self.told += got
            if got.startswith("+"):
                self.line.write(literal + b"\r\n"); self.line.flush()
            elif got.startswith("t "):
                return got[2:4]
            elif not got:
                raise SystemExit("the server hung up")
client, merge = Session(), Session()
merge.ask("CREATE Drafts"), merge.ask("CREATE Brouillons")
client.ask(r"APPEND Brouillons (\Draft)", "old")
client.ask("SELECT Brouillons")
merge.ask("SELECT Brouillons"), merge.ask("UID MOVE 1 Drafts"), merge.ask("UNSELECT")
print("UID REPLACE", client.ask(r"UID REPLACE 1 Brouillons (\Draft)", "new"), *re.findall("APPENDUID|1 EXPUNGE", client.told))
client.ask("NOOP")
print("and again", client.ask(r"UID REPLACE 1 Brouillons (\Draft)", "newer"))
merge.ask("SELECT Brouillons"), merge.ask("UID MOVE 1:* Drafts"), merge.ask("UNSELECT"), merge.ask("DELETE Brouillons")
print("deleted", client.ask(r"UID REPLACE 2 Brouillons (\Draft)", "newest"))
PYTHON
}
in_drafts() {
    imap "EXAMINE Drafts" "FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]" | sed -n 's/^Subject: //p' | paste -sd ' '
}
said="UID REPLACE OK APPENDUID 1 EXPUNGE
and again NO
deleted NO"
echo "== Dovecot"
dovecot24
same "the session with the draft" "$(two)" "$said"
same "Drafts has" "$(in_drafts)" "old new"
stop
rm -rf "$work/root" "$work/apt"
echo "== Cyrus"
cyrus310
same "the session with the draft" "$(two)" "$said"
same "Drafts has" "$(in_drafts)" "old new"

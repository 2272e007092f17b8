#!/usr/bin/env bash
# mcp-email-server 1.13.3 (PyPI, mail for AI agents) on Dovecot 2.3.19.1: it looks for Sent by names, for Drafts only by a mark.
#
# Guess before the run: for each role the marked mailbox, of two the first, and where none is marked the English names.
# Seen: so it is for sent (an unmarked "Sent Items" will do), archive and junk. A draft is saved only where exactly one mailbox
# is marked \Drafts: with none, although one is named Drafts, and with two it is refused. Deleting asks for no Trash: the
# message is gone. It makes no mailbox: where none is found, sent mail is kept nowhere, and that is said only in passing.
#
# Why it matters: two marked mailboxes are a matter of taste to most clients (the first, the last, the first by name); here the
# second mark takes a function away, and so does a merge that ends with none marked. What decides is the mark, not the name.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q --disable-pip-version-check install mcp-email-server==1.13.3 || fail "pip install"
# Takes any mail and keeps none.
cat >"$work/smtp.py" <<'PYTHON'
import socketserver, sys
class Session(socketserver.StreamRequestHandler):
    def handle(self):
        said = b"220 here"
        while said:
            self.wfile.write(said + b"\r\n")
            word = self.rfile.readline().split()[:1] or [b"QUIT"]
            said = {b"EHLO": b"250-here\r\n250 AUTH PLAIN", b"AUTH": b"235 ok", b"DATA": b"354 go", b"QUIT": b""}.get(word[0].upper(), b"250 ok")
            if said.startswith(b"354"):
                self.wfile.write(said + b"\r\n")
                while self.rfile.readline() not in (b".\r\n", b""): pass
                said = b"250 ok"
class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
Server(("127.0.0.1", int(sys.argv[1])), Session).serve_forever()
PYTHON
# acts TOOL ARGUMENTS: the agent's tool, and in which mailboxes (their counts) a message has arrived or gone.
acts() {
    local before
    before=$(counts)
    env HOME="$work" MCP_EMAIL_SERVER_CONFIG_PATH="$work/none.toml" MCP_EMAIL_SERVER_EMAIL_ADDRESS=u@example.test \
        MCP_EMAIL_SERVER_USER_NAME=u MCP_EMAIL_SERVER_PASSWORD=u MCP_EMAIL_SERVER_IMAP_HOST=127.0.0.1 \
        MCP_EMAIL_SERVER_IMAP_PORT="$port" MCP_EMAIL_SERVER_IMAP_SSL=false MCP_EMAIL_SERVER_SMTP_HOST=127.0.0.1 \
        MCP_EMAIL_SERVER_SMTP_PORT="$smtp" MCP_EMAIL_SERVER_SMTP_SSL=false MCP_EMAIL_SERVER_SMTP_START_SSL=false \
        MCP_EMAIL_SERVER_ALLOWED_RECIPIENTS=b@example.test \
        MCP_EMAIL_SERVER_ALLOWED_MUTATIONS=draft,organize,delete,send,append \
        python3 - "$work/venv/bin/mcp-email-server" "$1" "$2" <<'PYTHON'
import json, subprocess, sys
agent = subprocess.Popen([sys.argv[1], "stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
def tell(**what):
    agent.stdin.write(json.dumps({"jsonrpc": "2.0", **what}) + "\n"); agent.stdin.flush()
    while "id" in what:
        answer = json.loads(agent.stdout.readline())
        if answer.get("id") == what["id"]: return answer
tell(id=1, method="initialize", params={"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}})
tell(method="notifications/initialized")
arguments = {"account_name": "default"} | json.loads(sys.argv[3])
told = tell(id=2, method="tools/call", params={"name": sys.argv[2], "arguments": arguments})
print("refused" if told["result"].get("isError") else "done", end=": ")
agent.kill()
PYTHON
    diff <(echo "$before") <(counts) | sed -n 's/^[<>] //p' | paste -s -d '|' | sed 's/^$/no change/'
}
counts() {
    imap 'LIST "" "*" RETURN (STATUS (MESSAGES))' | sed -nE 's/^\* STATUS (.*) \(MESSAGES (.*)\)/\1 \2/p' | LC_ALL=C sort
}
# with MARKED…: a server that marks these mailboxes \Drafts, with them and a Drafts, an INBOX with one message, and Sent Items.
with() {
    local name lines=()
    for name in "$@"; do lines+=("mailbox $name {
    special_use = \\Drafts
    auto = create
  }"); done
    stop
    dovecot "namespace inbox {
  inbox = yes
  $(printf '%s\n' "${lines[@]}")
}"
    local imap=$port
    serves python3 "$work/smtp.py"
    smtp=$port port=$imap
    imap "CREATE Drafts" 'CREATE "Sent Items"' "CREATE Trash" "save INBOX 1" >/dev/null
}
draft='{"subject": "d", "body": "d", "recipients": ["b@example.test"]}'
with
same "none is marked, a draft" "$(acts save_draft "$draft")" "refused: no change"
same "sent mail" "$(acts send_email "$draft")" 'done: "Sent Items" 0|"Sent Items" 1'
same "a message is deleted" "$(acts delete_emails '{"email_ids": ["1"]}')" "done: INBOX 1|INBOX 0"
with Brouillons
same "one is marked, a draft" "$(acts save_draft "$draft")" "done: Brouillons 0|Brouillons 1"
with Brouillons Drafts
same "two are marked, a draft" "$(acts save_draft "$draft")" "refused: no change"
imap 'RENAME "Sent Items" Elsewhere' >/dev/null
same "no mailbox for sent mail" "$(acts send_email "$draft")" "done: no change"

#!/usr/bin/env bash
# Python's imaplib (3.11) and aioimaplib 2.0.3 (PyPI) on Dovecot 2.3.19.1: what is done to "Sent Items" is done to Sent.
#
# Guess before the run: both send the name as it is, without quotes, and Dovecot answers BAD, as Cyrus and mailutils do.
# Seen: both do, and Dovecot takes the first words and drops the rest: SELECT, COPY and MOVE of "Sent Items" go to Sent, rename("Sent
# Items", "Sent") makes Sent a mailbox called Items, and delete("Sent Items") deletes Sent with all its mail. Each says OK.
# Only STATUS, whose second word must be a list, is BAD.
#
# Why it matters: merging "Sent Items" into Sent is what people write twenty lines of Python for before they look for a tool, and
# these lines destroy the mailbox that was to be kept. An account with an "Items", "Messages" or "Mail" and without its Sent
# has seen one. Names must be sent as quoted strings or literals, and a name that LIST shows is to be tested by STATUS.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q --disable-pip-version-check install aioimaplib==2.0.3 || fail "pip install"
dovecot 'namespace inbox {
  inbox = yes
}'
# done_by LIBRARY METHOD ARGUMENT…: the call, and how it ends.
done_by() {
    "$work/venv/bin/python" - "$port" "$@" <<'PYTHON'
import asyncio, imaplib, re, sys
port, library, method, *rest = sys.argv[1:]
async def asked():
    import aioimaplib
    client = aioimaplib.IMAP4("127.0.0.1", int(port))
    await client.wait_hello_from_server()
    await client.login("u", "u")
    answer = await getattr(client, method)(*rest)
    return answer.result, answer.lines
def told():
    client = imaplib.IMAP4("127.0.0.1", int(port))
    client.login("u", "u")
    if method == "uid":
        client.select()
    return getattr(client, method)(*rest)
try:
    word, lines = asyncio.run(asked()) if library == "aioimaplib" else told()
    lines = [line.decode() if isinstance(line, bytes) else line for line in lines]
    print(word, re.sub(r" \(\d.*secs\)\.?$", "", lines[-1] or ""))
except imaplib.IMAP4.error as error:
    print("error", re.sub(r".*(BAD).*IMAP command (.*) \(\d.*", r"\1 \2", str(error)))
PYTHON
}
held() {
    imap 'LIST "" "*" RETURN (STATUS (MESSAGES))' | sed -n 's/^\* STATUS //p' | LC_ALL=C sort
}
# begins: an account with two messages in Sent, one in "Sent Items" and three in INBOX.
begins() {
    local name
    for name in Sent '"Sent Items"' Items; do imap "DELETE $name" >/dev/null; done
    imap "CREATE Sent" 'CREATE "Sent Items"' "save Sent 1" "save Sent 2" 'save "Sent Items" 3' "SELECT INBOX" \
        "UID STORE 1:* +FLAGS (\\Deleted)" EXPUNGE "save INBOX 4" >/dev/null
}
for library in imaplib aioimaplib; do
    begins
    echo "== $library"
    same "at first" "$(held)" '"Sent Items" (MESSAGES 1)
INBOX (MESSAGES 1)
Sent (MESSAGES 2)'
    same "select" "$(done_by $library select "Sent Items" | cut -d ' ' -f 1)" OK
    same "rename" "$(done_by $library rename "Sent Items" Sent)" "OK Rename completed"
    same "there are now" "$(held)" '"Sent Items" (MESSAGES 1)
INBOX (MESSAGES 1)
Items (MESSAGES 2)'
    begins
    same "delete" "$(done_by $library delete "Sent Items")" "OK Delete completed"
    same "there are now" "$(held)" '"Sent Items" (MESSAGES 1)
INBOX (MESSAGES 1)'
done
begins
same "imaplib's MOVE to \"Sent Items\"" "$(done_by imaplib uid MOVE '*' "Sent Items" | cut -d ' ' -f 1)" OK
same "there are now" "$(held)" '"Sent Items" (MESSAGES 1)
INBOX (MESSAGES 0)
Sent (MESSAGES 3)'
same "imaplib's STATUS" "$(done_by imaplib status "Sent Items" "(MESSAGES)")" "error BAD STATUS: Invalid arguments"

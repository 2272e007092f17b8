#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12): JMAP gives a role to a second mailbox, which IMAP refuses, and deletes one that IMAP keeps.
#
# Guess before the run: `Mailbox/set` with a role that another mailbox has is refused as invalidProperties (RFC 8621 §2: no two
# mailboxes of an account have the same role), as CREATE with USE and SETMETADATA are.
# Seen: it is done, and from then on LIST shows two \Sent. IMAP goes on refusing a third, and each of the two may be cleared by
# SETMETADATA. Neither can be deleted by IMAP while it is marked ("SPECIAL-USE flag conflict"); JMAP destroys it, mark and all.
#
# Why it matters: "one mailbox a role" is not what this server holds to but what its IMAP side does: two marks are a split role like
# any other, and clearing the one must not count on the other being refused. A marked mailbox that is gone the next
# time was no error of the listing.
. "$(dirname "$0")/lib.sh"
debian cyrus-caldav=3.6.1-4+deb12u5 libbrotli1 libnghttp2-14 libshp2 libzstd1
http=$(free_port)
services="http cmd=\"/usr/lib/cyrus/bin/httpd -C $work/imapd.conf\" listen=\"127.0.0.1:$http\" prefork=1" \
    cyrus "httpmodules: jmap" "conversations: 1" "httpallowcompress: no"
port=$http answers
# jmap WHAT: `Mailbox/set` with this, and what it says of each mailbox.
jmap() {
    python3 - "$http" "$1" <<'PYTHON'
import base64, json, sys, urllib.request
asked = {
    "using": ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"],
    "methodCalls": [["Mailbox/set", json.loads(sys.argv[2]), "0"]],
}
request = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/jmap/", json.dumps(asked).encode(), {
    "Content-Type": "application/json", "Authorization": "Basic " + base64.b64encode(b"u:u").decode()})
said = json.load(urllib.request.urlopen(request, timeout=20))["methodResponses"][0][1]
print(*(word for word in ("updated", "notUpdated", "destroyed", "notDestroyed") if said.get(word)))
PYTHON
}
id() {
    imap "STATUS \"$1\" (MAILBOXID)" | sed -n 's/.*MAILBOXID (\(.*\))).*/\1/p'
}
marked() {
    imap 'LIST (SPECIAL-USE) "" "*"' | sed -nE 's/^\* LIST \((.*)\) "\/" (.*)/\2 \1/p' | sed -E 's/\\Has[A-Za-z]* ?//; s/\\Subscribed ?//' |
        LC_ALL=C sort
}
imap 'CREATE Sent (USE (\Sent))' 'CREATE "Sent Items"' "CREATE Third" >/dev/null
same "marked is" "$(marked)" 'Sent \Sent'
mark='"/private/specialuse" "\\Sent"'
same "IMAP marks no second one" "$(imap "SETMETADATA \"Sent Items\" ($mark)" | cut -c 1-2)" "NO"
same "JMAP does" "$(jmap "{\"update\":{\"$(id "Sent Items")\":{\"role\":\"sent\"}}}")" "updated"
same "marked are" "$(marked)" '"Sent Items" \Sent
Sent \Sent'
same "IMAP marks no third one" "$(imap "SETMETADATA Third ($mark)" | cut -c 1-2)" "NO"
same "IMAP deletes neither" "$(imap "DELETE Sent" 'DELETE "Sent Items"')" "NO SPECIAL-USE flag conflict
NO SPECIAL-USE flag conflict"
same "IMAP clears one" "$(imap 'SETMETADATA "Sent Items" ("/private/specialuse" NIL)')" "OK Completed"
same "marked is" "$(marked)" 'Sent \Sent'
same "JMAP destroys the other" "$(jmap "{\"destroy\":[\"$(id Sent)\"]}")" "destroyed"
same "marked is none" "$(marked)" ""

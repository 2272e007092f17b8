#!/usr/bin/env bash
# node-imap 0.8.19 (npm `imap`): of the special uses that a mailbox is marked with it tells one, the last.
#
# Guess before the run: it tells the first mark, so that a mailbox with \All and \Archive is \All.
# Seen: \Archive, and \Sent of a mailbox that is \Important and \Sent; the order is the server's. All the marks are in
# `attribs` still, but `special_use_attrib` is what programs look at. Two mailboxes that are marked \Sent both say so.
#
# Why it matters: RFC 6154 lets a mailbox have several uses, and servers give the one that shows all mail the archive's mark as
# well. Programs on this library then file into All Mail, where moving a message to the archive does nothing; and a mark that
# is added to a mailbox may hide, from them, the one that it had.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
(cd "$work" && npm install --silent --no-audit --no-fund imap@0.8.19 >/dev/null) || fail "npm install"
cat >"$work/uses.js" <<'JS'
const Connection = require("imap");
const line = new Connection({ user: "u", password: "u", host: "127.0.0.1", port: Number(process.argv[2]), tls: false });
line.once("ready", () => line.getBoxes((error, boxes) => {
    if (error) throw error;
    for (const name of Object.keys(boxes).sort()) {
        if (name !== "INBOX") console.log(name, boxes[name].special_use_attrib);
    }
    line.end();
}));
line.connect();
JS
marked() {
    printf 'namespace inbox {\n  inbox = yes\n'
    while [ $# != 0 ]; do
        printf '  mailbox "%s" {\n    auto = create\n    special_use = %s\n  }\n' "$1" "$2"
        shift 2
    done
    printf '}\n'
}
dovecot "$(marked Everything '\All \Archive' Both '\Important \Sent' Sent '\Sent')"
same "the server marks" "$(imap 'LIST "" "*"' | sed -nE 's/.*LIST \(\\HasNoChildren (.*)\) "\/" (.*)/\2 \1/p' | LC_ALL=C sort)" \
    'Both \Important \Sent
Everything \All \Archive
Sent \Sent'
same "the library tells" "$(cd "$work" && node uses.js "$port")" 'Both \Sent
Everything \Archive
Sent \Sent'

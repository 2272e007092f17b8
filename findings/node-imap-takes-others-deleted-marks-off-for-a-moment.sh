#!/usr/bin/env bash
# node-imap 0.8.19 (npm `imap`) on GNU mailutils 3.15: to move one message it takes the \Deleted marks off all others, and sets them again.
#
# Guess before the run: where there is neither MOVE nor UIDPLUS, move() is COPY, STORE and EXPUNGE, and whatever is marked \Deleted goes
# along.
# Seen: nothing goes along. It searches for what is marked, takes these marks off, marks its own message, sends EXPUNGE, and sets them
# again: six commands, between the third and the last of which no message of the mailbox is marked but its own. Where the line is
# cut in between they stay off.
#
# Why it matters: "nothing is marked \Deleted here" may be true for a moment only. Who looks in that moment takes mail that somebody has
# deleted for mail to be kept, and merges it, unmarked, into Sent. Before anything is moved on a server without UIDPLUS the marks are
# to be looked at twice, some time apart; and in a mailbox where mail that was deleted is back, this may be why.
. "$(dirname "$0")/lib.sh"
debian mailutils-imap4d=1:3.15-4 mailutils-common=1:3.15-4 libmailutils9=1:3.15-4 libgsasl18 libidn12 libntlm0 libgssglue1 libmariadb3 \
    guile-3.0-libs libgc1 libltdl7
mailutils maildir
imap "CREATE Sent" 'CREATE "Sent Items"' 'save "Sent Items" 1' 'save "Sent Items" 2' 'save "Sent Items" 3' 'SELECT "Sent Items"' \
    'STORE 2:3 +FLAGS.SILENT (\Deleted)' >/dev/null
(cd "$work" && npm install --silent --no-audit --no-fund imap@0.8.19 >/dev/null) || fail "npm install"
cat >"$work/move.js" <<'JS'
const Imap = require("imap");
const sent = [];
const line = new Imap({
    host: "127.0.0.1", port: Number(process.argv[2]), user: "u", password: "u", autotls: "never",
    debug: (said) => said.startsWith("=> ") && sent.push(said.replace(/^=> '\w+ |'$/g, "").replace(/\\\\/g, "\\")),
});
line.once("ready", () => line.openBox("Sent Items", (error) => {
    if (error) throw error;
    sent.length = 0;
    line.move(1, "Sent", (error) => {
        console.log([...sent, error ? error.message : "moved"].join("\n"));
        line.end();
    });
}));
line.connect();
JS
same "move" "$(cd "$work" && timeout 60 node move.js "$port")" 'UID COPY 1 "Sent"
UID SEARCH DELETED
UID STORE 2,3 -FLAGS.SILENT (\Deleted)
UID STORE 1 +FLAGS.SILENT (\Deleted)
EXPUNGE
UID STORE 2,3 +FLAGS.SILENT (\Deleted)
moved'
flags() {
    imap "EXAMINE \"$1\"" "UID FETCH 1:* (FLAGS)" | sed -nE 's/.*FETCH \(UID ([0-9]+) FLAGS \((.*)\)\)/\1 \2/p'
}
same "Sent Items has" "$(flags "Sent Items")" '2 \Deleted
3 \Deleted'
same "Sent has" "$(flags Sent)" '1 '

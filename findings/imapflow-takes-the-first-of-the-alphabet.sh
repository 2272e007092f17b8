#!/usr/bin/env bash
# ImapFlow 1.0.188 (npm): where no mailbox is marked, the first known name of the alphabet plays the role, at any depth.
#
# Guess before the run: of several known names the first that LIST gives.
# Seen: "Elementos enviados" before "Sent", "Deleted Items" before "Trash", and Drafts is "2019/Drafts", though "Drafts"
# lies at the top, in whichever order LIST gives them. One mailbox a role; of two that are marked \Sent the second gets none.
#
# Why it matters: which of several mailboxes programs built on it (mail APIs, desktop clients) write to depends on
# names that the user does not look at. Merging into the one that other clients use moves ImapFlow along only if the other is
# removed, or the kept one is marked.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
(cd "$work" && npm install --silent --no-audit --no-fund imapflow@1.0.188 >/dev/null) || fail "npm install"
cat >"$work/roles.js" <<'JS'
const { ImapFlow } = require("imapflow");
(async () => {
    const line = new ImapFlow({
        host: "127.0.0.1", port: Number(process.argv[2]), secure: false, doSTARTTLS: false, logger: false,
        auth: { user: "u", pass: "u" },
    });
    await line.connect();
    for (const box of await line.list()) {
        if (box.specialUse && box.path !== "INBOX") console.log(box.specialUse, box.path);
    }
    await line.logout();
})();
JS
roles() {
    (cd "$work" && node roles.js "$port" | LC_ALL=C sort)
}
names=(Sent '"Elementos enviados"' Trash '"Deleted Items"' Drafts 2019/Drafts)
# LIST gives them in the order in which they were made, or the other way round.
for way in "0 1 2 3 4 5" "5 4 3 2 1 0"; do
    dovecot 'namespace inbox {
  inbox = yes
}'
    for at in $way; do imap "CREATE ${names[$at]}" >/dev/null; done
    imap 'LIST "" "*"' | sed -n 's/.*"\/" /    /p'
    same "nothing is marked" "$(roles)" '\Drafts 2019/Drafts
\Sent Elementos enviados
\Trash Deleted Items'
    stop
done
dovecot 'namespace inbox {
  inbox = yes
  mailbox Sent {
    special_use = \Sent
    auto = create
  }
  mailbox "Sent Items" {
    special_use = \Sent
    auto = create
  }
}'
same "both are marked" "$(imap 'LIST "" "*"' | grep -c '\\Sent')" 2
same "one of them counts" "$(roles)" '\Sent Sent'

#!/usr/bin/env bash
# ImapFlow 1.0.188 and 2.10.2 (npm): where no mailbox is marked, the first known name of the alphabet plays the role; with 1.0.188 at
# any depth.
#
# Guess before the run: of several known names the first that LIST gives; with 2.10.2 as with 1.0.188.
# Seen: "Elementos enviados" before "Sent" and "Deleted Items" before "Trash", in whichever order LIST gives them. With 1.0.188 Drafts
# is "2019/Drafts", though "Drafts" lies at the top; 2.10.2 takes that one. One mailbox a role; of two that are marked \Sent the second
# gets none.
#
# Why it matters: which of several mailboxes programs built on it (mail APIs, desktop clients) write to depends on
# names that the user does not look at. Merging into the one that other clients use moves ImapFlow along only if the other is
# removed, or the kept one is marked. Two programs with the same library may save drafts in two mailboxes of one account.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
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
for version_and_drafts in "1.0.188 2019/Drafts" "2.10.2 Drafts"; do
    read -r version drafts <<<"$version_and_drafts"
    echo "== $version"
    (cd "$work" && rm -rf node_modules && npm install --silent --no-audit --no-fund "imapflow@$version" >/dev/null) || fail "npm install"
    # LIST gives them in the order in which they were made, or the other way round.
    for way in "0 1 2 3 4 5" "5 4 3 2 1 0"; do
        dovecot 'namespace inbox {
  inbox = yes
}'
        for at in $way; do imap "CREATE ${names[$at]}" >/dev/null; done
        imap 'LIST "" "*"' | sed -n 's/.*"\/" /    /p'
        same "nothing is marked" "$(roles)" "\Drafts $drafts
\Sent Elementos enviados
\Trash Deleted Items"
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
    stop
done

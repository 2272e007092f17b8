#!/usr/bin/env bash
# OfflineIMAP 8.0.0 (Debian 12's offlineimap3): a mailbox that was merged away on the server comes back, with all its mail.
#
# Guess before the run: it makes the mailbox again (that is its default), finds it empty, and removes its own copies, since
# they were on both sides before.
# Seen: it makes the mailbox again and uploads every copy that it has. What another client has moved to Sent is now in
# both: doubled. Only then does it notice the new UIDVALIDITY, exits with 2, and skips that mailbox from then on.
#
# Why it matters: whoever merges "Sent Items" into Sent and removes it, by whatever client, has three copies more in the
# account after the next run of OfflineIMAP, and the mailbox is there again. It must be taken out of OfflineIMAP's folders
# (`folderfilter`), or `createfolders = False` set, before.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version offlineimap3=0.0~git20211018.e64c254+dfsg-2
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q --disable-pip-version-check install imaplib2==3.6 distro==1.9.0 || fail "pip install"
dovecot 'namespace inbox {
  inbox = yes
}'
cat >"$work/rc" <<RC
[general]
accounts = a
metadata = $work/metadata
[Account a]
localrepository = near
remoterepository = far
[Repository near]
type = Maildir
localfolders = $work/near
[Repository far]
type = IMAP
remotehost = 127.0.0.1
remoteport = $port
remoteuser = u
remotepass = u
ssl = no
starttls = no
RC
synced() {
    local status=0
    HOME=$work PYTHONPATH=$work/root/usr/share/offlineimap3 "$work/venv/bin/python" \
        -c 'from offlineimap import OfflineImap; OfflineImap().run()' -c "$work/rc" -o -u quiet >"$work/said" 2>&1 || status=$?
    echo "exit $status"
}
counts() {
    imap "STATUS Sent (MESSAGES)" "STATUS \"Sent Items\" (MESSAGES)"
}
imap "CREATE Sent" "CREATE \"Sent Items\"" "save Sent 1" 'save "Sent Items" 2' 'save "Sent Items" 3' 'save "Sent Items" 4' >/dev/null
same "first run" "$(synced)" "exit 0"
imap 'SELECT "Sent Items"' "UID MOVE 1:* Sent" UNSELECT 'DELETE "Sent Items"' >/dev/null
same "another client has merged" "$(counts)" '* STATUS Sent (MESSAGES 4)
OK Status completed
NO Mailbox doesn'"'"'t exist: Sent Items'
sleep 1.1
same "second run" "$(synced)" "exit 2"
same "all three are there twice" "$(counts)" '* STATUS Sent (MESSAGES 4)
OK Status completed
* STATUS "Sent Items" (MESSAGES 3)
OK Status completed'

#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12): a mailbox with the annotation /vendor/cmu/cyrus-imapd/expire loses what is moved in the same night.
#
# Guess before the run: only an administrator sets the annotation, mailboxes below inherit it, and age is counted by
# INTERNALDATE.
# Seen: the user sets it like any other (METADATA, RFC 5464), a mailbox below does not inherit it, RENAME takes it along, and
# age is INTERNALDATE: a message of 2020 that was moved into a mailbox of three days a moment ago is gone at the next cyr_expire.
#
# Why it matters: Dovecot's autoexpunge counts from when a message came into the mailbox; here merging "Spam" into Junk is
# merging it into nothing. But unlike there it can be asked for beforehand, with GETMETADATA, and counted:
# whatever is older than that many days will go, and no undo brings it back.
. "$(dirname "$0")/lib.sh"
cyrus
expire=/shared/vendor/cmu/cyrus-imapd/expire
same "the user sets it" "$(imap "CREATE Junk" "CREATE Junk/Old" "SETMETADATA Junk ($expire \"3\")" | tail -n 1)" "OK Completed"
same "and may ask for it" "$(imap "GETMETADATA Junk ($expire)" "GETMETADATA Junk/Old ($expire)" | grep '^\*')" \
    "* METADATA Junk (\"$expire\" \"3\")
* METADATA Junk/Old (\"$expire\" NIL)"
imap "CREATE Spam" "dated Spam 1" "dated Spam 2" "dated Junk/Old 3" "save Junk 4" "SELECT Spam" "UID MOVE 1:* Junk" >/dev/null
counts() {
    imap "STATUS Junk (MESSAGES)" "STATUS Junk/Old (MESSAGES)" | grep '^\*'
}
same "moved a moment ago" "$(counts)" '* STATUS Junk (MESSAGES 3)
* STATUS Junk/Old (MESSAGES 1)'
# What a Cyrus server runs each night.
with_its_usr setpriv --reuid=nobody --regid=nogroup --clear-groups \
    /usr/lib/cyrus/bin/cyr_expire -C "$work/imapd.conf" -E 3
same "gone in the night" "$(counts)" '* STATUS Junk (MESSAGES 1)
* STATUS Junk/Old (MESSAGES 1)'
same "RENAME takes it along" "$(imap "RENAME Junk Bulk" "GETMETADATA Bulk ($expire)" | grep METADATA)" \
    "* METADATA Bulk (\"$expire\" \"3\")"

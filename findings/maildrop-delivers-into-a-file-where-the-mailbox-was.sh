#!/usr/bin/env bash
# maildrop 2.9.3 (Debian 12) beside Dovecot 2.3.19.1: a rule that files into a Maildir which is gone makes an mbox file of its name.
#
# Guess before the run: maildrop ends with 75 ("try again later"), and the mail waits in the queue.
# Seen: so it does where the rule's path ends with a slash. Without one (`to "Maildir/.Spam"`, which serves as well while
# the mailbox is there) it ends with 0 and has written a file Maildir/.Spam. No client sees that mail: LIST does not
# name it. From then on no mailbox of this name can be had: CREATE, and RENAME of another one to it, are NO [SERVERBUG].
#
# Why it matters: what is filed into a merged-away mailbox by a rule that IMAP and ManageSieve do not show is not
# in INBOX, not in the queue and not in any mailbox. And undo, which would rename or make the mailbox again, is refused as
# soon as one message was filed. [SERVERBUG] at a name that LIST does not have means: something that is no
# mailbox lies there, ask who administers the server; it is no passing failure, and trying again does not help.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version maildrop=2.9.3-2.1 libcourier-unicode4 courier-authlib libgamin0 libidn12 \
    libltdl7
dovecot 'mail_location = maildir:~/Maildir
namespace inbox {
  inbox = yes
}'
home=$work/home/u
# filed PATH: a message for the rule `to "PATH"`, and how maildrop ends.
filed() {
    local status=0
    printf 'to "%s"\n' "$1" >"$home/.mailfilter"
    chmod 600 "$home/.mailfilter"
    chown nobody:nogroup "$home/.mailfilter"
    (cd "$home" && printf 'From: a@example.test\nSubject: 1\n\n1\n' |
        with_its_usr setpriv --reuid=nobody --regid=nogroup --clear-groups \
            env -i PATH=/usr/bin "HOME=$home" "LD_LIBRARY_PATH=/usr/lib/$(uname -m)-linux-gnu:/usr/lib/courier-authlib" \
            maildrop .mailfilter 2>/dev/null) || status=$?
    echo "exit $status"
}
names() {
    imap 'LIST "" "*"' | sed -n 's/.*"\." //p' | LC_ALL=C sort | paste -s -d ' '
}
imap "CREATE Spam" "CREATE Junk" >/dev/null
same "filed while it is there" "$(filed Maildir/.Spam)" "exit 0"
same "it has arrived" "$(imap "STATUS Spam (MESSAGES)" | sed -n 1p)" "* STATUS Spam (MESSAGES 1)"
same "merged away by another client" "$(imap "SELECT Spam" "UID MOVE 1 Junk" UNSELECT "DELETE Spam" | tail -n 1)" "OK Delete completed"
same "filed with a slash at the end" "$(filed Maildir/.Spam/)" "exit 75"
same "filed without" "$(filed Maildir/.Spam)" "exit 0"
same "what is there" "$(stat -c %F "$home/Maildir/.Spam") with $(grep -c '^From ' "$home/Maildir/.Spam") message" "regular file with 1 message"
same "LIST" "$(names)" "INBOX Junk"
same "INBOX has nothing either" "$(imap "STATUS INBOX (MESSAGES)" | sed -n 1p)" "* STATUS INBOX (MESSAGES 0)"
for command in "CREATE Spam" "RENAME Junk Spam"; do
    same "$command" "$(imap "$command" | grep -o 'NO \[SERVERBUG\] Internal error occurred')" \
        "NO [SERVERBUG] Internal error occurred"
done

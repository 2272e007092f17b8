#!/usr/bin/env bash
# GNU mailutils 3.15's `sieve` (Debian 12) on a mailbox of Dovecot 2.3.19.1: `fileinto "Junk"` takes the mail off the server.
#
# Guess before the run: the name is that of a mailbox of the account that is being filtered, as it is for a server's own Sieve; flags,
# keyword and date go along.
# Seen: it is a file, in mbox format, in the folder where the program was started; Junk on the server stays empty, INBOX has lost the mail,
# and the exit status is 0. Flags and keyword are lost. Only a whole address (imap://…/Junk) stays on the server, and there
# flags, keyword and INTERNALDATE are lost. What others have marked \Deleted is filed as well, without the mark.
#
# Why it matters: such a script is run from a crontab, with rules that look like those of the server, and no list of filters names it. Which
# mailbox it fills shows on no server, a merge cannot change it, and mail that somebody misses in Junk was never there.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version mailutils=1:3.15-4 mailutils-common=1:3.15-4 libmailutils9=1:3.15-4 \
    libgsasl18 libidn12 libntlm0 libgssglue1 libmariadb3 guile-3.0-libs libgc1 libltdl7
dovecot 'namespace inbox {
  inbox = yes
}'
imap "CREATE Junk" >/dev/null
# filtered NAME: INBOX gets two messages that are spam and one that is not, and is filtered into NAME.
filtered() {
    imap "dated INBOX spam" "save INBOX ham" "save INBOX spam" "SELECT INBOX" 'STORE 1 +FLAGS.SILENT (\Flagged word)' \
        'STORE 3 +FLAGS.SILENT (\Deleted)' >/dev/null
    echo "require [\"fileinto\"]; if header :is \"Subject\" \"spam\" { fileinto \"$1\"; }" >"$work/script"
    local status=0
    (cd "$work" && with_its_usr env "HOME=$work" timeout 60 sieve --no-config --mbox-url="imap://u:u@127.0.0.1:$port/INBOX;AUTH=*" \
        "$work/script" >"$work/said" 2>&1) || status=$?
    echo "exit $status"
}
# has BOX: what each message is about, its flags, and the year that it has.
has() {
    imap "EXAMINE $1" "UID FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[HEADER.FIELDS (SUBJECT)])" |
        sed -nE 's/.* FLAGS \((.*)\) INTERNALDATE "..-...-(....) .*/\2 \1/p; s/^Subject: //p' | paste -d ' ' - - |
        sed -E "s/^2020/then/; s/^20../now/; s/ +/ /g"
}
same "fileinto a name" "$(filtered Junk)" "exit 0"
same "INBOX has" "$(has INBOX)" "now ham"
same "Junk has" "$(has Junk)" ""
same "a file has" "$(grep -E '^(Subject|Status|X-Status|X-Keywords):' "$work/Junk")" "Subject: spam
Subject: spam"
imap "SELECT INBOX" 'STORE 1 +FLAGS.SILENT (\Deleted)' EXPUNGE >/dev/null
same "fileinto an address" "$(filtered "imap://u:u@127.0.0.1:$port/Junk")" "exit 0"
same "INBOX has" "$(has INBOX)" "now ham"
same "Junk has" "$(has Junk)" "now spam
now spam"

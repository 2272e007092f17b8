#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) and 2.4.1 (Debian 13) with mbox: MOVE out of a mailbox that it may only read is OK, with COPYUID, and is a copy.
#
# Guess before the run: NO, and nothing is copied (RFC 6851 §3.3: it is as if the message were stored, marked and expunged, all or none).
# Seen: a file without the right to write it, or one that is compressed (plugin zlib), opens with [READ-ONLY] and no PERMANENTFLAGS. MOVE
# says "Moved UIDs" and OK, no EXPUNGE comes, and the message is in both mailboxes; once more, and there are two in the target. STORE of
# \Deleted and EXPUNGE are OK and do nothing. DELETE is NO "New mails were added to mailbox during deletion", which is not so. RENAME is
# OK; a compressed one whose new name does not end in .gz cannot be opened until it has its old name back.
#
# Why it matters: archives of past years are kept like that. OK and COPYUID of a MOVE do not say that the source is one less; only
# a look at the source does, or the EXPUNGE that did not come, and whoever repeats the MOVE because the message is still there
# doubles the mail each time. [READ-ONLY] in the answer to SELECT is the word to stop at before the first one.
. "$(dirname "$0")/lib.sh"
counts() {
    local box
    for box in "$@"; do imap "STATUS $box (MESSAGES)"; done | sed -nE 's/.*STATUS (.*) \(MESSAGES (.*)\)/\1 \2/p' | paste -sd ,
}
# moves BOX: its first message, and what that is answered, without the UIDVALIDITY.
moves() {
    imap "SELECT $1" "UID MOVE 1 Sent" |
        sed -nE 's/^OK \[(READ-ONLY)\].*/\1/p; s/^\* (OK \[COPYUID) [0-9]+(.*)/\1\2/p; s/^\* ([0-9]+ EXPUNGE)/\1/p; s/^(OK Move.*|NO.*)/\1/p'
}
for version in 2.3 2.4; do
    echo "== $version"
    if [ "$version" = 2.3 ]; then
        package=1:2.3.19.1+dfsg1-2.1+deb12u7
        debian {dovecot-core,dovecot-imapd}=$package
        dovecot "mail_location = mbox:~/mbox:INBOX=~/inbox
mail_plugins = zlib
namespace inbox {
  inbox = yes
  separator = /
}"
    else
        dovecot24 "mail_driver = mbox
mail_path = ~/mbox
mail_inbox_path = ~/inbox
namespace inbox {
  inbox = yes
  separator = /
}"
    fi
    imap "CREATE Sent" "CREATE Old" "save Old one" "save Old two" >/dev/null
    gzip <"$work/home/u/mbox/Old" >"$work/home/u/mbox/Older.gz"
    chmod 400 "$work/home/u/mbox/Old"
    chown nobody:nogroup "$work/home/u/mbox/Older.gz"
    same "MOVE out of Old" "$(moves Old)" 'READ-ONLY
OK [COPYUID 1 1] Moved UIDs.
OK Move completed'
    same "they have" "$(counts Old Sent)" "Old 2,Sent 1"
    moves Old >/dev/null
    same "MOVE once more, and they have" "$(counts Old Sent)" "Old 2,Sent 2"
    same "STORE and EXPUNGE" "$(imap "SELECT Old" 'UID STORE 2 +FLAGS.SILENT (\Deleted)' "UID EXPUNGE 2" | tail -n 2; counts Old)" 'OK Store completed
OK Expunge completed
Old 2'
    same "RENAME and DELETE" "$(imap "RENAME Old New" "DELETE New")" 'OK Rename completed
NO New mails were added to mailbox during deletion'
    same "it has" "$(counts New)" "New 2"
    if [ "$version" = 2.3 ]; then
        same "MOVE out of the compressed one" "$(moves Older.gz)" 'READ-ONLY
OK [COPYUID 1 3] Moved UIDs.
OK Move completed'
        same "they have" "$(counts Older.gz Sent)" "Older.gz 2,Sent 3"
        same "RENAME to a name without .gz" "$(imap "RENAME Older.gz Older" "SELECT Older" | sed -n "1p; \$p")" "OK Rename completed
NO [CANNOT] Mailbox isn't a valid mbox file"
        same "and back" "$(imap "RENAME Older Older.gz"; counts Older.gz)" "OK Rename completed
Older.gz 2"
    fi
    stop
    rm -rf "$work/root" "$work/packages"
done

#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12): a message that a Sieve script could not file is in INBOX with the keyword $SieveFailed.
#
# Expected: it is in INBOX like any other, and only the server's log tells.
# Seen: each message for which the script failed has the keyword, also where another mailbox of the script got it before; what the script
# keeps by itself has not. The keyword goes along with MOVE and stays when the script is repaired. The flags that the
# rule would have given (`fileinto :flags`) are not given.
#
# Why it matters: here it shows from outside that a filter names a mailbox which is gone, and since when: SEARCH KEYWORD $SieveFailed
# in INBOX finds what is to be filed by hand after the repair, and finding nothing new afterwards is the proof that it works. Pigeonhole
# does not tell. Whoever lists the keywords of a user will meet one that no client made.
. "$(dirname "$0")/lib.sh"
lmtp=$(free_port)
sieve=$(free_port)
services="lmtp cmd=\"/usr/lib/cyrus/bin/lmtpd -a -C $work/imapd.conf\" listen=\"127.0.0.1:$lmtp\" prefork=0
  sieve cmd=\"/usr/lib/cyrus/bin/timsieved -C $work/imapd.conf\" listen=\"127.0.0.1:$sieve\" prefork=0" cyrus
# has BOX: subject and flags of each message.
has() {
    imap "EXAMINE \"$1\"" "UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])" |
        sed -nE 's/.*FETCH .*FLAGS \(([^)]*)\).*/\1/p; s/^Subject: (.*)/\1:/p' | sed -E 's/\\Recent ?//' | paste -d ' ' - - |
        sed -E 's/(.*) ([a-z]+:)$/\2 \1/' | LC_ALL=C sort
}
rules() {
    managesieve "put main require [\"fileinto\", \"copy\", \"imap4flags\"]; $1" 'SETACTIVE "main"' >/dev/null
}
imap "CREATE Spam" "CREATE Junk" "CREATE Lists" >/dev/null
rules 'if header "Subject" "kept" { keep; } else { fileinto :copy "Lists"; fileinto :flags "word" "Spam"; }'
delivers early
imap "SELECT Spam" "UID MOVE 1 Junk" UNSELECT "DELETE Spam" >/dev/null
delivers late
delivers kept
same "INBOX" "$(has INBOX)" 'kept: 
late: $SieveFailed'
same "Lists" "$(has Lists)" 'early: 
late: '
same "Junk" "$(has Junk)" 'early: word'
rules 'if header "Subject" "kept" { keep; } else { fileinto :copy "Lists"; fileinto :flags "word" "Junk"; }'
delivers mended
same "what is to be filed by hand" "$(imap "EXAMINE INBOX" "UID SEARCH KEYWORD \$SieveFailed" | sed -n 's/^\* SEARCH/UID/p')" "UID 1"
imap "SELECT INBOX" "UID MOVE 1 Junk" >/dev/null
same "Junk after that" "$(has Junk)" 'early: word
late: $SieveFailed
mended: word'

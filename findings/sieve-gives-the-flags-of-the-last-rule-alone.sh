#!/usr/bin/env bash
# Pigeonhole 0.5.19 (Dovecot 2.3.19.1) and Cyrus 3.6.1 (Debian 12): of two rules that file into one mailbox the last one gives the flags.
#
# Guess before the run: one copy, with the flags that the first rule gives.
# Seen: one copy with the flags of the last one, on both. Where the last one gives none, the flags of the first are gone: `fileinto :flags
# "word" "A"` and then `fileinto "A"` leave no keyword, also where the second one has `:copy`.
#
# Why it matters: two rules that filed into two mailboxes, one of them with flags, meet in one mailbox when the script is made to name
# the kept one. Each rule is right, the message is there, and it is unread, not flagged or without its keyword although a rule says
# so. Where two rules of a changed script can both match and their flags differ, this has to be said.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd,dovecot-lmtpd,dovecot-sieve,dovecot-managesieved}=$version
lmtp=$(free_port)
sieve=$(free_port)
# flags RULES: the flags that a new message has in A, a line for each copy.
flags() {
    local number
    number=$(($(cat "$work/number") + 1))
    echo "$number" >"$work/number"
    managesieve "put main require [\"fileinto\", \"imap4flags\", \"copy\"]; $1" 'SETACTIVE "main"' >/dev/null
    delivers "message$number"
    imap "SELECT A" "FETCH 1:* (FLAGS)" 'STORE 1:* +FLAGS.SILENT (\Deleted)' EXPUNGE |
        sed -nE 's/^\* [0-9]+ FETCH \(FLAGS \((.*)\)\)/flags: \1/p' | sed -E 's/ ?\\Recent//' | grep -v Deleted
}
in_this_way() {
    echo "== $1"
    echo 0 >"$work/number"
    imap "CREATE A" >/dev/null
    same 'with none, then with a word' "$(flags 'fileinto "A"; fileinto :flags "word" "A";')" "flags: word"
    same 'with a word, then with another' "$(flags 'fileinto :flags "word" "A"; fileinto :flags "other" "A";')" "flags: other"
    same 'with a word, then with none' "$(flags 'fileinto :flags "word" "A"; fileinto "A";')" "flags:"
    same 'with a word, then a copy with none' "$(flags 'fileinto :flags "word" "A"; fileinto :copy "A";')" "flags:"
}
dovecot "protocols = imap lmtp sieve
plugin {
  sieve = file:~/sieve;active=~/active.sieve
}
$(filters_on_delivery)"
in_this_way Pigeonhole
stop
services="lmtp cmd=\"/usr/lib/cyrus/bin/lmtpd -a -C $work/imapd.conf\" listen=\"127.0.0.1:$lmtp\" prefork=0
  sieve cmd=\"/usr/lib/cyrus/bin/timsieved -C $work/imapd.conf\" listen=\"127.0.0.1:$sieve\" prefork=0" cyrus
in_this_way Cyrus

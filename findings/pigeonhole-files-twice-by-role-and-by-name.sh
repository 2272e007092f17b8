#!/usr/bin/env bash
# Pigeonhole 0.5.19 (Dovecot 2.3.19.1, Debian 12): a message that is filed by role and by name into one mailbox is there twice.
#
# Guess before the run: two `fileinto` that lead to one mailbox are one filing, whichever way each names it (RFC 5228 §2.10.3).
# Seen: what is compared is the name that is written, not the mailbox. `fileinto :specialuse "\\Sent" "X"` and `fileinto "Sent"` put two
# copies into Sent, and so do two filings by the same role that have other names beside it. With the same name beside the role there is one,
# and "INBOX", "inbox" and keep are one. Cyrus 3.6.1 (shown last) makes one copy in each case.
#
# Why it matters: a script in which some rules were changed to go by role and others name the mailbox gets there as soon as a message
# meets two of them, and so does a script whose rules by one role keep the old names beside it. Nobody sees why: two identical
# messages of one second look as if a client had saved twice. All rules for one mailbox are to be written alike, role and name.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd,dovecot-lmtpd,dovecot-sieve,dovecot-managesieved}=$version
lmtp=$(free_port)
sieve=$(free_port)
dovecot "protocols = imap lmtp sieve
plugin {
  sieve = file:~/sieve;active=~/active.sieve
  sieve_extensions = +special-use
}
namespace inbox {
  inbox = yes
  separator = /
  mailbox Sent {
    special_use = \\Sent
  }
}
$(filters_on_delivery)"
# filed RULES: how many of a new message INBOX and Sent hold.
filed() {
    local number
    number=$(($(cat "$work/number") + 1))
    echo "$number" >"$work/number"
    managesieve "put main require [\"fileinto\", \"special-use\"]; $1" 'SETACTIVE "main"' >/dev/null
    delivers "message$number"
    local box
    for box in INBOX Sent; do
        imap "EXAMINE $box" "SEARCH SUBJECT message$number" | sed -n "s/^\* SEARCH *\(.*\)/$box \1/p"
    done | awk '{ print $1, NF - 1 }' | paste -sd ' '
}
rules=(
    'fileinto "Sent"; fileinto "Sent";'
    'fileinto :specialuse "\\Sent" "Sent"; fileinto "Sent";'
    'fileinto :specialuse "\\Sent" "X"; fileinto "Sent";'
    'fileinto :specialuse "\\Sent" "X"; fileinto :specialuse "\\Sent" "Y";'
    'fileinto "inbox"; keep;'
)
imap "CREATE Sent" >/dev/null
echo 0 >"$work/number"
same "${rules[0]}" "$(filed "${rules[0]}")" "INBOX 0 Sent 1"
same "${rules[1]}" "$(filed "${rules[1]}")" "INBOX 0 Sent 1"
same "${rules[2]}" "$(filed "${rules[2]}")" "INBOX 0 Sent 2"
same "${rules[3]}" "$(filed "${rules[3]}")" "INBOX 0 Sent 2"
same "${rules[4]}" "$(filed "${rules[4]}")" "INBOX 1 Sent 0"
stop
lmtp=$(free_port)
sieve=$(free_port)
services="lmtp cmd=\"/usr/lib/cyrus/bin/lmtpd -a -C $work/imapd.conf\" listen=\"127.0.0.1:$lmtp\" prefork=0
  sieve cmd=\"/usr/lib/cyrus/bin/timsieved -C $work/imapd.conf\" listen=\"127.0.0.1:$sieve\" prefork=0" cyrus
imap 'CREATE Sent (USE (\Sent))' >/dev/null
same "Cyrus: ${rules[2]}" "$(filed "${rules[2]}")" "INBOX 0 Sent 1"
same "Cyrus: ${rules[3]}" "$(filed "${rules[3]}")" "INBOX 0 Sent 1"

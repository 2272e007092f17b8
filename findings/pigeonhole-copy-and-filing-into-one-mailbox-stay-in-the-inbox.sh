#!/usr/bin/env bash
# Pigeonhole 0.5.19 (Dovecot 2.3.19.1, Debian 12): `fileinto :copy "A"` and a later `fileinto "A"` leave the message in INBOX
# as well.
#
# Guess before the run: the second `fileinto` cancels the implicit keep (RFC 5228 §2.10.2; only `:copy` does not, RFC 3894 §3), so the
# message is in A alone, once, as it is in A and B where the second one names B.
# Seen: it is in A and in INBOX. The two filings are taken for one, and with the second its effect on the implicit keep is lost.
# In the other order it is in A alone.
#
# Why it matters: a script whose rules name two mailboxes gets there by itself when the two are merged and the script is made
# to name one. Nothing is lost, but mail that was filed stands in INBOX too.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd,dovecot-lmtpd,dovecot-sieve}=$version
lmtp=$(free_port)
dovecot "protocols = imap lmtp
plugin {
  sieve = ~/rules.sieve
}
service lmtp {
  inet_listener lmtp {
    port = $lmtp
  }
}
protocol lmtp {
  mail_plugins = sieve
}"
imap 'CREATE A' 'CREATE B' >/dev/null

# delivered TEXT RULES: delivers a message through these rules, and says how many of it each mailbox holds.
delivered() {
    printf 'require ["fileinto", "copy"];\n%s\n' "$2" >"$work/home/u/rules.sieve"
    chown nobody:nogroup "$work/home/u/rules.sieve"
    rm -f "$work/home/u/rules.svbin"
    delivers "$1"
    local box
    for box in INBOX A B; do
        imap "EXAMINE $box" "SEARCH SUBJECT $1" | sed -n "s/^\* SEARCH *\(.*\)/$box \1/p"
    done | awk '{ print $1, NF - 1 }' | paste -sd' '
}
same 'fileinto :copy "A"; fileinto "B";' "$(delivered one 'fileinto :copy "A"; fileinto "B";')" 'INBOX 0 A 1 B 1'
same 'fileinto :copy "A"; fileinto "A";' "$(delivered two 'fileinto :copy "A"; fileinto "A";')" 'INBOX 1 A 1 B 0'
same 'fileinto "A"; fileinto :copy "A";' "$(delivered three 'fileinto "A"; fileinto :copy "A";')" 'INBOX 0 A 1 B 0'
same 'fileinto "A"; fileinto "A";' "$(delivered four 'fileinto "A"; fileinto "A";')" 'INBOX 0 A 1 B 0'

#!/usr/bin/env bash
# Cyrus 3.10.2 (Debian 13): a vacation response that is set by JMAP takes the user's Sieve script out of force, for good.
#
# Guess before the run: the active script stays active; the vacation response is added to it, or includes it.
# Seen: `VacationResponse/set` stores a script of its own, under the name urn:ietf:params:jmap:vacationresponse, and makes that the active
# one. It includes nothing: what the user's script filed is in INBOX from then on. When the response is switched off again it stays
# active, with nothing to do, and still nothing is filed. Only SETACTIVE, which no JMAP client of this kind sends, brings the filter back.
#
# Why it matters: that a script is not the active one does not say that its user has given it up, and mailboxes that only it names are
# not unused: it is to be read and repaired like the active one. The one that Cyrus made says "DO NOT EDIT" and names no mailbox, so there
# is nothing to repair in it; but "your filter is active" would be untrue, and junk that fills INBOX since a holiday has this cause.
. "$(dirname "$0")/lib.sh"
lmtp=$(free_port)
sieve=$(free_port)
services="lmtp cmd=\"/usr/lib/cyrus/bin/lmtpd -a -C $work/imapd.conf\" listen=\"127.0.0.1:$lmtp\" prefork=0
  sieve cmd=\"/usr/lib/cyrus/bin/timsieved -C $work/imapd.conf\" listen=\"127.0.0.1:$sieve\" prefork=0" \
    with_jmap cyrus310
# vacation true|false: switches the response on or off by JMAP, and says what that was answered.
vacation() {
    jmap VacationResponse/set "{\"update\":{\"singleton\":{\"isEnabled\":$1,\"textBody\":\"I am away.\"}}}"
}
# filed: how many messages INBOX and Lists have.
filed() {
    imap "STATUS INBOX (MESSAGES)" "STATUS Lists (MESSAGES)" | sed -nE 's/^\* STATUS ([A-Za-z]+) \(MESSAGES ([0-9]+)\)/\1 \2/p' | paste -sd ' '
}
imap "CREATE Lists" >/dev/null
managesieve 'put rules require "fileinto"; if header :contains "Subject" "list" { fileinto "Lists"; }' 'SETACTIVE "rules"' >/dev/null
delivers list-one
same "before" "$(filed)" "INBOX 0 Lists 1"
same "the response is switched on" "$(vacation true)" "updated"
same "the scripts are" "$(managesieve LISTSCRIPTS)" '"rules"
"urn:ietf:params:jmap:vacationresponse" ACTIVE
OK'
same "it says include" "$(managesieve 'GETSCRIPT "urn:ietf:params:jmap:vacationresponse"' | grep -c include)" 0
delivers list-two
same "the next message" "$(filed)" "INBOX 1 Lists 1"
same "the response is switched off" "$(vacation false)" "updated"
same "the scripts are" "$(managesieve LISTSCRIPTS)" '"rules"
"urn:ietf:params:jmap:vacationresponse" ACTIVE
OK'
delivers list-three
same "the next message" "$(filed)" "INBOX 2 Lists 1"
same "SETACTIVE" "$(managesieve 'SETACTIVE "rules"')" "OK"
delivers list-four
same "the next message" "$(filed)" "INBOX 2 Lists 2"

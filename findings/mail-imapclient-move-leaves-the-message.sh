#!/usr/bin/env bash
# Mail::IMAPClient 3.43 (Perl): move() never uses MOVE, and leaves the message where it was, marked.
#
# Guess before the run: UID MOVE where the server offers it, else COPY, STORE and UID EXPUNGE; the message is gone from the source.
# Seen: UID COPY and UID STORE +FLAGS.SILENT (\Deleted), though MOVE and UIDPLUS are offered, and nothing else. The call is done
# and says the new UID; the message is in both mailboxes. What the library offers then is expunge(), a plain EXPUNGE,
# which also removes what somebody else had only marked.
#
# Why it matters: mailboxes that scripts have "emptied" with it hold every message still, and look like full duplicates of
# their target. Merging such a source by all that it holds would bring each message a second time, so what is marked \Deleted has
# to be told apart; and expunging it for the script would take what others marked.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version libmail-imapclient-perl=3.43-1 libparse-recdescent-perl
dovecot 'namespace inbox {
  inbox = yes
}' "protocol imap {
  rawlog_dir = $work/raw
}"
mkdir "$work/raw"
chown nobody:nogroup "$work/raw"
imap 'CREATE Sent' 'CREATE Old' 'save Old one' 'save Old two' 'SELECT Old' 'STORE 2 +FLAGS (\Deleted)' >/dev/null
rm -f "$work"/raw/*
cat >"$work/move.pl" <<'PERL'
use strict;
use Mail::IMAPClient;
my $line = Mail::IMAPClient->new(Server => "127.0.0.1", Port => $ARGV[0], User => "u", Password => "u", Uid => 1) or die "$@";
print "MOVE is ", $line->has_capability("MOVE") ? "offered\n" : "not offered\n";
$line->select("Old") or die $line->LastError;
print "moved, it says: ", $line->move("Sent", 1), "\n";
$line->expunge or die $line->LastError if $ARGV[1];
$line->logout;
PERL
move() {
    with_its_usr perl "$work/move.pl" "$port" "$1"
}
held() {
    imap 'STATUS Old (MESSAGES)' 'STATUS Sent (MESSAGES)' | sed -nE 's/.*STATUS (.*)/\1/p'
}
same "it moves one message" "$(move '')" 'MOVE is offered
moved, it says: 1'
same "with these commands" "$(grep -ahoE '(UID|MOVE|COPY|STORE|EXPUNGE|CLOSE).*' "$work"/raw/*.in | tr -d '\r')" 'UID COPY 1 Sent
UID STORE 1 +FLAGS.SILENT (\Deleted)'
same "both mailboxes have it" "$(held)" 'Old (MESSAGES 2)
Sent (MESSAGES 1)'
move 1 >/dev/null
same "its expunge takes what was marked before, too" "$(held)" 'Old (MESSAGES 0)
Sent (MESSAGES 2)'

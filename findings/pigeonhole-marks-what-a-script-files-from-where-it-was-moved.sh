#!/usr/bin/env bash
# Pigeonhole 0.5.19 (Dovecot 2.3.19.1, Debian 12): where a script runs on MOVE (imapsieve), what it files or discards stays in the
# target, marked \Deleted.
#
# Guess before the run: MOVE is OK with its COPYUID; what the script files elsewhere is there alone, what it discards is gone.
# Seen: OK with COPYUID, and the target holds all messages, by that count. Those that the script filed are in the other
# mailbox as well, and in the target marked \Deleted; those that it discarded are only there, marked. No FETCH and no other word
# tells. The next EXPUNGE by whatever client removes them. A `fileinto` that fails leaves the message unmarked. COPY and
# APPEND do the same where the script is set for them, RENAME to the target's name runs no script.
#
# Why it matters: counts balance after such a merge, and yet mail is about to be lost or is in two places. Flags must be read again
# where the mail has arrived: a \Deleted that no message had before comes from such a script, and undo has to take it off.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd,dovecot-sieve}=$version
mkdir "$work/rules"
cat >"$work/rules/junk.sieve" <<'SIEVE'
require "fileinto";
if header "subject" "filed" { fileinto "Other"; }
elsif header "subject" "discarded" { discard; }
elsif header "subject" "nowhere" { fileinto "Missing"; }
SIEVE
# It is compiled beside itself.
chown -R nobody:nogroup "$work/rules"
dovecot "namespace inbox {
  inbox = yes
}
protocol imap {
  mail_plugins = imap_sieve
}
plugin {
  sieve_plugins = sieve_imapsieve
  imapsieve_mailbox1_name = Junk
  imapsieve_mailbox1_causes = COPY APPEND
  imapsieve_mailbox1_before = file:$work/rules/junk.sieve
}"
# held BOX: the UIDs and flags in it.
held() {
    imap "EXAMINE $1" "UID FETCH 1:* (FLAGS)" | sed -nE 's/.*FETCH \(UID ([0-9]+) FLAGS \((.*)\)\)/\1 \2/p' |
        sed -E 's/ ?\\Recent//; s/ $//'
}
all=(filed discarded nowhere kept)
imap "CREATE Spam" "CREATE Junk" "CREATE Other" "${all[@]/#/save Spam }" >/dev/null
same "MOVE" "$(imap "SELECT Spam" "UID MOVE 1:4 Junk" | grep -E 'COPYUID|FETCH|^OK Move' | sed 's/COPYUID [0-9]*/COPYUID/')" \
    '* OK [COPYUID 1:4 1:4] Moved UIDs.
OK Move completed'
same "Junk has" "$(held Junk)" '1 \Deleted
2 \Deleted
3
4'
same "Other has" "$(held Other)" 1
same "after an EXPUNGE Junk has" "$(imap "SELECT Junk" EXPUNGE >/dev/null && held Junk)" '3
4'
same "COPY and APPEND" "$(imap "save Spam filed" "SELECT Spam" "UID COPY 5 Junk" "save Junk discarded" >/dev/null && held Junk)" '3
4
5 \Deleted
6 \Deleted'
same "RENAME" "$(imap "CREATE Bulk" "save Bulk filed" "DELETE Junk" "RENAME Bulk Junk" >/dev/null && held Junk)" 1

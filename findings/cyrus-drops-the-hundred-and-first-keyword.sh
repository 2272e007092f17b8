#!/usr/bin/env bash
# Cyrus 3.6.1 (Debian 12): a mailbox that knows 100 keywords takes messages with another one, by MOVE and COPY, and drops it.
#
# Guess before the run: once it is full, SELECT offers no `\*` any more among the PERMANENTFLAGS (RFC 9051 §7.1), and MOVE of a
# message with one more keyword is refused.
# Seen: STORE of the next keyword is NO, but `\*` is offered as ever. MOVE and COPY are OK, with their COPYUID, and the message
# arrives with its system flags and without the keyword. Nothing is said; the original is gone.
#
# Why it matters: `\*` does not say that a keyword will be kept, and the first messages of a merge may keep theirs while
# later ones fill the last places. How many the target knows already is in its FLAGS: with those of the source they
# must stay within 100, or each message's keywords are to be read again where it has arrived.
. "$(dirname "$0")/lib.sh"
cyrus
imap "CREATE A" "CREATE B" "save A 1" "save A 2" "save B 1" >/dev/null
imap "SELECT A" "UID STORE 1:2 +FLAGS.SILENT (\\Answered extra)" >/dev/null
known=()
for at in $(seq 100); do known+=("known$at"); done
same "100 keywords" "$(imap "SELECT B" "UID STORE 1 +FLAGS.SILENT (${known[*]})" | tail -n 1)" "OK Completed"
same "no further one" "$(imap "SELECT B" "UID STORE 1 +FLAGS.SILENT (extra)" | tail -n 1)" \
    "NO Too many user flags in mailbox"
same "it is offered all the same" "$(imap "EXAMINE B" | grep -c PERMANENTFLAGS)$(imap "SELECT B" | grep -c 'PERMANENTFLAGS.* \\\*)')" 11
same "MOVE is OK" "$(imap "SELECT A" "UID MOVE 1 B" | grep -E '^OK C|COPYUID' | sed 's/COPYUID [0-9]*/COPYUID/')" \
    "* OK [COPYUID 1 2] Completed
OK Completed"
same "so is COPY" "$(imap "SELECT A" "UID COPY 2 B" | tail -n 1 | sed 's/COPYUID [0-9]*/COPYUID/')" \
    "OK [COPYUID 2 3] Completed"
same "both have arrived without it" "$(imap "EXAMINE B" "UID FETCH 2:3 (FLAGS)" | grep -o 'FETCH.*' | sed 's/\\Recent //')" \
    'FETCH (FLAGS (\Answered) UID 2)
FETCH (FLAGS (\Answered) UID 3)'

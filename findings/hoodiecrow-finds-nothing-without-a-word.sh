#!/usr/bin/env bash
# hoodiecrow-imap 2.1.0 (npm): a SEARCH that finds nothing is answered OK without any SEARCH line.
#
# Guess before the run: an empty "* SEARCH", as Dovecot, Cyrus and Courier send it.
# Seen: only the tagged OK, for SEARCH and UID SEARCH alike; with a hit the line is there.
#
# Why it matters: a reader that takes "no line" for "no answer", so that a server which drops an answer is not believed,
# must not stop here: that there is no hit has to be confirmed another way (EXISTS, or the flags of a FETCH).
. "$(dirname "$0")/lib.sh"
hoodiecrow UIDPLUS,MOVE
imap "CREATE A" "save A 1" >/dev/null
same "a hit has its line" "$(imap 'EXAMINE A' 'UID SEARCH ALL' | tail -n 2)" '* SEARCH 1
OK UID SEARCH completed'
same "no hit has none" "$(imap 'EXAMINE A' 'UID SEARCH DELETED' | grep -c SEARCH)" 1
same "SEARCH neither" "$(imap 'EXAMINE A' 'SEARCH DELETED' | grep SEARCH)" "OK SEARCH completed"
same "FETCH says the same aloud" "$(imap 'EXAMINE A' 'FETCH 1 (FLAGS)' | grep FETCH | head -n 1)" '* 1 FETCH (FLAGS ())'

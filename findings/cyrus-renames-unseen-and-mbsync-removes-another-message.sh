#!/usr/bin/env bash
# Cyrus 3.6.1 with mbsync 1.4.4 (Debian 12): after RENAME to the name of a mailbox that was made in the same second, what is removed near is
# another message on the server.
#
# Guess before the run: Cyrus gives the renamed mailbox a UIDVALIDITY that the name has not had, or mbsync finds by the Message-ID that
# UID 1 is another message; it reports that and passes Sent over, as it does on Dovecot.
# Seen: the UIDVALIDITY of a mailbox is the second in which it was made, and RENAME keeps it. Where Sent and "Sent Items" were made in one second,
# as programs do that set an account up, the name Sent has the same one as before, and each UID of it means another message (which RFC
# 9051 §2.3.1.1 rules out). mbsync sees no change: it fetches only what is beyond the last UID, and what is flagged or removed near is
# done to the message that has this number now.
#
# Why it matters: the user deletes an invoice and the server loses a card that nobody has looked at. Whoever merges by giving the one mailbox
# the name of the other does this to each client that keeps copies, and the same UIDVALIDITY is no proof that it is the same mailbox:
# MAILBOXID is. Where the kept mailbox stays where it is and is moved into, all goes well.
. "$(dirname "$0")/lib.sh"
debian isync=1.4.4-5 libdb5.3
cyrus
validity() {
    imap "STATUS \"$1\" (UIDVALIDITY)" | sed -nE 's/.*UIDVALIDITY ([0-9]+).*/\1/p'
}
for try in $(seq 20); do
    imap "CREATE Sent" 'CREATE "Sent Items"' >/dev/null
    [ "$(validity Sent)" = "$(validity "Sent Items")" ] && break
    [ "$try" -lt 20 ] || fail "not made in one second"
    sleep 1.1
    imap "DELETE Sent" 'DELETE "Sent Items"' >/dev/null
done
id() {
    imap "STATUS Sent (MAILBOXID)" | sed -nE 's/.*MAILBOXID \((.*)\)\).*/\1/p'
}
before=$(validity Sent)
id=$(id)
imap "save Sent letter" "save Sent invoice" 'save "Sent Items" note' 'save "Sent Items" card' 'save "Sent Items" bill' >/dev/null
# near, far: what Sent has on either side.
near() {
    find "$work/near/Sent" -name '*,U=*' -exec sed -n 's/^Subject: //p' {} + | tr -d '\r' | LC_ALL=C sort | paste -sd ' '
}
far() {
    imap "EXAMINE Sent" "UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])" |
        sed -nE 's/.*FETCH .*FLAGS \(([^)]*)\).*/\1/p; s/^Subject: //p' | sed -E 's/\\Recent ?//' | paste -d ' ' - - | sed 's/^ *//'
}
same "mbsync" "$(mbsync)" "exit 0"
same "Sent is near" "$(near)" "invoice letter"
imap "DELETE Sent" 'RENAME "Sent Items" Sent' >/dev/null
same "another UIDVALIDITY than before" "$([ "$(validity Sent)" = "$before" ] && echo no)" "no"
same "another MAILBOXID" "$([ -n "$id" ] && [ "$(id)" != "$id" ] && echo yes)" "yes"
same "Sent is far" "$(far)" "note
card
bill"
mbsync >/dev/null
same "that it says anything of UIDVALIDITY" "$(grep -c UIDVALIDITY "$work/said" || true)" 0
same "Sent is near" "$(near)" "bill invoice letter"
of_subject() {
    grep -rl "^Subject: $1" "$work/near/Sent"
}
rm "$(of_subject invoice)"
letter=$(of_subject letter)
name=$(basename "$letter")
mv "$letter" "$work/near/Sent/cur/${name%:2,*}:2,F"
mbsync >/dev/null
same "the letter was flagged near, and the invoice removed; Sent is far" "$(far)" '\Flagged note
bill'

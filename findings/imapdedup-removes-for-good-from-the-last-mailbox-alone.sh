#!/usr/bin/env bash
# imapdedup 1.5 (PyPI, August 2026) on Dovecot 2.3.19.1: of several mailboxes the last one loses its duplicates for good, the others do not.
#
# It marks messages that are in several mailboxes, or twice in one, \Deleted; to expunge them there is an option, --delete.
# Guess before the run: it goes by the Message-ID alone, whatever flags there are, marks the second of two, and without --delete nothing is
# removed.
# Seen: it marks as guessed, the flagged copy too. But at the end it sends CLOSE, which expunges the mailbox that was looked at last: there
# the marked ones are gone, and with them whatever anybody had marked \Deleted there before. In the mailboxes before it they
# stay, marked. With --no-close they stay everywhere; with --dry-run nothing happens to either.
#
# Why it matters: this is what people run after a merge, with the kept mailbox first and the old ones behind it, and in which order they name
# them decides what can be taken back. An account after it has one mailbox full of marked messages and another that lost some: the marked
# ones are not to be merged as they are, and messages that are missing from the last one were not removed by the merge.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q --disable-pip-version-check install imapdedup==1.5 || fail "pip install"
dovecot 'namespace inbox {
  inbox = yes
}' "$everybody"
# before USER: Sent has a letter twice, "Sent Items" the letter flagged, a note, and a card that somebody has marked \Deleted.
before() {
    as=$1 imap "CREATE Sent" 'CREATE "Sent Items"' "save Sent letter" "save Sent letter" 'save "Sent Items" letter' 'save "Sent Items" note' \
        'save "Sent Items" card' 'SELECT "Sent Items"' 'UID STORE 1 +FLAGS.SILENT (\Flagged)' 'UID STORE 3 +FLAGS.SILENT (\Deleted)' >/dev/null
}
# removes USER OPTION…: runs it, and shows the flags of what each mailbox has then.
removes() {
    local user=$1 box
    shift
    timeout 60 "$work/venv/bin/imapdedup" -s 127.0.0.1 -p "$port" -u "$user" -w "$user" "$@" >"$work/said" 2>&1 || fail "$(cat "$work/said")"
    for box in Sent "Sent Items"; do
        echo "$box:"
        as=$user imap "EXAMINE \"$box\"" "UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])" |
            sed -nE 's/.*FETCH .*FLAGS \(([^)]*)\).*/\1/p; s/^Subject: /  /p' | sed -E 's/ ?\\Recent//' | paste -d ' ' - - |
            sed -E 's/^(.*)  ([a-z]+)$/  \2 \1/; s/ +$//'
    done
}
before a
same "--dry-run" "$(removes a --dry-run Sent "Sent Items")" 'Sent:
  letter
  letter
Sent Items:
  letter \Flagged
  note
  card \Deleted'
same "Sent, then Sent Items" "$(removes a Sent "Sent Items")" 'Sent:
  letter
  letter \Deleted
Sent Items:
  note'
before b
same "Sent Items, then Sent" "$(removes b "Sent Items" Sent)" 'Sent:
Sent Items:
  letter \Flagged
  note
  card \Deleted'
before c
same "--no-close" "$(removes c --no-close Sent "Sent Items")" 'Sent:
  letter
  letter \Deleted
Sent Items:
  letter \Flagged \Deleted
  note
  card \Deleted'

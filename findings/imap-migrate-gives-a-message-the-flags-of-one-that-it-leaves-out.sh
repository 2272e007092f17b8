#!/usr/bin/env bash
# imap-migration-tools 1.7.0 (PyPI, October 2026) between two accounts of Dovecot 2.3.19.1: a merge on the source makes sent mail a draft at
# the destination, and the merged mailbox stays there.
#
# Guess before the run: of two messages in a mailbox that share a Message-ID one is taken; with --preserve-flags flags and keywords go along;
# after a merge --dest-delete empties the mailbox that went.
# Seen: one is taken, and the flags of the other are added to it: what was sent is \Draft since its draft came into the same mailbox. No
# keyword is taken. --dest-delete looks into no mailbox that the source does not have any more: its messages are at the destination twice.
# Each run ends with 0 and "completed successfully".
#
# Why it matters: people merge an account and then move it to another server, or run such a program every night. A merge before the first
# run loses what shares its Message-ID with another message, whatever it says; one between two runs doubles the mailbox. That sent
# mail is marked \Draft is no work of the merge: on the server that it was done on, both messages have their own flags.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
python3 -m venv "$work/venv"
"$work/venv/bin/pip" -q --disable-pip-version-check install imap-migration-tools==1.7.0 || fail "pip install"
dovecot 'namespace inbox {
  inbox = yes
}' "$everybody"
migrated() {
    local status=0
    (cd "$work" && timeout 100 env "HOME=$work" "$work/venv/bin/imap-migrate" --preserve-flags --dest-delete \
        --src-host "imap://127.0.0.1:$port" --src-user u --src-pass u --dest-host "imap://127.0.0.1:$port" --dest-user v --dest-pass v \
        >"$work/said" 2>&1) || status=$?
    echo "exit $status: $(tail -n 1 "$work/said")"
}
# has USER BOX: subject and flags of each message.
has() {
    as=$1 imap "EXAMINE \"$2\"" "UID FETCH 1:* (FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])" |
        sed -nE 's/.* FLAGS \(([^)]*)\) BODY.*/\1/p; s/^Subject: (.*)/\1:/p' | sed -E 's/ ?\\Recent//' | paste -d ' ' - - |
        sed -E 's/(.*) ([a-z]+:)$/\2 \1/' | LC_ALL=C sort
}
imap "CREATE Sent" 'CREATE "Sent Items"' "save Sent letter" 'save "Sent Items" invoice' 'save "Sent Items" letter' \
    "SELECT Sent" 'UID STORE 1 +FLAGS.SILENT (\Seen)' 'SELECT "Sent Items"' 'UID STORE 1 +FLAGS.SILENT (\Flagged word)' \
    'UID STORE 2 +FLAGS.SILENT (\Draft)' >/dev/null
same "the first run" "$(migrated)" "exit 0: Migration completed successfully."
same "Sent at the destination" "$(has v Sent)" 'letter: \Seen'
same "Sent Items" "$(has v "Sent Items")" 'invoice: \Flagged
letter: \Draft'
imap 'SELECT "Sent Items"' "UID MOVE 1:* Sent" UNSELECT 'DELETE "Sent Items"' >/dev/null
same "merged: Sent at the source" "$(has u Sent)" 'invoice: \Flagged word
letter: \Draft
letter: \Seen'
same "the second run" "$(migrated)" "exit 0: Migration completed successfully."
same "Sent at the destination" "$(has v Sent)" 'invoice: \Flagged
letter: \Seen \Draft'
same "Sent Items" "$(has v "Sent Items")" 'invoice: \Flagged
letter: \Draft'

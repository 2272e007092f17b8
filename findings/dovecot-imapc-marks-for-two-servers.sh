#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with imapc storage, before Cyrus 3.6.1: marks come from both servers, and two mailboxes are \Sent.
#
# imapc shows another IMAP server's mail as if it were Dovecot's own, for proxies and migrations.
# Guess before the run: LIST has the marks of Dovecot's own configuration and no others.
# Seen: LIST shows those and the ones of the server behind. Cyrus keeps one mailbox a role, Dovecot marks by name, and what
# comes out has two \Sent. RENAME takes the mark along that Cyrus gave and leaves the one that Dovecot gives. DELETE of the one that
# Cyrus marks is NO ("SPECIAL-USE flag conflict"), and the mark cannot be taken off through Dovecot, which offers no METADATA.
#
# Why it matters: "this is Dovecot, a mark belongs to the name" is half true here, and what makes room on the one server is
# refused by the other. While an account is being migrated the second mark is no second mailbox of the role that
# a user or a client made: it goes when the proxy goes. Each mark is to be tried, not taken to be of one kind.
. "$(dirname "$0")/lib.sh"
cyrus
imap 'CREATE Gesendet (USE (\Sent))' "CREATE Sent" "save Gesendet 1" >/dev/null
marked() {
    imap 'LIST "" "*"' | sed -nE 's/^\* LIST \((.*)\) "\/" (.*)/\2 \1/p' | grep -oE '^[^ ]*|\\(Sent|Trash)' | paste -sd ' ' | sed 's/ \\/\\/g'
}
same "Cyrus itself" "$(marked)" 'INBOX Gesendet\Sent Sent'
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
imapc '  mailbox Sent {
    special_use = \Sent
  }'
sorted() {
    marked | tr ' ' '\n' | LC_ALL=C sort | paste -sd ' '
}
same "through Dovecot" "$(sorted)" 'Gesendet\Sent INBOX Sent\Sent'
same "METADATA is not offered" "$(imap CAPABILITY | grep -c METADATA || true)" 0
same "DELETE Gesendet" "$(imap "DELETE Gesendet")" "NO [CANNOT] SPECIAL-USE flag conflict"
same "RENAME of both" "$(imap "RENAME Gesendet Versandt" "RENAME Sent Out")" 'OK Rename completed
OK Rename completed'
same "the one mark goes along, the other waits for its name" "$(sorted) $(imap "CREATE Sent" >/dev/null && sorted)" \
    'INBOX Out Versandt\Sent INBOX Out Sent\Sent Versandt\Sent'

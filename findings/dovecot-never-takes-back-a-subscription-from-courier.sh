#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with a file of subscriptions that was Courier's: a name beyond ASCII stays subscribed, whatever UNSUBSCRIBE says.
#
# Guess before the run: Dovecot's file has names in modified UTF-7, so that one in UTF-8, as Courier 5 writes it to courierimapsubscribed, is shown
# wrong or not at all.
# Seen: it is shown as it should be, by LSUB and by LIST with SUBSCRIBED. UNSUBSCRIBE of it is OK, and it is shown as before, in the next session
# and after DELETE of the mailbox too; SUBSCRIBE adds nothing. Names in ASCII come and go. With :UTF-8 at the end of `mail_location`,
# where Dovecot calls the folders as Courier does, UNSUBSCRIBE works.
#
# Why it matters: accounts that came from Courier have such files, with the prefix INBOX. taken off as Dovecot has it. There the
# merged mailbox stays on every client's list as one that cannot be opened, and no client can take it off. Whether UNSUBSCRIBE has worked
# is seen by asking again, and what is left is for the administrator, who writes the line anew or takes it out.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian {dovecot-core,dovecot-imapd}=$version
# subscribed: by LSUB and by LIST.
subscribed() {
    imap 'LSUB "" "*"' 'LIST (SUBSCRIBED) "" "*"' | sed -nE 's/^\* (LSUB|LIST) .* "\." INBOX\.(.*)/\1 \2/p' | LC_ALL=C sort | paste -sd ,
}
drafts='"INBOX.Entw&APw-rfe"'
for option in "" :UTF-8; do
    echo "== maildir:~/Maildir$option"
    dovecot "mail_location = maildir:~/Maildir$option
namespace inbox {
  inbox = yes
  prefix = INBOX.
  separator = .
}"
    imap "CREATE INBOX.Sent" "CREATE $drafts" >/dev/null
    printf 'Sent\nEntwürfe\n' >"$work/home/u/Maildir/subscriptions"
    same "subscribed are" "$(subscribed)" "LIST Entw&APw-rfe,LIST Sent,LSUB Entw&APw-rfe,LSUB Sent"
    same "UNSUBSCRIBE of both" "$(imap "UNSUBSCRIBE $drafts" "UNSUBSCRIBE INBOX.Sent")" "OK Unsubscribe completed
OK Unsubscribe completed"
    if [ -z "$option" ]; then left="LIST Entw&APw-rfe,LSUB Entw&APw-rfe"; else left=; fi
    same "subscribed are" "$(subscribed)" "$left"
    imap "SUBSCRIBE $drafts" "UNSUBSCRIBE $drafts" "DELETE $drafts" >/dev/null
    same "after SUBSCRIBE, UNSUBSCRIBE and DELETE" "$(subscribed)" "$left"
    stop
done

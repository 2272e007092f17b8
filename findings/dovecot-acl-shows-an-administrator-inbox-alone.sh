#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with the plugin acl: an administrator who logs in for a user is shown an account with INBOX alone.
#
# Guess before the run: who logs in by user*administrator is the user, and sees and may what the user does. (Half remembered:
# the administrator's own rights count.)
# Seen: the login is OK and LIST ends with OK, but of the user's mailboxes it names INBOX alone, and SELECT of that one is NO:
# there is none of that name. LSUB, in the same session, names those that the user subscribed to, with their marks.
# CREATE of a new mailbox is NO. Nothing says that something is hidden.
#
# Why it matters: an account with twelve mailboxes and three "Sent" looks like one without any, where "nothing to do" would be
# untrue. That LSUB names what LIST does not, and that INBOX cannot be opened, gives it away; who
# administers the server has to set `acl_user = %u` for such logins.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
printf 'boss:{PLAIN}u*boss\n' >"$work/administrators"
chmod 644 "$work/administrators"
# with ACL: a server with these lines for the plugin.
with() {
    dovecot 'namespace inbox {
  inbox = yes
  mailbox Sent {
    special_use = \Sent
  }
}' 'mail_plugins = acl
auth_master_user_separator = *' "passdb {
  driver = passwd-file
  args = $work/administrators
  master = yes
}
plugin {
  acl = vfile
  $1
}"
    imap "CREATE Sent" "SUBSCRIBE Sent" 'CREATE "Sent Items"' "save Sent 1" 'save "Sent Items" 2' >/dev/null
}
names() {
    imap 'LIST "" "*"' | sed -n 's/.*"\/" //p' | LC_ALL=C sort
}
with ''
same "the user has three" "$(names)" '"Sent Items"
INBOX
Sent'
same "the administrator is shown one" "$(as='u*boss' names)" INBOX
same "LIST has no complaint" "$(as='u*boss' imap 'LIST "" "*"' | tail -n 1)" "OK List completed"
same "it cannot be opened" "$(as='u*boss' imap "EXAMINE INBOX")" "NO Mailbox doesn't exist: INBOX"
same "LSUB knows another" "$(as='u*boss' imap 'LSUB "" "*"' | sed -n 1p)" '* LSUB (\Sent) "/" Sent'
same "nothing can be made" "$(as='u*boss' imap "CREATE New")" "NO [NOPERM] Permission denied"
stop
with 'acl_user = %u'
same "with acl_user = %u" "$(as='u*boss' names)" '"Sent Items"
INBOX
Sent'

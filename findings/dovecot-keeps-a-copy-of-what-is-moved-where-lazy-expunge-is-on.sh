#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with the plugin lazy_expunge: MOVE leaves a copy behind, where the user may not see it.
#
# lazy_expunge keeps what users expunge, in a namespace that is usually hidden, so that an administrator can bring it back.
# Guess before the run: a move is no expunge, so nothing is kept of it.
# Seen: each MOVE keeps the message under the source's name there, and a MOVE back keeps another one under the target's. DELETE keeps
# the whole mailbox, by the name that it had last, beside what was kept when it was called otherwise; RENAME takes nothing of
# it along. With `lazy_expunge_only_last_instance = yes` a MOVE keeps nothing, and what is expunged is kept as before.
#
# Why it matters: an administrator who brings back what a user has lost brings back each merged message, in the mailbox that was
# merged away, though it is in the kept one. A merge takes the room of all that it moves once more, and so does its undo;
# the user's quota shows none of it. Where the namespace is listed, its "Sent Items" is no second mailbox of the role.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
# with VALUE: a server that keeps what is expunged, and of two instances of a message the last alone if VALUE is yes.
with() {
    stop
    dovecot 'namespace inbox {
  inbox = yes
  separator = /
}
namespace kept {
  prefix = .kept/
  separator = /
  location = sdbox:~/kept
  hidden = yes
  list = no
}
mail_plugins = quota
protocol imap {
  mail_plugins = quota imap_quota lazy_expunge
}' "plugin {
  quota = count:all
  quota_vsizes = yes
  quota_rule = *:messages=100
  lazy_expunge = .kept/
  lazy_expunge_only_last_instance = $1
}"
    imap "CREATE Sent" 'CREATE "Sent Items"' 'save "Sent Items" 1' 'save "Sent Items" 2' 'SELECT "Sent Items"' "UID MOVE 1:2 Sent" >/dev/null
}
# kept: what the administrator has, by name.
kept() {
    imap 'LIST "" ".kept/*" RETURN (STATUS (MESSAGES))' | sed -nE 's/^\* STATUS "?([^"(]*[^"( ])"? \(MESSAGES ([0-9]+)\)/\1 \2/p' |
        LC_ALL=C sort
}
with no
same "NAMESPACE tells nothing of it" "$(imap NAMESPACE | head -n 1)" '* NAMESPACE (("" "/")) NIL NIL'
same "two were moved, and kept are" "$(kept)" ".kept/Sent Items 2"
same "the quota counts" "$(imap "GETQUOTAROOT Sent" | sed -n 's/^\* QUOTA "*all"* //p')" "(MESSAGE 2 100)"
imap "SELECT Sent" 'UID MOVE 1:2 "Sent Items"' >/dev/null
same "moved back" "$(kept)" ".kept/Sent 2
.kept/Sent Items 2"
imap 'RENAME "Sent Items" Old' "DELETE Old" >/dev/null
same "renamed and deleted" "$(kept)" ".kept/Old 2
.kept/Sent 2
.kept/Sent Items 2"
with yes
same "only the last instance: two were moved, and kept are" "$(kept)" ""
imap "SELECT Sent" 'UID STORE 1 +FLAGS.SILENT (\Deleted)' "UID EXPUNGE 1" >/dev/null
same "one was expunged" "$(kept)" ".kept/Sent 1"

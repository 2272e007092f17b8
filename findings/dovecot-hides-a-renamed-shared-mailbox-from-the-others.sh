#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) with the plugin acl: a shared mailbox that its owner renames is listed to nobody else any more.
#
# Guess before the run: rights go along with RENAME, so the others see the new name at once in place of the old one.
# Seen: the rights go along, GETACL shows them, and the other user can open the mailbox by its new name. But LIST names neither the old
# nor the new one to that user, in new sessions too, and whatever the owner lists or opens. A SETACL that changes
# something brings it back at once, here one of another mailbox, since Dovecot then writes anew which ones are shared. The
# other's subscription stays on the old name, as everywhere.
#
# Why it matters: the owner sees nothing amiss, and everybody whom the mailbox was shared with has lost it. Before RENAME, GETACL tells
# whether others have rights; after it, a right has to be taken and given again.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version
printf '%s:{PLAIN}%s::::\n' u u v v >"$work/users"
chmod 644 "$work/users"
dovecot "namespace inbox {
  inbox = yes
  separator = /
}
namespace shared {
  type = shared
  separator = /
  prefix = shared/%%u/
  location = sdbox:$work/home/%%u/mail
  subscriptions = no
  list = children
}
mail_plugins = acl
protocol imap {
  mail_plugins = acl imap_acl
}
plugin {
  acl = vfile
  acl_shared_dict = file:$work/home/shared
}
passdb {
  driver = passwd-file
  args = $work/users
}"
# seen: what the other user is shown of the owner's.
seen() {
    as=v imap 'LIST "" "*"' | sed -nE 's/.*"\/" (shared\/u\/.*)/\1/p' | LC_ALL=C sort | paste -sd ' '
}
imap "CREATE Team" "CREATE Plans" "save Team 1" "SETACL Team v lrwstie" "SETACL Plans v lr" >/dev/null
as=v imap "SUBSCRIBE shared/u/Team" >/dev/null
same "the other is shown" "$(seen)" "shared/u/Plans shared/u/Team"
same "its owner renames one" "$(imap "RENAME Team Crew" "GETACL Crew" | sed -n 1,2p)" 'OK Rename completed
* ACL Crew v eilrwtsd u lrwstipekxacd'
for session in first second; do
    same "in a $session session the other is shown" "$(seen)" "shared/u/Plans"
    imap 'LIST "" "*"' "LIST \"\" Crew" "SELECT Crew" >/dev/null
done
same "its owner has listed and opened it, the other" "$(seen)" "shared/u/Plans"
same "may open it" "$(as=v imap "STATUS shared/u/Crew (MESSAGES)" | sed -n 1p)" "* STATUS shared/u/Crew (MESSAGES 1)"
same "and is not shown it" "$(seen)" "shared/u/Plans"
imap "SETACL Plans v lrs" >/dev/null
same "after SETACL of the other mailbox" "$(seen)" "shared/u/Crew shared/u/Plans"
same "subscribed is" "$(as=v imap 'LSUB "" "*"' | sed -n 1p)" '* LSUB () "/" shared/u/Team'

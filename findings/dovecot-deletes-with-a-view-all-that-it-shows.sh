#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12) and 2.4.1 (Debian 13) with the plugin virtual: DELETE of a view removes all that it shows from the mailboxes.
#
# Guess before the run: DELETE of a view is NO, since an administrator made it; at most the view goes, and the messages, which are in
# other mailboxes, stay there.
# Seen: OK, the administrator's file is removed, and the messages that the view showed are gone from Sent and "Sent Items"; a view of the
# flagged ones takes those and leaves the others. It is plain DELETE, without a mark \Deleted on any message and whether or not the
# view was ever selected. CREATE of a view is NO [CANNOT], so nothing brings it back either.
#
# Why it matters: LIST shows a view like any mailbox unless it is marked \All or \Flagged, and its name ("Sent all", say) may well look like
# a second one of a role. A tool that finds in it just what the other mailboxes hold, takes it for a duplicate and removes it, removes
# the only copies. Whatever else is checked before DELETE, it is empty or it is not sent.
. "$(dirname "$0")/lib.sh"
# view NAME RULE: one of Sent and "Sent Items".
view() {
    mkdir -p "$work/views/$1"
    printf '%s\n' Sent "Sent Items" "  $2" >"$work/views/$1/dovecot-virtual"
}
counts() {
    local box
    for box in Sent '"Sent Items"'; do imap "STATUS $box (MESSAGES)"; done | sed -nE 's/.*STATUS (.*) \(MESSAGES (.*)\)/\1 \2/p' | paste -sd ,
}
for version in 2.3 2.4; do
    echo "== $version"
    view "Sent all" all
    view "Sent flagged" flagged
    chown -R nobody:nogroup "$work/views"
    if [ "$version" = 2.3 ]; then
        package=1:2.3.19.1+dfsg1-2.1+deb12u7
        debian {dovecot-core,dovecot-imapd}=$package
        dovecot "mail_plugins = virtual
namespace inbox {
  inbox = yes
  separator = /
}
namespace {
  prefix = Views/
  separator = /
  location = virtual:$work/views:INDEX=$work/run/views
}"
    else
        dovecot24 "mail_plugins {
  virtual = yes
}
namespace inbox {
  inbox = yes
  separator = /
}
namespace views {
  prefix = Views/
  separator = /
  mail_driver = virtual
  mail_path = $work/views
  mail_index_path = $work/run/views
}"
    fi
    imap "CREATE Sent" 'CREATE "Sent Items"' "save Sent one" "save Sent two" 'save "Sent Items" three' \
        "SELECT Sent" 'STORE 1 +FLAGS (\Flagged)' >/dev/null
    same "before" "$(counts)" 'Sent 2,"Sent Items" 1'
    same "DELETE of the view of the flagged ones" "$(imap 'DELETE "Views/Sent flagged"')" "OK Delete completed"
    same "after it" "$(counts)" 'Sent 1,"Sent Items" 1'
    same "DELETE of the view of all" "$(imap 'DELETE "Views/Sent all"')" "OK Delete completed"
    same "after it" "$(counts)" 'Sent 0,"Sent Items" 0'
    same "views that are left" "$(find "$work/views" -name dovecot-virtual | wc -l)" 0
    same "CREATE" "$(imap 'CREATE "Views/Sent all"')" "NO [CANNOT] Can't create virtual mailboxes"
    stop
    rm -rf "$work/views" "$work/root" "$work/packages"
done

#!/usr/bin/env bash
# Dovecot 2.3.19.1 (Debian 12): NAMESPACE names the personal namespaces by the length of their prefixes, shortest first.
#
# Expected: the one with `inbox = yes` comes first, or they come as the configuration has them.
# Seen: neither. `Old.` before `INBOX.` before `Archives.`, wherever they stand and whichever holds INBOX.
#
# Why it matters: many clients take the first personal namespace for the one to make Sent and Drafts in. With a second one
# of a short prefix that is not where INBOX and its mailboxes are; what must be found is the one that INBOX lies in.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version

namespace() {
    printf 'namespace %s {\n  prefix = %s\n  separator = .\n  location = sdbox:~/%s\n  list = yes\n  inbox = %s\n}\n' "$1" "$2" "$1" "$3"
}
for order in "mail archives old" "old archives mail" "archives old mail"; do
    lines=()
    for one in $order; do
        case $one in
        mail) lines+=("$(namespace mail INBOX. yes)") ;;
        old) lines+=("$(namespace old Old. no)") ;;
        archives) lines+=("$(namespace archives Archives. no)") ;;
        esac
    done
    dovecot "${lines[@]}"
    same "configured: $order" "$(imap NAMESPACE | head -n 1)" '* NAMESPACE (("Old." ".")("INBOX." ".")("Archives." ".")) NIL NIL'
    stop
done

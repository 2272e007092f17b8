#!/usr/bin/env bash
# GNU mailutils of a later Debian for one test, in mount and process namespaces of its own: mailutils321.sh UNPACKED STATE
# It knows its users from /etc/passwd alone, which is the test's own there.
set -eu
unpacked=$1 state=$2
. "$(dirname "$0")/newer.sh"
chroot "$all" /usr/sbin/imap4d --foreground --daemon=200 --config-file=/state/imap4d.conf &
wait

#!/usr/bin/env bash
# Cyrus of a later Debian for one test, in mount and process namespaces of its own: cyrus3.sh UNPACKED STATE PASSWORD USER…
# STATE has its settings and folders, which name STATE as /state.
set -eu
unpacked=$1 state=$2 password=$3
shift 3
. "$(dirname "$0")/newer.sh"

for user in "$@"; do
    printf %s "$password" | chroot "$all" /usr/sbin/saslpasswd2 -p -c -u localhost -f /state/sasldb2 "$user"
done
# The root of the namespace stays root's.
find "$state" -path "$root" -prune -o -exec chown -h nobody:nogroup {} +
exec chroot --userspec=nobody:nogroup --groups= "$all" /usr/lib/cyrus/bin/master \
    -C /state/imapd.conf -M /state/cyrus.conf -p /state/run/master.pid -D

#!/usr/bin/env bash
# GNU mailutils for one test, in mount and process namespaces of its own: mailutils.sh UNPACKED STATE PORT
# It knows its users from /etc/passwd alone, so the test's own is laid over the machine's, for nobody else to see.
set -eu
unpacked=$1 state=$2

mount --bind "$state/etc/passwd" /etc/passwd
mount --bind "$state/etc/group" /etc/group
export LD_LIBRARY_PATH=$unpacked/usr/lib/$(uname -m)-linux-gnu:$unpacked/usr/lib
"$unpacked/usr/sbin/imap4d" --foreground --daemon=200 --config-file="$state/imap4d.conf" &
wait

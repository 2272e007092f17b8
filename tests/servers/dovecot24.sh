#!/usr/bin/env bash
# Dovecot 2.4 for one test, in mount and process namespaces of its own: dovecot24.sh UNPACKED STATE
# STATE/dovecot.conf is its configuration.
set -eu
unpacked=$1 state=$2

mkdir -p "$state/home" "$state/run"
chown nobody:nogroup "$state/home"
. "$(dirname "$0")/newer.sh"
exec chroot "$all" /usr/sbin/dovecot -F -c /state/dovecot.conf

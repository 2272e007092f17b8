#!/usr/bin/env bash
# Courier of a later Debian for one test, in mount and process namespaces of its own: courier6.sh UNPACKED STATE PORT
# STATE/etc comes with passwd, group and courier/ (the packages' and userdb).
set -eu
unpacked=$1 state=$2 port=$3
. "$(dirname "$0")/newer.sh"
cp -a "$state/etc/courier/." "$all/etc/courier/"
mkdir -p "$all/run/courier/authdaemon"
export LC_ALL=C
chroot "$all" makeuserdb
chroot "$all" /usr/libexec/courier-authlib/authdaemond &
until [ -S "$all/run/courier/authdaemon/socket" ]; do sleep 0.02; done

# The packages' own settings, which use names that are set nowhere.
set +u -a
. "$all/etc/courier/imapd-ssl"
. "$all/etc/courier/imapd"
ADDRESS=127.0.0.1 IMAP_STARTTLS=YES IMAPDSTARTTLS=YES IMAP_TLS_REQUIRED=0
COURIERTLS=/usr/bin/couriertls TLS_CERTFILE=/state/both.pem TLS_PRIORITY=NORMAL
TLS_CACHEFILE= TLS_DHPARAMS= TLS_TRUSTCERTS= TLS_PROTOCOL= TLS_STARTTLS_PROTOCOL= PROXY_HOSTNAME=
set +a
chroot "$all" /usr/sbin/couriertcpd -address=127.0.0.1 -maxprocs=200 -maxperip=200 -nodnslookup \
    -stderr=/state/log "$port" /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir &
wait

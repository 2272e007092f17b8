#!/usr/bin/env bash
# Courier for one test, in mount and process namespaces of its own: courier.sh UNPACKED STATE PORT
# Its programs know their files by /usr/lib/courier, /etc/courier and /run/courier, so there they are laid over the
# machine's, for nobody else to see. STATE/etc comes with passwd, group and courier/ (the packages' and userdb).
set -eu
unpacked=$1 state=$2 port=$3

mount -t overlay overlay -o "lowerdir=$unpacked/usr:/usr" /usr
mount -t overlay overlay -o "lowerdir=$state/etc:/etc" /etc
mount --bind "$state/etc/courier" /etc/courier
mount -t tmpfs tmpfs /run
mkdir -p /run/courier/authdaemon
export LD_LIBRARY_PATH=/usr/lib/courier-authlib:/usr/lib

makeuserdb
/usr/lib/courier/courier-authlib/authdaemond &
until [ -S /run/courier/authdaemon/socket ]; do sleep 0.02; done

# The packages' own settings, which use names that are set nowhere.
set +u -a
. /etc/courier/imapd-ssl
. /etc/courier/imapd
ADDRESS=127.0.0.1 IMAP_STARTTLS=YES IMAPDSTARTTLS=YES IMAP_TLS_REQUIRED=0
COURIERTLS=/usr/bin/couriertls TLS_CERTFILE=$state/both.pem TLS_PRIORITY=NORMAL
TLS_CACHEFILE= TLS_DHPARAMS= TLS_TRUSTCERTS= TLS_PROTOCOL= TLS_STARTTLS_PROTOCOL= PROXY_HOSTNAME=
set +a
couriertcpd -address=127.0.0.1 -maxprocs=200 -maxperip=200 -nodnslookup -noidentlookup -stderr="$state/log" \
    "$port" /usr/lib/courier/courier/imaplogin /usr/bin/imapd Maildir &
wait

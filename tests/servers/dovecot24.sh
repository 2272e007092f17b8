#!/usr/bin/env bash
# Dovecot 2.4 for one test, in mount and process namespaces of its own: dovecot24.sh UNPACKED STATE PORT PASSWORD
# STATE/lines ends its configuration. It shows a certificate where STATE has one.
set -eu
unpacked=$1 state=$2 port=$3 password=$4

mkdir -p "$state/home" "$state/run"
chown nobody:nogroup "$state/home"
. "$(dirname "$0")/newer.sh"

tls='ssl = no'
if [ -e "$state/cert.pem" ]; then
    tls='ssl = yes
ssl_server_cert_file = /state/cert.pem
ssl_server_key_file = /state/key.pem'
fi
cat >"$state/dovecot.conf" <<END
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
base_dir = /state/run
state_dir = /state/run
log_path = /state/log
protocols = imap
listen = 127.0.0.1
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
first_valid_uid = 1
auth_allow_cleartext = yes
$tls
mail_home = /state/home/%{user}
mail_driver = sdbox
mail_path = ~/mail
passdb static {
  password = $password
}
userdb static {
  fields {
    uid = nobody
    gid = nogroup
  }
}
namespace inbox {
  inbox = yes
  separator = /
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = $port
  }
  inet_listener imaps {
    port = 0
  }
}
END
cat "$state/lines" >>"$state/dovecot.conf"
exec chroot "$all" /usr/sbin/dovecot -F -c /state/dovecot.conf

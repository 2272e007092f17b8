#!/usr/bin/env bash
# Dovecot 2.4 for one test, in mount and process namespaces of its own: dovecot24.sh UNPACKED STATE PORT PASSWORD
# It needs the next Debian's libraries, so it runs in a root that holds these alone. STATE/lines ends its configuration.
set -eu
unpacked=$1 state=$2 port=$3 password=$4

root=$state/root
mkdir -p "$root" "$state/home" "$state/run"
chown nobody:nogroup "$state/home"
mount -t tmpfs tmpfs "$root"
mkdir "$root/new" "$root/work" "$root/all"
mount -t overlay overlay -o "lowerdir=$unpacked,upperdir=$root/new,workdir=$root/work" "$root/all"
mkdir -p "$root/all/dev" "$root/all/state" "$root/all/etc" "$root/all/tmp"
mount --rbind /dev "$root/all/dev"
mount --bind "$state" "$root/all/state"
cp /etc/passwd /etc/group "$root/all/etc/"

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
ssl = no
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
exec chroot "$root/all" /usr/sbin/dovecot -F -c /state/dovecot.conf

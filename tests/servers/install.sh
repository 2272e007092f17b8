#!/usr/bin/env bash
# Makes real servers and clients ready for the tests: install.sh FOLDER SERVER…
#   (dovecot cyrus courier mailutils, and the clients thunderbird roundcube)
#
# Debian's IMAP servers exclude each other, and apt would remove one silently to install the next. So Dovecot,
# Thunderbird and plain libraries come by apt, never with a removal; the others are only unpacked, each into
# FOLDER/SERVER, and start from there: Roundcube too, which would bring a web server along. Whatever is there already is
# left as it is. Known to work on Debian 12.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
shift

fail() {
    echo "tests/run: $*" >&2
    exit 1
}

# What each server is made of: the packages to unpack, the libraries that apt brings, and a program that must load.
declare -A unpack=(
    [cyrus]="cyrus-imapd cyrus-common sasl2-bin"
    [courier]="courier-imap courier-base courier-authdaemon courier-authlib courier-authlib-userdb
        libcourier-unicode4 gamin libgamin0 libltdl7"
    [mailutils]="mailutils-imap4d mailutils-common libmailutils9 libgsasl18 libntlm0 libgssglue1 libmariadb3
        guile-3.0-libs libgc1 libltdl7"
    [roundcube]="roundcube-core php-pear php-auth-sasl php-mail-mime php-net-smtp php-net-socket
        php-masterminds-html5"
)
declare -A libraries=(
    # LMTP delivers while mailboxes are merged; strace kills a run at each record of its journal.
    [dovecot]="dovecot-imapd dovecot-lmtpd strace"
    [cyrus]="libcom-err2 libgssapi-krb5-2 libical3 libicu72 libjansson4 libldap-2.5-0 libnsl2 libpcre3 libpq5
        libsasl2-2 libsasl2-modules libsasl2-modules-db libsqlite3-0 libssl3 libwrap0 libxapian30 libxml2 zlib1g"
    [courier]="libgdbm6 libidn12 libgnutls30 libcrypt1 openssl"
    [mailutils]="libgnutls30 libgssapi-krb5-2 libldap-2.5-0 libnsl2 libpam0g libpq5 libsasl2-2 libwrap0 libidn12
        libunistring2 openssl"
    [thunderbird]="thunderbird python3"
    [roundcube]="php8.2-cli php8.2-intl php8.2-mbstring php8.2-sqlite3 php8.2-xml python3"
)
declare -A programs=(
    [cyrus]="usr/lib/cyrus/bin/imapd usr/sbin/saslpasswd2"
    [courier]="usr/bin/imapd usr/sbin/couriertcpd usr/lib/courier/courier-authlib/authdaemond"
    [mailutils]="usr/sbin/imap4d"
)

is_ready() {
    local server=$1 lib=$folder/$1/usr/lib program path
    case $server in
    dovecot)
        [ -x /usr/lib/dovecot/imap ] && [ -x /usr/lib/dovecot/lmtp ] && dovecot --version >/dev/null 2>&1 &&
            command -v strace >/dev/null
        return
        ;;
    thunderbird)
        [ -x /usr/lib/thunderbird/thunderbird-bin ] && command -v python3 >/dev/null
        return
        ;;
    roundcube)
        [ -f "$folder/roundcube/usr/share/roundcube/index.php" ] && [[ $(php -m 2>/dev/null) = *pdo_sqlite* ]] &&
            command -v python3 >/dev/null
        return
        ;;
    esac
    for program in ${programs[$server]}; do
        path=$folder/$server/$program
        [ -x "$path" ] || return 1
        ! LD_LIBRARY_PATH=$lib:$lib/$(uname -m)-linux-gnu:$lib/courier-authlib ldd "$path" 2>&1 |
            grep -q 'not found' || return 1
    done
}

by_apt() {
    [ "$(id -u)" = 0 ] || fail "needs root once, for: apt-get install $*"
    # A package that starts its service when it is installed is told not to.
    local policy=/usr/sbin/policy-rc.d ours=
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy && ours=yes
    fi
    local status=0
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq \
        --no-remove --no-install-recommends "$@" >/dev/null || status=$?
    [ -z "$ours" ] || rm -f $policy
    [ $status = 0 ] || fail "apt-get install failed: $*"
}

unpacked() {
    local server=$1 new package
    new=$(mktemp -d "$folder/new-$server.XXXXXX")
    chmod 755 "$new"
    mkdir "$new/packages" "$new/root"
    # apt's own download user cannot write everywhere; root can.
    (cd "$new/packages" && apt-get -qq -o APT::Sandbox::User=root download ${unpack[$server]}) ||
        fail "cannot download $server: apt-get download" ${unpack[$server]}
    for package in "$new"/packages/*.deb; do
        dpkg-deb -x "$package" "$new/root"
    done
    rm -rf "${folder:?}/$server"
    mv "$new/root" "$folder/$server"
    rm -rf "$new"
}

missing=()
for server in "$@"; do
    is_ready "$server" || missing+=("$server")
done
[ ${#missing[@]} != 0 ] || exit 0

[ "$(id -u)" != 0 ] || apt-get update -qq || fail "apt-get update failed"
wanted=
for server in "${missing[@]}"; do
    wanted+=" ${libraries[$server]}"
done
by_apt $wanted
for server in "${missing[@]}"; do
    [ -z "${unpack[$server]:-}" ] || unpacked "$server"
    is_ready "$server" || fail "$server was installed but does not load: see ldd in $folder/$server"
done

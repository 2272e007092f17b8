#!/usr/bin/env python3
"""Roundcube with one user: says which mailbox it uses for each role, and acts as its user would.

    PASSWORD=… roundcube.py --root DIR --port 143 --user alice [--create] [--language fr_FR] [draft send delete]…

In: an IMAP server in plain text on loopback, and the folder where Debian's package is unpacked. Out: one JSON object on
stdout: `roles` (role -> mailbox as the server has it), `shown` (mailbox -> the name that the user sees) and `did`
(action -> the mailbox where a message arrived on the server, null where none did). With --create, Roundcube makes what
is missing at login, as many hosters have it (create_default_folders).
Never: a connection to anything but loopback; a process left.
"""

import argparse
import contextlib
import html
import json
import os
import pathlib
import re
import sys
import tempfile
import urllib.parse

from loopback import Server, smtp
from webmail import Browser, free_port, listening

ROLES = ["sent", "drafts", "trash", "junk", "archive"]

CONFIG = """<?php
$config = [
    'db_dsnw' => 'sqlite:///%(state)s/db.sqlite?mode=0600',
    'imap_host' => 'tcp://127.0.0.1:%(imap)d',
    'smtp_host' => 'tcp://127.0.0.1:%(smtp)d',
    'smtp_user' => '', 'smtp_pass' => '',
    'des_key' => 'twenty-four-octets-long!',
    'log_driver' => 'stdout', 'log_dir' => '%(state)s', 'temp_dir' => '%(state)s',
    'create_default_folders' => %(create)s,
    'language' => '%(language)s',
    'plugins' => [], 'skin' => 'elastic', 'enable_spellcheck' => false, 'ip_check' => false,
];
"""

# The built-in web server hands every request to this.
ROUTER = """<?php
define('INSTALL_PATH', '%(installed)s/');
chdir(INSTALL_PATH);
$_SERVER['SCRIPT_FILENAME'] = INSTALL_PATH . 'index.php';
require INSTALL_PATH . 'index.php';
"""


@contextlib.contextmanager
def roundcube(options, smtp_port):
    """A running Roundcube: its address. It is gone afterwards, and all that it wrote."""
    with tempfile.TemporaryDirectory(prefix="rolecall-roundcube-") as folder:
        state = pathlib.Path(folder)
        given = {"state": state, "imap": options.port, "smtp": smtp_port, "language": options.language,
                 "create": "true" if options.create else "false",
                 "installed": options.root / "usr/share/roundcube"}
        (state / "config.inc.php").write_text(CONFIG % given)
        (state / "defaults.inc.php").write_bytes((options.root / "etc/roundcube/defaults.inc.php").read_bytes())
        (state / "router.php").write_text(ROUTER % given)
        port = free_port()
        log, environment = state / "output", {"HOME": folder, "ROUNDCUBE_CONFIG_DIR": folder}
        try:
            with listening(port, log, environment, "php", "-d", f"include_path=.:{options.root}/usr/share/php",
                           "-d", "session.save_path=" + folder, "-d", "display_errors=0",
                           "-d", "error_reporting=E_ALL & ~E_DEPRECATED", "-S", f"127.0.0.1:{port}", state / "router.php"):
                yield f"http://127.0.0.1:{port}/"
        finally:
            if options.verbose:
                sys.stderr.write(log.read_text(errors="replace"))


class User(Browser):
    """One user's session."""

    def __init__(self, address):
        super().__init__(address)
        self.environment = {}

    def get(self, **query):
        return self.page("?" + urllib.parse.urlencode(query))

    def post(self, query, **form):
        form["_token"] = self.environment["request_token"]
        return self.page("?" + urllib.parse.urlencode(query), urllib.parse.urlencode(form).encode())

    def page(self, path, body=None):
        text = super().page(path, body, {"X-Roundcube-Request": self.environment.get("request_token", "")})
        for found in re.findall(r"rcmail\.set_env\((\{.*?\})\);\n", text):
            self.environment.update(json.loads(found))
        return text

    def login(self, user, password):
        self.get(_task="login")
        form = {"_task": "login", "_action": "login", "_user": user, "_pass": password, "_timezone": "UTC"}
        text = self.post({"_task": "login"}, **form)
        if "rcmail.gui_object('loginform'" in text or "mailbox" not in self.environment:
            raise RuntimeError("Roundcube does not let the user in: " + text[-2000:])

    def compose(self, as_draft):
        text = self.get(_task="mail", _action="compose")
        form = {name: html.unescape(value) for name, value in
                re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text)}
        identity = re.search(r'<select[^>]*name="_from".*?<option value="(\d+)"', text, re.S)
        store = re.search(r'name="_store_target".*?<option value="([^"]*)" selected', text, re.S)
        form |= {"_id": self.environment["compose_id"], "_to": "someone@example.test", "_subject": "Hello",
                 "_message": "Hello.", "_from": identity.group(1) if identity else "", "_is_html": "0",
                 "_draft": "1" if as_draft else "", "_store_target": html.unescape(store.group(1)) if store else ""}
        form.pop("_token", None)
        self.post({"_task": "mail", "_action": "send"}, **form)

    def delete(self):
        """What its button does: a move into the Trash that the page names."""
        listed = self.get(_task="mail", _action="list", _mbox="INBOX", _remote="1")
        uid = re.search(r"add_message_row\((\d+)", listed).group(1)
        self.post({"_task": "mail", "_action": "move"}, _mbox="INBOX", _uid=uid, _remote="1",
                  _target_mbox=self.environment["trash_mailbox"])


ACTIONS = {
    "draft": lambda browser: browser.compose(as_draft=True),
    "send": lambda browser: browser.compose(as_draft=False),
    "delete": User.delete,
}


def observe(options):
    with smtp() as smtp_port, roundcube(options, smtp_port) as address:
        browser = User(address)
        browser.login(options.user, os.environ["PASSWORD"])
        browser.get(_task="mail")
        server = Server(options.port, options.user)
        environment = dict(browser.environment)
        did = {}
        for action in options.actions:
            before = server.counts()
            ACTIONS[action](browser)
            did[action] = {"arrived": server.arrived(before, 0)}
        mailboxes = environment["mailboxes"].values()
        marked = {mailbox["class"]: mailbox["id"] for mailbox in mailboxes if "class" in mailbox}
        return {"roles": {role: marked.get(role) for role in ROLES},
                "shown": {mailbox["id"]: mailbox["name"] for mailbox in mailboxes}, "did": did}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", type=pathlib.Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--create", action="store_true")
    parser.add_argument("--language", default="en_US")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("actions", nargs="*", metavar="ACTION", help=", ".join(ACTIONS))
    options = parser.parse_args()
    options.root = options.root.resolve()
    if unknown := set(options.actions) - set(ACTIONS):
        parser.error(f"unknown action: {', '.join(unknown)}")
    json.dump(observe(options), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""SOGo with one user: says where the mail goes that its user saves, sends, deletes and calls junk. What it takes and tells:
driver.py. It is asked as its pages ask it, in JSON. Around it are what it does not do without: a database and a cache.
"""

import contextlib
import functools
import json
import shutil
import urllib.error

from driver import drive
from loopback import Server
from webmail import Browser, free_port, listening

# It asks its database whom it lets in.
USERS = """CREATE DATABASE sogo;
CREATE TABLE sogo.users (c_uid VARCHAR(64) PRIMARY KEY, c_name VARCHAR(64), c_password VARCHAR(64), c_cn VARCHAR(64),
    mail VARCHAR(64));
INSERT INTO sogo.users VALUES ('{user}', '{user}', '{password}', 'Alice', '{user}@example.test');
"""
# As its user chooses when the login page is shown.
LANGUAGES = {"en_US": "English", "fr_FR": "French"}


@contextlib.contextmanager
def sogo(options, profile, smtp):
    """Its user, logged in."""
    # SOGo runs as the user that Debian's package makes for it.
    profile.chmod(0o711)
    for folder in ["database", "home", "spool"]:
        (profile / folder).mkdir()
    for folder in ["home", "spool"]:
        shutil.chown(profile / folder, "sogo", "sogo")
    (profile / "users.sql").write_text(USERS.format(user=options.user, password=options.password))
    log = profile / "output"
    database, cache, port = free_port(), free_port(), free_port()
    with listening(database, log, {}, *mariadb(profile, database)), \
            listening(cache, log, {}, "memcached", "-u", "nobody", "-l", "127.0.0.1", "-p", cache), \
            listening(port, log, {"HOME": str(profile / "home")}, "setpriv", "--reuid=sogo", "--regid=sogo",
                      "--clear-groups", "sogod", *settings(options, profile, smtp, database, cache, port)):
        yield User(options, f"http://127.0.0.1:{port}/SOGo/")


def mariadb(profile, port):
    """A database without anything in it but the users; nobody else can reach it."""
    return ["mariadbd", "--no-defaults", "--user=root", f"--datadir={profile}/database", "--skip-grant-tables",
            "--bind-address=127.0.0.1", f"--port={port}", f"--socket={profile}/database/socket",
            f"--pid-file={profile}/database/pid", f"--init-file={profile}/users.sql", "--skip-log-bin",
            "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=4M"]


def settings(options, profile, smtp, database, cache, port):
    """They go before those in /etc/sogo, which leave the names of mailboxes as SOGo has them."""
    tables = f"mysql://sogo:sogo@127.0.0.1:{database}/sogo/"
    users = ('({type=sql; id=users; viewURL="%susers"; canAuthenticate=YES; isAddressBook=NO; userPasswordAlgorithm=none;})'
             % tables)
    told = {
        "WONoDetach": "YES", "WOWorkersCount": "1", "WOPort": f"127.0.0.1:{port}", "WOLogFile": "-",
        "WOPidFile": profile / "home/pid", "SOGoProfileURL": tables + "profile", "OCSFolderInfoURL": tables + "folders",
        "OCSSessionsFolderURL": tables + "sessions", "SOGoUserSources": users, "SOGoMailDomain": "example.test",
        "SOGoIMAPServer": f"imap://127.0.0.1:{options.port}", "SOGoSMTPServer": f"smtp://127.0.0.1:{smtp}",
        "SOGoMemcachedHost": f"127.0.0.1:{cache}", "SOGoMailSpoolPath": profile / "spool", "SOGoTimeZone": "UTC",
    }
    return [word for name, value in told.items() for word in ("-" + name, value)]


class Refused(Exception):
    """SOGo is not able to do it, which its user is shown."""


def may_be_refused(act):
    """Tells at once that no message comes where SOGo has said so."""
    @functools.wraps(act)
    def acts(user):
        try:
            act(user)
        except Refused:
            return {"arrived": None}
    return acts


class User:
    def __init__(self, options, address):
        self.browser = Browser(address)
        self.server = Server(options.port, options.user)
        self.ask("connect", {"userName": options.user, "password": options.password, "rememberLogin": 0,
                             "language": LANGUAGES.get(options.language, "English")})
        self.mail = f"so/{options.user}/Mail/"
        self.browser.page(self.mail + "view")
        self.mailboxes()

    def ask(self, path, told=None):
        """What SOGo answers."""
        body = None if told is None else json.dumps(told).encode()
        headers = {"Content-Type": "application/json"}
        headers |= {"X-XSRF-TOKEN": cookie.value for cookie in self.browser.cookies if cookie.name == "XSRF-TOKEN"}
        try:
            return json.loads(self.browser.page(path, body, headers) or "{}")
        except urllib.error.HTTPError as error:
            if error.code not in (405, 500):
                raise
            raise Refused(path) from error

    def mailboxes(self):
        """The page's list of mailboxes, by what SOGo takes each for."""
        listed = self.ask(self.mail + "0/view")["mailboxes"]
        return {mailbox["type"]: mailbox["path"] for mailbox in listed}

    def message(self, what):
        """Has a new message begun, and saved or sent."""
        begun = self.ask(self.mail + "0/compose")
        path = f"{self.mail}{begun['accountId']}/{folder(begun['mailboxPath'])}/{begun['draftId']}/"
        message = self.ask(path + "edit")
        message |= {"to": ["someone@example.test"], "subject": "Hello", "text": "Hello.", "isHTML": 0}
        self.ask(path + what, message)

    @may_be_refused
    def save(self):
        self.message("save")

    @may_be_refused
    def send(self):
        self.message("send")

    @may_be_refused
    def delete(self):
        self.inbox("batchDelete")

    @may_be_refused
    def junk(self):
        """Its button marks the message and moves it into the mailbox that the page knows for junk."""
        self.inbox("markMessagesAsJunk")
        self.inbox("moveMessages", folder="/0/" + folder(self.mailboxes()["junk"]))

    def inbox(self, what, **more):
        self.ask(f"{self.mail}0/folderINBOX/{what}", {"uids": [self.server.newest()], **more})


def folder(path):
    """A mailbox as a part of an address; SOGo's own names have no letter that would have to be changed."""
    return "/".join("folder" + part for part in path.split("/"))


if __name__ == "__main__":
    drive(sogo, {"draft": User.save, "send": User.send, "delete": User.delete, "junk": User.junk})

#!/usr/bin/env python3
"""Evolution with one IMAP account, as its assistant writes it, in a display that nobody sees. What it takes and tells:
driver.py. It sends and saves; the mailboxes for what is deleted, junk and archived are those that it has chosen, in its settings.
"""

import configparser
import urllib.parse

from desktop import Desktop
from driver import drive, quiet, until

# As its assistant writes them for a new account.
ACCOUNT = """[Data Source]
DisplayName=account
Enabled=true
Parent=
[Mail Account]
BackendName=imapx
IdentityUid=identity
ArchiveFolder=
NeedsInitialSetup=true
[Authentication]
Host=127.0.0.1
Method=PLAIN
Port={port}
User={user}
RememberPassword=true
[Security]
Method=none
[Refresh]
Enabled=true
IntervalMinutes=60
[Imapx Backend]
CheckAll=false
FilterInbox=false
UseSubscriptions=false
"""
IDENTITY = """[Data Source]
DisplayName=account
Enabled=true
Parent=account
[Mail Identity]
Address={user}@example.test
Name=Alice
[Mail Composition]
DraftsFolder=
TemplatesFolder=
[Mail Submission]
SentFolder=
TransportUid=transport
UseSentFolder=true
RepliesToOriginFolder=false
"""
TRANSPORT = """[Data Source]
DisplayName=account
Enabled=true
Parent=account
[Mail Transport]
BackendName=smtp
[Authentication]
Host=127.0.0.1
Port={smtp}
Method=
User=
[Security]
Method=none
"""


class Evolution(Desktop):
    # Its own services.
    services = ("/usr/share/dbus-1/services",)

    def __init__(self, options, profile, smtp):
        super().__init__(profile, options.language, keyring=True)
        self.options = options
        self.log = profile / "output"
        self.sources = sources = profile / ".config/evolution/sources"
        sources.mkdir(parents=True)
        for name, text in {"account": ACCOUNT, "identity": IDENTITY, "transport": TRANSPORT}.items():
            (sources / f"{name}.source").write_text(text.format(user=options.user, port=options.port, smtp=smtp))
        self.environment |= {
            "http_proxy": "http://127.0.0.1:1", "https_proxy": "http://127.0.0.1:1", "no_proxy": "127.0.0.1,localhost",
            "CAMEL_DEBUG": "imapx", "WEBKIT_DISABLE_COMPOSITING_MODE": "1",
            "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}

    def begin(self):
        super().begin()
        self.run("secret-tool", "store", "--label=account", "e-source-uid", "account", "xdg:schema",
                 "org.gnome.Evolution.Data.Source", input=self.options.password.encode())
        with open(self.log, "wb") as output:
            self.start("evolution", "--online", "-c", "mail", stdout=output, stderr=output)
        until(lambda: self.setting("account", "NeedsInitialSetup") == "false", "Evolution does not look for mailboxes")

    def setting(self, source, key):
        """What stands in its settings by now."""
        told = configparser.ConfigParser(interpolation=None, strict=False)
        told.optionxform = str
        told.read(self.sources / f"{source}.source")
        return next((told[section][key] for section in told if key in told[section]), "")

    def wire(self, path):
        """A path of its own as the name of a mailbox, letters beyond ASCII as they are."""
        name = urllib.parse.unquote(path.removeprefix("folder://account/"))
        return name.replace("/", self.options.prefix[-1:] or "/")

    def compose(self, subject):
        """A window with a message to someone."""
        self.run("evolution", f"mailto:someone@example.test?subject={subject}&body=Hello.")
        window = self.window(f"^{subject}$")
        self.focus(window)
        quiet(self.log)
        return window

    def send(self):
        # Its button; asked by a key, it asks back.
        self.click(self.compose("sent"), 61, 26)

    def draft(self):
        self.compose("draft")
        self.press("ctrl+s")

    def chosen(self, key):
        """A mailbox that it has chosen, or else: it marks messages where they are."""
        path = self.setting("account", f"Real{key}Path")
        is_used = self.setting("account", f"UseReal{key}Path") == "true"
        return {"arrived": self.wire(path)} if is_used and path else {"arrived": None, "in-place": True}

    def archive(self):
        path = self.setting("account", "ArchiveFolder")
        return {"arrived": self.wire(path) if path else None}


if __name__ == "__main__":
    drive(Evolution, {
        "delete": lambda evolution: evolution.chosen("Trash"),
        "junk": lambda evolution: evolution.chosen("Junk"),
        "archive": Evolution.archive,
        "send": Evolution.send,
        "draft": Evolution.draft,
    })

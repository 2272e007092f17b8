#!/usr/bin/env python3
"""Thunderbird, headless, with one IMAP account: says which mailbox it uses for each role, and acts as its user would.

    PASSWORD=… thunderbird.py --port 143 --user alice [--profile DIR] [--settings FILE] [draft template send delete archive junk]…

In: an IMAP server in plain text on loopback. Out: one JSON object on stdout: `discovery` (done, or how it failed),
`roles` (role -> mailbox as the server has it, or what Thunderbird would make), `flagged` (role -> the mailboxes that it
shows as such), `listed` (the mailboxes it knows) and `did` (action -> the mailbox where a message arrived on the server, null
where none did). With --profile, the account of an earlier run is used as it is; without, an account is set up by the
code that Thunderbird's own "new account" uses, in a profile that is gone afterwards.
Never: a connection to anything but loopback (every other host goes to a proxy that is not there); a process left.

It is driven over Marionette: JSON with its length before it, over a loopback port that Thunderbird chooses.
"""

import argparse
import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time

from loopback import ARRIVAL, Server, smtp

PROGRAM = "/usr/lib/thunderbird/thunderbird-bin"
PATIENCE = 60

# Quiet, offline but for loopback, and no window that asks anything.
PREFS = {
    "app.donation.eoy.version.viewed": 999,
    "app.normandy.enabled": False,
    "app.shield.optoutstudies.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "extensions.autoDisableScopes": 15,
    "extensions.blocklist.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "mail.biff.play_sound": False,
    "mail.inappnotifications.enabled": False,
    "mail.provider.enabled": False,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mail.spam.manualMark": True,
    "mail.spam.manualMarkMode": 0,
    "mail.winsearch.firstRunDone": True,
    "mailnews.start_page.enabled": False,
    "marionette.port": 0,
    "media.gmp-manager.updateEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "services.settings.server": "http://127.0.0.1:9/",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
}

# What every script below may use: promises for Thunderbird's listeners, and the account.
COMMON = """
const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const { MailUtils } = ChromeUtils.importESModule("resource:///modules/MailUtils.sys.mjs");
const [input, answer] = [arguments[0], arguments[arguments.length - 1]];
const server = MailServices.accounts.allServers.find(server => server.type == "imap");
const identity = server && MailServices.accounts.getFirstIdentityForServer(server);
const account = server && MailServices.accounts.findAccountForServer(server);
// A listener of any of the kinds that Thunderbird has: done when the operation ends.
function ended(start) {
  return new Promise((resolve, reject) => {
    const end = status => Components.isSuccessCode(status)
      ? resolve() : reject(new Error("status 0x" + status.toString(16)));
    start({
      QueryInterface: ChromeUtils.generateQI(["nsIUrlListener", "nsIMsgCopyServiceListener",
        "nsIMsgSendListener", "nsIMsgStatusFeedback"]),
      OnStartRunningUrl() {}, OnStopRunningUrl(url, status) { end(status); },
      onStartCopy() {}, onProgress() {}, setMessageKey() {}, getMessageId() { return null; },
      onStopCopy: end, OnStopCopy: end,
    });
  });
}
const asFolder = uri => MailServices.folderLookup.getFolderForURL(uri);
const wire = folder => folder instanceof Ci.nsIMsgImapMailFolder ? folder.onlineName : "local: " + folder.URI;
const inbox = () =>
  server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox).QueryInterface(Ci.nsIMsgImapMailFolder);
const refresh = () => ended(done => inbox().updateFolderWithListener(null, done));
// What goes wrong in it is Thunderbird's own: it makes a Trash that it cannot see, and the server has it already.
const discover = () => ended(done => MailServices.imap.discoverAllFolders(server.rootFolder, done, null))
  .then(() => "done", error => error.message);
(async () => {
"""
END = """
})().then(value => answer({ value }), error => answer({ error: String(error) + " " + (error.stack || "") }));
"""

SET_UP = """
const { CreateInBackend } = ChromeUtils.importESModule("resource:///modules/accountcreation/CreateInBackend.sys.mjs");
const { AccountConfig } = ChromeUtils.importESModule("resource:///modules/accountcreation/AccountConfig.sys.mjs");
const config = new AccountConfig();
config.identity = { realname: "Test", emailAddress: input.user + "@example.test" };
config.rememberPassword = true;
Object.assign(config.incoming, { type: "imap", hostname: "127.0.0.1", port: input.port, username: input.user,
  password: input.password, socketType: 0, auth: Ci.nsMsgAuthMethod.passwordCleartext });
// Junk is moved away, as the settings offer it; not so by default.
Services.prefs.setBoolPref("mail.server.default.moveOnSpam", true);
Object.assign(config.outgoing, { type: "smtp", hostname: "127.0.0.1", port: input.smtp, username: input.user,
  socketType: 0, auth: Ci.nsMsgAuthMethod.none });
await CreateInBackend.createAccountInBackend(config);
"""

# The account of an earlier run finds its servers at other ports.
REFIND = """
server.port = input.port;
for (const outgoing of MailServices.outgoingServer.servers) {
  outgoing.QueryInterface(Ci.nsISmtpServer).port = input.smtp;
}
"""

DISCOVER = """
await discover();
await refresh();
return await discover();
"""

ROLES = """
const named = uri => {
  const folder = uri && asFolder(uri);
  return folder ? wire(folder) : uri ? "not there: " + decodeURIComponent(uri.split("/").slice(3).join("/")) : null;
};
const flagged = flag => server.rootFolder.getFoldersWithFlags(flag).map(wire).sort();
const F = Ci.nsMsgFolderFlags;
return {
  roles: {
    sent: named(identity.fccFolderURI), drafts: named(identity.draftsFolderURI),
    templates: named(identity.templatesFolderURI), archive: named(identity.archivesFolderURI),
    trash: server.rootFolder.getFoldersWithFlags(F.Trash).map(wire)[0] ?? null,
    junk: named(server.spamSettings.spamFolderURI),
  },
  flagged: { sent: flagged(F.SentMail), drafts: flagged(F.Drafts), templates: flagged(F.Templates),
    archive: flagged(F.Archive), trash: flagged(F.Trash), junk: flagged(F.Junk) },
  trash_folder_name: server.getStringValue("trash_folder_name"),
  listed: server.rootFolder.descendants.map(wire).sort(),
  version: Services.appinfo.version,
};
"""

COMPOSE = """
const fields = Cc["@mozilla.org/messengercompose/composefields;1"].createInstance(Ci.nsIMsgCompFields);
Object.assign(fields, { from: identity.email, to: "someone@example.test", subject: input.mode, body: "Hello.\\r\\n"
});
const params = Cc["@mozilla.org/messengercompose/composeparams;1"].createInstance(Ci.nsIMsgComposeParams);
Object.assign(params, { type: Ci.nsIMsgCompType.New, format: Ci.nsIMsgCompFormat.PlainText, composeFields: fields,
  identity });
const progress = Cc["@mozilla.org/messenger/progress;1"].createInstance(Ci.nsIMsgProgress);
const compose = MailServices.compose.initCompose(params);
// Held until Thunderbird ends: it goes on with them after this script.
(top.composed ??= []).push(compose, progress);
compose.sendMsg(Ci.nsIMsgCompDeliverMode[input.mode], identity, account.key, null, progress);
"""

# A message of the inbox that no action before has touched: Thunderbird may still be moving the others.
FIRST = """
while (!server.QueryInterface(Ci.nsIImapIncomingServer).allConnectionsIdle) {
  await new Promise(resolve => top.setTimeout(resolve, 50));
}
await refresh();
const touched = (top.touched ??= new Set());
const first = [...inbox().messages].find(message => !touched.has(message.messageKey));
if (!first) { throw new Error("the inbox has no more messages"); }
touched.add(first.messageKey);
"""

DELETE = FIRST + "await ended(done => inbox().deleteMessages([first], top.msgWindow, false, true, done, false));"

ARCHIVE = FIRST + """
const { MessageArchiver } = ChromeUtils.importESModule("resource:///modules/MessageArchiver.sys.mjs");
const archiver = new MessageArchiver();
await new Promise(resolve => { archiver.oncomplete = resolve; archiver.archiveMessages([first]); });
return asFolder(identity.archivesFolderURI).server.type == "imap" ? null : "computer";
"""

JUNK = FIRST + """
inbox().msgDatabase.setStringProperty(first.messageKey, "junkscore", Ci.nsIJunkMailPlugin.IS_SPAM_SCORE);
inbox().msgDatabase.setStringProperty(first.messageKey, "junkscoreorigin", "user");
await ended(done => inbox().performActionsOnJunkMsgs([first], true, top.msgWindow, done));
"""

MODES = {"draft": "SaveAsDraft", "template": "SaveAsTemplate", "send": "Now"}
ACTIONS = {**{action: COMPOSE for action in MODES}, "delete": DELETE, "archive": ARCHIVE, "junk": JUNK}


class Marionette:
    """One session, in the context of Thunderbird's own code."""

    def __init__(self, port):
        self.stream = socket.create_connection(("127.0.0.1", port), 2 * PATIENCE)
        self.reader = self.stream.makefile("rb")
        self.number = 0
        self.receive()
        self.command("WebDriver:NewSession", {"pageLoadStrategy": "none"})
        self.command("WebDriver:SetTimeouts", {"script": PATIENCE * 1000})
        self.command("Marionette:SetContext", {"value": "chrome"})

    def receive(self):
        length = b""
        while (octet := self.reader.read(1)) not in (b":", b""):
            length += octet
        if not length:
            raise ConnectionError("Thunderbird closed the connection")
        return json.loads(self.reader.read(int(length)))

    def command(self, name, parameters):
        self.number += 1
        text = json.dumps([0, self.number, name, parameters]).encode()
        self.stream.sendall(b"%d:%s" % (len(text), text))
        _, _, error, result = self.receive()
        if error:
            raise RuntimeError(f"{name}: {error['error']}: {error['message']}")
        return result

    def run(self, script, **given):
        """The value of a script; its failure is raised here."""
        parameters = {"script": COMMON + script + END, "args": [given], "newSandbox": True, "sandbox": "system"}
        result = self.command("WebDriver:ExecuteAsyncScript", parameters)["value"]
        if "error" in result:
            raise RuntimeError(result["error"])
        return result.get("value")


@contextlib.contextmanager
def thunderbird(profile, settings):
    """A running Thunderbird with more lines in its user.js; it and all that it started are gone afterwards."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFS.items()]
    (profile / "user.js").write_text("\n".join([*lines, settings]) + "\n")
    active = profile / "MarionetteActivePort"
    active.unlink(missing_ok=True)
    (profile / "home").mkdir(exist_ok=True)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(profile / "home"), "MOZ_HEADLESS": "1", "LANG": "C.UTF-8",
                   "MOZ_CRASHREPORTER_DISABLE": "1"}
    command = [PROGRAM, "--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile",
               str(profile)]
    with open(profile / "output", "wb") as output:
        child = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                 start_new_session=True)
    try:
        session = Marionette(port_of(child, active))
        yield session
        # It writes what it has learnt, the password too, on its way out.
        with contextlib.suppress(ConnectionError):
            session.command("Marionette:Quit", {"flags": ["eAttemptQuit"]})
        child.wait(2 * PATIENCE)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def port_of(child, active):
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        if child.poll() is not None:
            raise RuntimeError(f"Thunderbird ended with {child.returncode}: {active.parent / 'output'}")
        with contextlib.suppress(FileNotFoundError, ValueError):
            return int(active.read_text())
        time.sleep(0.05)
    raise TimeoutError("Thunderbird does not listen")


def act(session, server, action):
    """What the user's click does: the mailbox where a message arrived, or why none did."""
    before = server.counts()
    try:
        goes = session.run(ACTIONS[action], mode=MODES.get(action))
    except RuntimeError as error:
        return {"failed": str(error).splitlines()[0]}
    # Thunderbird moves on its own side first and tells the server later; the server alone knows when all is done.
    return {"arrived": None if goes == "computer" else server.arrived(before, ARRIVAL)}


def observe(options, profile):
    settings = options.settings.read_text() if options.settings else ""
    with smtp() as port, thunderbird(profile, settings) as session:
        ports = {"port": options.port, "smtp": port}
        if options.account_is_there:
            session.run(REFIND, **ports)
        else:
            session.run(SET_UP, user=options.user, password=os.environ["PASSWORD"], **ports)
        discovery = session.run(DISCOVER)
        found = session.run(ROLES)
        server = Server(options.port, options.user)
        did = {action: act(session, server, action) for action in options.actions}
        return {"discovery": discovery, **found, "did": did}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--profile", type=pathlib.Path)
    parser.add_argument("--settings", type=pathlib.Path, help="more lines for the profile's user.js")
    parser.add_argument("actions", nargs="*", metavar="ACTION", help=", ".join(ACTIONS))
    options = parser.parse_args()
    if unknown := set(options.actions) - set(ACTIONS):
        parser.error(f"unknown action: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory(prefix="rolecall-thunderbird-") as folder:
        profile = options.profile or pathlib.Path(folder)
        profile.mkdir(exist_ok=True)
        options.account_is_there = (profile / "prefs.js").exists()
        json.dump(observe(options, profile), sys.stdout, indent=1)
        print()


if __name__ == "__main__":
    main()

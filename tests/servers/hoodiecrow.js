// hoodiecrow-imap for one test: node hoodiecrow.js PORT USER PASSWORD STATE; its mail is in memory.
const [port, user, password, state] = process.argv.slice(2);
const fs = require("fs");
require("hoodiecrow-imap")({
    plugins: ["ID", "NAMESPACE", "UIDPLUS", "MOVE", "UNSELECT", "SPECIAL-USE", "ENABLE", "LITERALPLUS", "STARTTLS"],
    users: { [user]: { password } },
    credentials: { key: fs.readFileSync(`${state}/key.pem`), cert: fs.readFileSync(`${state}/cert.pem`) },
    storage: { INBOX: { messages: [] }, "": { separator: "/", folders: {} } },
}).listen(Number(port), "127.0.0.1");

require ["fileinto", "copy", "imap4flags", "mailbox"];

if header :contains ["from"] ["team@example.org", "Team <team@example.net>"] {
    setflag ["\\Seen", "$Team"];
    fileinto :flags ["\\Seen", "$Team"] "Sent Items";
    stop;
}
if header :contains ["subject", "x-subject"] ["Facture", "Sent Items"] {
    redirect :copy "camille@elsewhere.example";
    if mailboxexists ["Courrier envoyé", "INBOX"] {
        fileinto "Courrier envoyé";
    } else {
        discard;
    }
    stop;
}
if exists ["list-id"] { fileinto "Listes"; stop; }
if header :is ["x-spam-flag", "x-spam"] ["YES", "yes"] { fileinto :flags "$Junk" "Spam"; stop; }
if header :contains "subject" ["done"] {
    if mailboxexists "Archives" { fileinto :copy "Archives"; }
    redirect "camille@elsewhere.example";
}

require ["fileinto","vacation","imap4flags"];
redirect "home@example.org";
if allof (header :contains ["from"] "shop@example.org") {
    fileinto "Commandes";
    stop;
}
if anyof (address :contains ["to", "cc"] "list@example.org", size :over 500K) {
    addflag "$label1";
    fileinto "INBOX/Listes";
}
vacation :days 7 :subject "Absence" :addresses ["alice@example.org"] text:
Je suis absente.
.
;

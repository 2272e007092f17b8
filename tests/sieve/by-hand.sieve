# Alice's rules. Nothing here: fileinto "Comment";
require [ "fileinto", "copy" , "mailbox", "reject", "imap4flags",
          "vnd.example.unknown", "fcc", "vacation" ];

/* An old rule, kept for later:
   if header :contains "subject" "x" { fileinto "Old"; }
*/
IF anyof(header :matches ["List-Id", "List-Post"] ["*<dev.*", "*\"quoted\"*"],
         not allof(true, size :under 10k)) {
    FileInto :flags ["\\Seen", "$Lists"] :create "Lists/Développement"; # as ever; fileinto "Tail";
    unknown_action :whatever 5 ["a", "b"] { inner "fileinto"; }
} elsif header :is "subject" text: # what follows is a text
fileinto "Subject";
.
{
    if mailboxexists ["Sent", "Envoyés"] {
        fileinto :copy "Sent";
        fileinto :copy "Envoyés";
    }
    redirect "copy@example.org";
} else {
    reject text:
No "thanks".
.. fileinto "Rejected";
.
;
}
vacation :fcc "Sent" :handle "h" "Away; fileinto \"Answer\";";keep;

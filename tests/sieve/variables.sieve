require ["variables", "fileinto", "mailbox", "copy", "special-use", "mboxmetadata", "environment", "imapsieve"];
if header :matches "list-id" "*<*.example.org>" {
  set :lower "list" "${2}";
  fileinto :create "Lists.${list}";
  stop;
}
if specialuse_exists "INBOX.Spam" "\\Junk" {
  fileinto :specialuse "\\Junk" "INBOX.Spam";
}
if metadata :is "INBOX.Archive" "/private/vendor/x" "yes" {
  fileinto :mailboxid "F352ae03" "INBOX.Archive";
}
if environment :matches "imap.mailbox" "*" {
  set "mailbox" "${1}";
}
if environment "imap.mailbox" ["INBOX.Spam"] {
  stop;
}
fileinto :copy "INBOX.{literal}";
discard;

# Written on another system: lines end as there, and letters are escaped that need not be.
require ["fileinto", "copy"];
if header :contains "from" "team@example.org" {
  fileinto "S\ent It\ems"; stop;
}
if header :contains "subject" "\Facture" {
  redirect :copy "camille@elsewhere.example";
  fileinto "Courri\er envoyé"; stop;
}
if header :contains "list-id" "news.example.org" { fileinto "Listes"; stop; }
if header :is "x-spam-flag" "YES" { fileinto "Sp\am"; stop; }
if header :contains "subject" "done" {
  redirect :copy "camille@elsewhere.example";
  fileinto "\A\r\c\h\i\v\e\s"; stop;
}

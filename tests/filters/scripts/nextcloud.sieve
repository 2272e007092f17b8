### Nextcloud Mail: Filters ### DON'T EDIT ###
require ["fileinto", "copy"];
### Nextcloud Mail: Filters ### DON'T EDIT ###
# What I wrote myself
require "copy";
if header :contains "subject" ["Facture", "done"] {
  redirect :copy "camille@elsewhere.example";
}
### Nextcloud Mail: Filters ### DON'T EDIT ###
# FILTER: [{"name":"Team","enable":true,"operator":"allof","tests":[{"operator":"contains","values":["team@example.org"],"field":"from"}],"actions":[{"type":"fileinto","mailbox":"Sent Items"},{"type":"stop"}],"priority":10},{"name":"Bills","enable":true,"operator":"allof","tests":[{"operator":"contains","values":["Facture"],"field":"subject"}],"actions":[{"type":"fileinto","mailbox":"Courrier envoy\u00e9"},{"type":"stop"}],"priority":20},{"name":"Done","enable":true,"operator":"allof","tests":[{"operator":"contains","values":["done"],"field":"subject"}],"actions":[{"type":"fileinto","mailbox":"Archives"},{"type":"stop"}],"priority":30}]
# Team
if header :contains "From" ["team@example.org"] {
	fileinto "Sent Items";
	stop;
}
# Bills
if header :contains "Subject" ["Facture"] {
	fileinto "Courrier envoyé";
	stop;
}
# Done
if header :contains "Subject" ["done"] {
	fileinto "Archives";
	stop;
}
### Nextcloud Mail: Filters ### DON'T EDIT ###
if header :contains "list-id" "news.example.org" { fileinto "Listes"; stop; }
if header :is "x-spam-flag" "YES" { fileinto "Spam"; stop; }

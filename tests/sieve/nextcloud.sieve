### Nextcloud Mail: Vacation Responder ### DON'T EDIT ###
require "date";
require "relational";
require "vacation";
### Nextcloud Mail: Vacation Responder ### DON'T EDIT ###
### Nextcloud Mail: Filters ### DON'T EDIT ###
require ["fileinto", "imap4flags"];
### Nextcloud Mail: Filters ### DON'T EDIT ###
# What I wrote myself
require "copy";
if address :is "from" "boss@example.org" {
  fileinto :copy "Important";
}
### Nextcloud Mail: Filters ### DON'T EDIT ###
# FILTER: [{"name":"Travel","enable":true,"operator":"allof","tests":[{"operator":"contains","values":["train"],"field":"subject"}],"actions":[{"type":"fileinto","mailbox":"Voyages\/\u00c9t\u00e9"},{"type":"addflag","flag":"Travel"}],"priority":10},{"name":"Switched off","enable":false,"operator":"anyof","tests":[{"operator":"is","values":["x@example.org"],"field":"from"}],"actions":[{"type":"fileinto","mailbox":"Trash"}],"priority":20},{"name":"Shop","enable":true,"operator":"anyof","tests":[{"operator":"is","values":["shop@example.org"],"field":"from"},{"operator":"contains","values":["order"],"field":"subject"}],"actions":[{"type":"fileinto","mailbox":"Commandes"},{"type":"stop"}],"priority":30}]
# Travel
if header :contains "Subject" ["train"] {
	fileinto "Voyages/Été";
	addflag "Travel";
}
# Shop
if anyof (address :is :all "From" ["shop@example.org"], header :contains "Subject" ["order"]) {
	fileinto "Commandes";
	stop;
}
### Nextcloud Mail: Filters ### DON'T EDIT ###
### Nextcloud Mail: Vacation Responder ### DON'T EDIT ###
# DATA: {"version":1,"enabled":true}
if currentdate :value "ge" "iso8601" "2026-11-29T00:00:00Z" {
	if not anyof(exists "List-Id", exists "List-Unsubscribe") {
		vacation :days 4 :subject "Away" :addresses ["alice@example.org"] "Back on Monday; I said: fileinto \"Sent\".";
	}
}
### Nextcloud Mail: Vacation Responder ### DON'T EDIT ###
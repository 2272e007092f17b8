require ["copy","fileinto","imap4flags","vacation"];
# rule:[Newsletters]
if anyof (header :contains "list-id" "news.example.org", header :is "subject" "Weekly [digest]")
{
	fileinto "Lettres d'information";
}
# rule:[Copies of what I send]
if allof (header :contains "from" "alice@example.org", not header :contains "to" "alice@example.org")
{
	addflag "\\Seen";
	fileinto :copy "Envoyés";
	stop;
}
# rule:[Old [2019]]
if false # anyof (header :contains "subject" "fileinto \"Nowhere\"")
{
	fileinto "Envoyés";
}
# rule:[Away]
if true
{
	vacation :days 7 :addresses "alice@example.org" :subject "Away" text:
I am away. A rule of mine says
fileinto "Sent";
..and this line begins with a dot.
.
;
}
# rule:[Forward the bills]
fileinto "Factures \"2024\"";
redirect "books@example.org";

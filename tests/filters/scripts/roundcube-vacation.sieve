require ["copy","fileinto","imap4flags","vacation"];
# rule:[Away]
if true
{
	vacation :days 7 :addresses "alice@example.test" :subject "Away" text:
I am away. A rule of mine says
fileinto "Sent Items";
..and this line begins with a dot.
.
;
}
# rule:[Team and bills]
if anyof (header :contains "from" "team@example.org", header :is "subject" ["x", "y \"z\""])
{
	addflag "\\Seen";
	fileinto "Sent Items";
	stop;
}
elsif header :contains "subject" "Facture"
{
	redirect :copy "camille@elsewhere.example";
	fileinto "Courrier envoyé";
	stop;
}
# rule:[Sorting]
if header :contains "list-id" "news.example.org"
{
	fileinto "Listes";
}
elsif header :is "x-spam-flag" "YES"
{
	fileinto "Spam";
}
elsif allof (header :contains "subject" "done", not header :contains "from" "nobody")
{
	redirect :copy "camille@elsewhere.example";
	fileinto "Archives";
}
else
{
	keep;
}

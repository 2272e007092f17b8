require ["copy","fileinto"];
# rule:[Team]
if header :contains "from" "team@example.org"
{
	fileinto "Sent Items";
	stop;
}
# rule:[Bills]
if header :contains "subject" "Facture"
{
	redirect :copy "camille@elsewhere.example";
	fileinto "Courrier envoyé";
	stop;
}
# rule:[News [weekly]]
if header :contains "list-id" "news.example.org"
{
	fileinto "Listes";
	stop;
}
# rule:[Spam]
if header :is "x-spam-flag" "YES"
{
	fileinto "Spam";
	stop;
}
# rule:[Done]
if header :contains "subject" "done"
{
	fileinto :copy "Archives";
	redirect "camille@elsewhere.example";
	stop;
}
# rule:[Switched off]
if false # header :contains "subject" "other"
{
	fileinto "Spam";
}

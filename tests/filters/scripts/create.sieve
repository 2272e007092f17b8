require ["fileinto", "mailbox", "copy"];
# Whatever is missing is made.
if header :contains "from" "team@example.org" {
	fileinto :create "Sent Items";
} elsif header :contains "subject" "Facture" {
	fileinto :create "Courrier envoyé";
	redirect :copy "camille@elsewhere.example";
} elsif header :contains "list-id" "news.example.org" {
	fileinto :create "Listes";
} elsif header :is "x-spam-flag" "YES" {
	fileinto :create "Spam";
} elsif header :contains "subject" "done" {
	fileinto :create :copy "Archives";
	redirect "camille@elsewhere.example";
}

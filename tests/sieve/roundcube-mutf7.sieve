# Kept from an older script.
require ["fileinto"];
# rule:[Sent from the phone]
if header :contains "x-mailer" "phone"
{
	fileinto "INBOX.Courrier envoy&AOk-";
	stop;
}
# rule:[Questions]
if header :contains "subject" "?"
{
	fileinto "INBOX.Q&-A";
	stop;
}
# rule:[Spam]
if header :contains "x-spam-flag" "YES"
{
	fileinto "INBOX.Ind&AOk-sirables";
	stop;
}
elsif header :contains "x-spam-level" "*****"
{
	fileinto "INBOX.Junk";
	stop;
}
else
{
	keep;
}

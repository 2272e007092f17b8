require ["fileinto", "copy"];

# Filter: Team
if anyof (header :contains "From" "team@example.org") {
    fileinto "Sent Items";
    stop;
}
# Filter: Bills
# Description: to the accountant, who files them as well
if anyof (header :contains "Subject" "Facture") {
    redirect :copy "camille@elsewhere.example";
    fileinto "Courrier envoyé";
    stop;
}
# Filter: disabled
if false {
    if anyof (header :contains "Subject" "o") {
        fileinto "Archives";
    }
}
# Filter: all the rest
if anyof (header :contains "List-Id" "news.example.org") {
    fileinto "Listes";
    stop;
}
if anyof (header :is "X-Spam-Flag" "YES") {
    fileinto "Spam";
    stop;
}
if anyof (header :contains "Subject" "done") {
    redirect :copy "camille@elsewhere.example";
    fileinto "Archives";
    stop;
}

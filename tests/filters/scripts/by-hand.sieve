/* My rules.
   The old ones said: fileinto "Sent Items"; redirect "x@example.org"; */
require ["fileinto","copy","envelope"]; # no comma may be missing

if not anyof (header :is "X-Spam-Flag" "YES", size :over 1M) { # "Spam" comes last
  if header :contains ["From", "Sender"] ["team@example.org"] { fileinto "Sent Items"; stop; }
  elsif allof(header :matches "Subject" "*Facture*", envelope :all :contains "to" "") {
    if true { redirect :copy "camille@elsewhere.example"; }
    /* here */ fileinto /* and here */ "Courrier envoyé" /* and there */ ;
  } elsif exists "List-Id" { fileinto"Listes"; }
  elsif header :comparator "i;ascii-casemap" :contains "subject" text: # the word is
done
.
  { keep; }
  elsif header :contains "subject" "done" { fileinto "Archives"; redirect :copy "camille@elsewhere.example"; }
  else { keep; }
} else {
  fileinto "Spam";
}

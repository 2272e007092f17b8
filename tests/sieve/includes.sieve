require ["include", "variables", "fileinto"];
global ["boxes"];
include :personal "lists";
include :global :once :optional "spam";
if string :is "${boxes}" "yes" {
  fileinto "Sent Items";
}

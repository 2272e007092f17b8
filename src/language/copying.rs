//! What became of originals and their copies.

use super::texts;

texts! {
    shows_again(messages)
        "the server shows {messages} again that were moved out of it and seen in the target; they are not moved twice"
        "le serveur montre de nouveau {messages} qui en avaient été déplacés et vus dans la cible ; ils ne sont pas déplacés deux fois"
    in_both(messages, target)
        "{messages} copied into \"{target}\", and the originals are there too"
        "{messages} en copie dans « {target} », et les originaux sont encore là"
    marked_with_its_original()
        "the server keeps an original and its copy as one message: what marks one marks the other; nothing was removed"
        "le serveur garde un original et sa copie comme un seul message : ce qui marque l'un marque l'autre ; rien n'a été supprimé"
    gone_with_its_original()
        "the copy of the first message was gone from the target once its original was removed; no other original was removed"
        "la copie du premier message n'était plus dans la cible une fois son original supprimé ; aucun autre original n'a été supprimé"
}

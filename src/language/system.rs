//! What the system says of a failed operation.

use super::texts;

texts! {
    // What the system says of a failed operation.
    io_not_found()
        "there is no such file or folder"
        "ce fichier ou ce dossier n'existe pas"
    io_permission()
        "this user may not do that"
        "cet utilisateur n'en a pas le droit"
    io_is_folder()
        "it is a folder"
        "c'est un dossier"
    io_not_a_folder()
        "a part of the path is no folder"
        "une partie du chemin n'est pas un dossier"
    io_exists()
        "there is one of that name already"
        "il y en a déjà un de ce nom"
    io_full()
        "the disk is full"
        "le disque est plein"
    io_read_only()
        "the disk can only be read"
        "le disque est en lecture seule"
    io_quota()
        "there is no more room for this user"
        "il n'y a plus de place pour cet utilisateur"
    io_bad_name()
        "the name is too long, or none that the system takes"
        "le nom est trop long, ou le système ne l'accepte pas"
    io_broken_off()
        "the connection was broken off"
        "la connexion a été coupée"
    io_other_end_gone()
        "the other end has gone away"
        "l'autre bout est parti"
    io_broke_in_the_middle()
        "the other end broke off in the middle"
        "l'autre bout a coupé au milieu"
    io_host_unreachable()
        "the host cannot be reached"
        "le serveur ne peut pas être joint"
    io_no_way_to_network()
        "there is no way to its network"
        "il n'y a pas de chemin vers son réseau"
    io_timed_out()
        "no answer came in time"
        "aucune réponse n'est venue à temps"
    io_no_such_host()
        "there is no host of that name"
        "aucun serveur ne porte ce nom"
    io_host_not_found_now()
        "its address cannot be found for now"
        "son adresse est introuvable pour l'instant"
}

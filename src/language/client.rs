//! What mail clients do, and why.

use super::texts;

texts! {
    left_to_gmail()
        "it leaves this to Gmail, which files the mail itself"
        "il laisse faire Gmail, qui classe lui-même ce courrier"
    nothing_documented()
        "nothing is documented"
        "rien n'est documenté"
    not_documented(open)
        "not documented: {open}"
        "non documenté : {open}"
    but_not_documented(because, open)
        "{because}; not documented: {open}"
        "{because} ; non documenté : {open}"
    open_sight()
        "whether it sees mailboxes that are not subscribed"
        "s'il voit les dossiers non abonnés"
    open_place()
        "where it looks on a server whose names begin with a prefix"
        "où il cherche sur un serveur dont les noms commencent par un préfixe"
    open_name()
        "which of its possible names it uses"
        "lequel de ses noms possibles il utilise"
    open_letters()
        "whether upper and lower case matter to it"
        "s'il distingue majuscules et minuscules"
    open_much()
        "several things that make a difference here"
        "plusieurs points qui changent le résultat ici"
    language_decides(client, known)
        "its user's language decides: say {client}:LANGUAGE (known: {known})"
        "cela dépend de la langue de l'utilisateur : préciser {client}:LANGUE (connues : {known})"
    names_not_on_record(language)
        "its names in {language} are not on record"
        "ses noms en {language} ne sont pas recensés"
    names_of_user_not_on_record()
        "its names in its user's language are not on record"
        "ses noms dans la langue de l'utilisateur ne sont pas recensés"
    finding_undocumented()
        "how it finds its mailbox is not documented"
        "la façon dont il trouve son dossier n'est pas documentée"
    looks_for(name)
        "it looks for \"{name}\""
        "il cherche « {name} »"
    own_name()
        "it has the client's own name"
        "il porte le nom propre à ce logiciel"
    marked_or_known_name()
        "the server marks it, or it has a name that the client knows"
        "le serveur le marque, ou ce logiciel connaît son nom"
    several_first()
        "there are several; it takes the first in the server's order"
        "il y en a plusieurs ; il prend le premier dans l'ordre du serveur"
    first_by_name()
        "there are several; it takes the first by name"
        "il y en a plusieurs ; il prend le premier par ordre de nom"
    several_last()
        "there are several; it takes the last in the server's order"
        "il y en a plusieurs ; il prend le dernier dans l'ordre du serveur"
    several_undocumented()
        "there are several; which of them it takes is not documented"
        "il y en a plusieurs ; lequel il prend n'est pas documenté"
    miss_undocumented()
        "what it does when it finds none is not documented"
        "ce qu'il fait quand il n'en trouve aucun n'est pas documenté"
    miss_computer()
        "it finds none and keeps this mail on the computer until its user chooses one"
        "il n'en trouve aucun et garde ce courrier sur l'ordinateur jusqu'à ce que l'utilisateur en choisisse un"
    miss_in_place()
        "it finds none, leaves this mail where it is and marks it there"
        "il n'en trouve aucun, laisse ce courrier où il est et l'y marque"
    miss_asks()
        "it finds none and asks its user"
        "il n'en trouve aucun et demande à l'utilisateur"
    miss_nothing()
        "it finds none and uses none until its user chooses one"
        "il n'en trouve aucun et n'en utilise aucun jusqu'à ce que l'utilisateur en choisisse un"
    miss_makes_unknown(why)
        "it finds none and makes one; {why}"
        "il n'en trouve aucun et en crée un ; {why}"
    made_name_unknown()
        "the name that it makes is not on record"
        "le nom qu'il crée n'est pas recensé"
    makes_at_setup()
        "it finds none and makes one when the account is set up"
        "il n'en trouve aucun et en crée un à la configuration du compte"
    makes_at_listing()
        "it finds none and makes one when it lists the mailboxes"
        "il n'en trouve aucun et en crée un quand il liste les dossiers"
    makes_at_compose()
        "it finds none and makes one when a message is begun"
        "il n'en trouve aucun et en crée un dès qu'on commence à rédiger"
    makes_at_first_use()
        "it finds none and makes one at first use"
        "il n'en trouve aucun et en crée un au premier usage"
    makes_some_time()
        "it finds none and makes one at a time that nobody documented"
        "il n'en trouve aucun et en crée un, à un moment que personne n'a documenté"
    takes_what_is_there()
        "it means to make one of this name, and takes the one that is there"
        "il veut en créer un de ce nom, et prend celui qui existe"
    keeps_what_it_has()
        "it is in use and keeps what it has"
        "il est déjà utilisé et garde ce qu'il a"
    stays_on_computer()
        "it is in use and goes on keeping this mail on the computer"
        "il est déjà utilisé et continue de garder ce courrier sur l'ordinateur"
    makes_again()
        "it is in use, and makes again what is gone"
        "il est déjà utilisé, et recrée ce qui a disparu"
    in_use_undocumented()
        "it is in use, and what it keeps then is not documented"
        "il est déjà utilisé, et ce qu'il garde alors n'est pas documenté"
    there_unseen(name)
        "it means to make \"{name}\", which is there unseen: what it does then is not documented"
        "il veut créer « {name} », qui existe sans qu'il le voie : ce qu'il fait alors n'est pas documenté"
    refused_outside(name, prefix)
        "it finds none and means to make \"{name}\", which servers refuse outside of \"{prefix}\""
        "il n'en trouve aucun et veut créer « {name} », ce que les serveurs refusent hors de « {prefix} »"
    overlooks_unsubscribed(name, because)
        "it does not see \"{name}\", which is not subscribed; {because}"
        "il ne voit pas « {name} », qui n'est pas abonné ; {because}"
    overlooks_foreign(name, because)
        "it does not see \"{name}\", which is not personal; {because}"
        "il ne voit pas « {name} », qui n'est pas personnel ; {because}"
}

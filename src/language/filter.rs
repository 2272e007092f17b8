//! What is said of filters: Sieve scripts that file mail into mailboxes.

use super::texts;

texts! {
    repair_filters()
        "repair filters"
        "adapter les filtres"

    // What is wrong with filters.
    filter_place(script, line)
        "script \"{script}\", line {line}"
        "script « {script} », ligne {line}"
    filter_place_with_rule(script, line, rule)
        "script \"{script}\", line {line}, rule \"{rule}\""
        "script « {script} », ligne {line}, règle « {rule} »"
    filter_files_here(places, name, keep)
        "a filter ({places}) files mail into {name}, and \"{keep}\" keeps that role"
        "un filtre ({places}) range du courrier dans {name}, alors que « {keep} » garde ce rôle"
    filter_also_forwards()
        "where a filing fails, some servers also drop what the same script forwards and answers"
        "quand un rangement échoue, certains serveurs abandonnent aussi les transferts et les réponses du même script"
    filter_files_nowhere(places, name)
        "a filter ({places}) files mail into \"{name}\", which the server does not list"
        "un filtre ({places}) range du courrier dans « {name} », que le serveur ne montre pas"
    filter_names_otherwise(places, name, near)
        "a filter ({places}) files mail into \"{name}\", written in a form that the server does not take for \"{near}\""
        "un filtre ({places}) range du courrier dans « {name} », écrit sous une forme que le serveur ne prend pas pour « {near} »"
    filters_not_readable(why)
        "the filters could not be read: {why}"
        "les filtres n'ont pas pu être lus : {why}"
    filter_script_not_readable(script, why)
        "the filter script \"{script}\" cannot be read ({why}), so it is not known where it files mail"
        "le script de filtres « {script} » est illisible ({why}) ; on ne sait donc pas où il range le courrier"
    filter_name_unknown(places, written)
        "a filter ({places}) files mail into a mailbox whose name is made when it runs: {written}"
        "un filtre ({places}) range du courrier dans un dossier dont le nom se forme à l'exécution : {written}"
    filter_includes_global(script, included)
        "the filter script \"{script}\" includes \"{included}\", which is the administrator's and cannot be read"
        "le script de filtres « {script} » inclut « {included} », qui est à l'administrateur et ne peut pas être lu"

    learns_no_spam(names)
        "messages are moved out of {names}: a spam filter that learns from moves may take them for no spam"
        "des messages quittent {names} : un filtre antispam qui apprend des déplacements peut les prendre pour du courrier légitime"

    // What a plan says of them.
    filter_will_name(places, from, to)
        "{places}: \"{from}\" becomes \"{to}\""
        "{places} : « {from} » devient « {to} »"
    filter_files_into_merged(places, from, to)
        "a filter ({places}) files mail into \"{from}\", which becomes \"{to}\"; --repair-filters changes the filter along"
        "un filtre ({places}) range du courrier dans « {from} », qui devient « {to} » ; --repair-filters adapte aussi le filtre"
    filter_by_hand(places, from, to, why)
        "a filter ({places}) files mail into \"{from}\", which becomes \"{to}\"; change it where it was made: {why}"
        "un filtre ({places}) range du courrier dans « {from} », qui devient « {to} » ; modifiez-le là où il a été fait : {why}"
    filter_may_file_into_merged(places, from, to)
        "a filter ({places}) makes the mailbox's name when it runs; where that is \"{from}\", which becomes \"{to}\", it no longer finds the mailbox"
        "un filtre ({places}) forme le nom du dossier à l'exécution ; si c'est « {from} », qui devient « {to} », il ne trouve plus le dossier"
    filter_edited_in_one_script(product, old, new)
        "{product} lets people change rules in its script \"{old}\" only, which stops running when \"{new}\" does: before a rule is changed there again, give the rules in it the kept mailboxes and activate it"
        "{product} ne laisse modifier des règles que dans son script « {old} », qui ne s'exécute plus dès que « {new} » s'exécute : avant d'y modifier de nouveau une règle, donnez aux règles les dossiers gardés et activez-le"
    filter_forwards_too()
        "the filter script also forwards or answers mail, which some servers stop when a filing fails; --repair-filters changes it along, --despite-filters goes on without"
        "le script de filtres transfère aussi du courrier ou y répond, ce que certains serveurs arrêtent quand un rangement échoue ; --repair-filters l'adapte, --despite-filters continue sans"
    filter_kept_elsewhere(product)
        "{product} keeps its rules elsewhere and would bring the old name back"
        "{product} garde ses règles ailleurs et rétablirait l'ancien nom"
    filter_name_computed(line)
        "line {line} makes a mailbox's name when it runs"
        "la ligne {line} forme un nom de dossier à l'exécution"
    filter_is_included(line)
        "line {line} includes another script"
        "la ligne {line} inclut un autre script"
    filter_rule_unreadable(line)
        "the rule in the comment on line {line} cannot be read"
        "la règle dans le commentaire de la ligne {line} est illisible"
    filter_name_unwritable(name)
        "the name \"{name}\" cannot be written in a script"
        "le nom « {name} » ne peut pas être écrit dans un script"
    filter_name_encoding_unknown(name)
        "the server reads names in scripts in one of two encodings, and nothing in this one shows in which \"{name}\" is to be written"
        "le serveur lit les noms des scripts dans l'un de deux codages, et rien dans celui-ci ne montre lequel convient à « {name} »"
    filter_would_change_more()
        "more than names would change, which is an error of rolecall's"
        "il changerait plus que des noms, ce qui est une erreur de rolecall"
    filter_none_active()
        "no filter script is active, so none is changed; one that the server runs without listing it (a plain ~/.dovecot.sieve) may name mailboxes that go, and is to be changed by hand"
        "aucun script de filtres n'est actif, aucun n'est donc adapté ; un script que le serveur exécute sans l'énumérer (un simple ~/.dovecot.sieve) peut nommer des dossiers qui disparaissent, et se modifie à la main"
    filter_in_several_scripts()
        "it stands in a script that another one includes"
        "il se trouve dans un script qu'un autre inclut"

    // Why a script cannot be read.
    script_unreadable(line, column, met)
        "line {line}, column {column}: {met}"
        "ligne {line}, colonne {column} : {met}"
    script_too_long()
        "the script is too long"
        "le script est trop long"
    script_too_many_words()
        "the script has too many words"
        "le script a trop de mots"
    script_too_deep()
        "blocks or tests are nested too deeply"
        "des blocs ou des tests sont imbriqués trop profondément"
    script_string_unclosed()
        "a string that does not end"
        "une chaîne sans fin"
    script_text_unclosed()
        "a text: block that does not end"
        "un bloc de texte sans fin"
    script_comment_unclosed()
        "a comment that does not end"
        "un commentaire sans fin"
    script_octet(octet)
        "an unexpected octet {octet}"
        "un octet inattendu {octet}"
    script_word()
        "an unexpected word or sign"
        "un mot ou un signe inattendu"
    script_ends()
        "the script ends within a command"
        "le script s'arrête au milieu d'une commande"

    dovecot_filing_aliases_of_all()
        "holds for the mailboxes of these names in all accounts"
        "vaut pour les dossiers de ces noms dans tous les comptes"
    dovecot_filing_aliases()
        "or, Dovecot 2.3: for deliveries alone (also in protocol lda, where that delivers), then: doveadm reload"
        "ou, Dovecot 2.3 : pour la seule distribution (aussi dans protocol lda, si lda distribue), puis : doveadm reload"

    // Why a step did not do it.
    filter_changed(script)
        "the filter script \"{script}\" has been changed since; look at it, and plan anew"
        "le script de filtres « {script} » a été modifié depuis ; regardez-le, puis refaites le plan"
    filter_not_active(script)
        "the filter script \"{script}\" is not the one that runs any more; plan anew"
        "le script de filtres « {script} » n'est plus celui qui est actif ; refaites le plan"
    filter_not_activated(script)
        "the server said that the filter script \"{script}\" runs now, and it does not"
        "le serveur a dit que le script de filtres « {script} » est actif, et il ne l'est pas"
    filter_name_taken(script)
        "a filter script named \"{script}\" is there already, with another text; it is left as it is"
        "un script de filtres nommé « {script} » existe déjà, avec un autre texte ; il reste tel quel"
    filter_gone(script)
        "the filter script \"{script}\" is gone"
        "le script de filtres « {script} » n'existe plus"
    filter_comes_out_otherwise()
        "the filter script would come out otherwise than planned (by another version of rolecall?); plan anew"
        "le script de filtres ne serait pas celui du plan (autre version de rolecall ?) ; refaites le plan"
    filter_not_taken(why)
        "the server would not take the changed filter script: {why}"
        "le serveur refuserait le script de filtres modifié : {why}"
    filter_not_stored(script)
        "the server said that it stored the filter script \"{script}\", and it is not there"
        "le serveur a dit avoir enregistré le script de filtres « {script} », et il n'y est pas"
    filter_not_readable(why)
        "the filter script cannot be changed: {why}"
        "le script de filtres ne peut pas être modifié : {why}"
    filter_still_names(name)
        "the filters still name it and could not be repaired, so it stays: mail for \"{name}\" would go elsewhere"
        "les filtres le nomment toujours et n'ont pas pu être adaptés ; il reste donc : le courrier destiné à « {name} » irait ailleurs"
    filter_ran_before()
        "it ran before"
        "il était actif avant"
}

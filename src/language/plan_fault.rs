//! What does not hold in a plan that was read from a file. The names of fields are those in the file.

use super::texts;

texts! {
    other_account(account, bound)
        "\"{account}\" is not the account that the plan is bound to, \"{bound}\""
        "« {account} » n'est pas le compte auquel le plan est lié, « {bound} »"
    id_is(id)
        "it comes after step {id}; ids are 1, 2, 3 …"
        "elle vient après l'étape {id} ; les ids sont 1, 2, 3 …"
    other_sentences()
        "it has not one sentence for each that the plan has"
        "il n'a pas une phrase pour chacune de celles du plan"
    goes_twice()
        "an earlier step empties or renames it"
        "une étape précédente le vide ou le renomme"
    is_no_sum()
        "they are not what the steps add up to"
        "ce n'est pas la somme des étapes"
    removes_what_is_kept()
        "it removes the emptied mailbox, and the plan keeps emptied mailboxes"
        "elle supprime le dossier vidé, et le plan garde les dossiers vidés"
    name_reads_otherwise(name, wire)
        "the name \"{name}\" is not what \"{wire}\" reads as"
        "le nom « {name} » n'est pas ce que se lit « {wire} »"
    no_such_fingerprint()
        "it is not the fingerprint of the mailboxes below it"
        "ce n'est pas l'empreinte des dossiers qui suivent"
    said_not_to_exist(name)
        "\"{name}\" is said not to exist, and to have messages or a number of its own"
        "« {name} » est dit ne pas exister, et avoir des messages ou un numéro à lui"
    is_not_below(name, parent)
        "\"{name}\" is not below \"{parent}\""
        "« {name} » n'est pas sous « {parent} »"
    removes_unemptied()
        "no plan removes a mailbox that it has not emptied"
        "aucun plan ne supprime un dossier qu'il n'a pas vidé"
    needs_one(action)
        "{action} needs one"
        "il en faut un à {action}"
    has_none(action)
        "{action} has none"
        "{action} n'en a pas"
    is_the_source()
        "it is the source"
        "c'est la source"
    merge_needs_path()
        "a merge says how messages travel"
        "une fusion dit comment voyagent les messages"
    only_merge_moves()
        "only a merge moves messages"
        "seule une fusion déplace des messages"
    only_merge_empties()
        "only a merge empties a mailbox"
        "seule une fusion vide un dossier"
    only_merge_or_rename_counts()
        "only a merge or a rename has messages"
        "seuls une fusion ou un renommage ont des messages"
    undo_cannot_reverse()
        "`rolecall undo` cannot reverse it, and it says the contrary"
        "`rolecall undo` ne peut pas l'annuler, et il est dit le contraire"
    undo_can_reverse()
        "`rolecall undo` can reverse it, and it says the contrary"
        "`rolecall undo` peut l'annuler, et il est dit le contraire"
    script_not_said()
        "it does not say which script is to run"
        "il n'est pas dit quel script doit tourner"
    only_repair_has_filter()
        "only the repair of filters has one"
        "seule la correction des filtres en a un"
    script_runs_already()
        "the script that is to run is the one that runs"
        "le script qui doit tourner est celui qui tourne"
    no_rename_to_inbox()
        "no mailbox is renamed to INBOX"
        "aucun dossier n'est renommé en INBOX"
    inbox_is_left()
        "INBOX is neither emptied nor renamed"
        "INBOX n'est ni vidé ni renommé"
    mark_needs_role()
        "a mark needs a role that has one"
        "une marque veut un rôle qui en a une"
    only_rename_waits()
        "only a rename waits for its role's mark"
        "seul un renommage attend la marque de son rôle"
    is_not_seen(name)
        "\"{name}\" is not among the mailboxes that the plan has seen"
        "« {name} » n'est pas parmi les dossiers que le plan a vus"
    does_not_exist_by_then(name)
        "\"{name}\" does not exist by then"
        "« {name} » n'existe pas à ce moment"
    exists_already(name)
        "\"{name}\" is there already"
        "« {name} » est déjà là"
    validity_not_seen(name)
        "the plan has not seen its UIDVALIDITY, so \"{name}\" cannot be told from another mailbox"
        "le plan n'a pas vu son UIDVALIDITY ; « {name} » ne peut donc pas être distingué d'un autre dossier"
    says_other_count(told, has)
        "it says {told}, and the plan has seen {has} in the source"
        "il est dit {told}, et le plan en a vu {has} dans la source"
    holds_deceptive(line, code)
        "line {line}: it holds U+{code}, which cannot be seen or turns what stands beside it"
        "ligne {line} : elle contient U+{code}, qu'on ne voit pas ou qui retourne ce qui est à côté"
    has_what_no_plan_has(line, what)
        "line {line}: it has {what}, and a plan has none"
        "ligne {line} : elle a {what}, et un plan n'en a pas"
    an_alias() "an alias" "un alias"
    a_tag() "a tag" "une étiquette"
    an_anchor() "an anchor" "une ancre"
    at_line(line, why)
        "line {line}: {why}"
        "ligne {line} : {why}"
    name_is_empty()
        "the name is empty"
        "le nom est vide"
    name_longer_than(most)
        "the name is longer than {most} characters"
        "le nom a plus de {most} caractères"
    name_no_client_writes(name)
        "\"{name}\" holds a control or another character that no client writes"
        "« {name} » contient un caractère de contrôle ou un autre qu'aucun logiciel n'écrit"
    like_modified_utf7(name)
        "\"{name}\" looks like modified UTF-7: write the name as clients show it"
        "« {name} » ressemble à de l'UTF-7 modifié : écrivez le nom comme les logiciels le montrent"
    is_on_line_already(name, line)
        "\"{name}\" is on line {line} already"
        "« {name} » est déjà à la ligne {line}"
    ambiguous_has_two_roles()
        "an ambiguous name has at least two roles"
        "un nom ambigu a au moins deux rôles"
    is_no_tag(word)
        "\"{word}\" is not a language tag such as fr or pt-BR"
        "« {word} » n'est pas une langue comme fr ou pt-BR"
}

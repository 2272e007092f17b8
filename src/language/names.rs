//! What the table of mailbox names says: its lists, what is known of one name, what a table of one's own changes.

use super::{counts, texts};

counts! {
    table_entries("entry" "entries") ("entrée" "entrées")
    table_names("name" "names") ("nom" "noms")
}

texts! {
    // Lists.
    head_locale() "locale" "langue"
    head_names() "names" "noms"
    head_line() "line" "ligne"
    head_in_table() "name in the table" "nom dans la table"
    head_like() "like the name" "comme le nom"
    head_built_in() "built in" "d'origine"
    head_yours() "yours" "la vôtre"
    and_verbose_shows_sources(entries)
        "{entries}; -v shows who gives each"
        "{entries} ; -v montre qui donne chacune"
    mark_created() "created" "créé"
    mark_created_weak() "created, weak" "créé, peu attesté"
    mark_weak() "weak" "peu attesté"

    // One name.
    name_is(name, verdict)
        "\"{name}\": {verdict}"
        "« {name} » : {verdict}"
    compared_as(name)
        "compared as \"{name}\""
        "comparé comme « {name} »"
    compared_as_and_without_accents(name, bare)
        "compared as \"{name}\"; without accents as \"{bare}\""
        "comparé comme « {name} » ; sans accents comme « {bare} »"
    means_several(roles)
        "ambiguous, since clients differ: {roles}"
        "ambigu, car les logiciels diffèrent : {roles}"
    word_for_inbox()
        "a word for the inbox; but mail arrives in INBOX alone, so a mailbox of this name gets no role"
        "un mot pour la boîte de réception ; mais le courrier n'arrive que dans INBOX, et un dossier de ce nom n'a donc pas de rôle"
    likely_since(roles, why)
        "likely {roles}; {why}"
        "probablement {roles} ; {why}"
    doubtful_since(roles, why)
        "doubtful {roles}; {why}"
        "douteux, {roles} ; {why}"
    differs_in_words()
        "no table has it, but it is made of words of such names"
        "aucune table ne l'a, mais il est fait de mots de tels noms"
    differs_in_spelling()
        "it is a known name but for spaces and signs"
        "c'est un nom connu, aux espaces et aux signes près"
    differs_in_letters()
        "it is a known name but for how letters are written, or were lost"
        "c'est un nom connu, à la façon d'écrire des lettres près, ou à des lettres perdues près"
    differs_by_copy()
        "it is a known name with a word for a copy, or for where it is from"
        "c'est un nom connu, avec un mot qui dit une copie, ou d'où il vient"
    differs_by_number()
        "it is a known name with a number"
        "c'est un nom connu, avec un numéro"
    differs_by_year()
        "it is a known name with a year"
        "c'est un nom connu, avec une année"
    differs_by_address()
        "it is a known name with an address"
        "c'est un nom connu, avec une adresse"
    differs_by_owner()
        "it is a known name with a word behind it"
        "c'est un nom connu, suivi d'un mot"
    differs_by_prefix()
        "it is a known name after the prefix of another server"
        "c'est un nom connu, derrière le préfixe d'un autre serveur"
    language_settles_it()
        "the stated language settles it"
        "la langue indiquée tranche"
    differs_in_accents()
        "it is a known name but for its accents"
        "c'est un nom connu, aux accents près"
    is_little_attested()
        "it is little attested"
        "il est peu attesté"
    nobody_uses_it()
        "no client or server is known to use it"
        "on ne connaît aucun logiciel ni serveur qui l'utilise"
    nobody_uses_it_but_a_part(part, roles)
        "no client or server is known to use it; its part \"{part}\" is a name for {roles}, but a name counts whole or not at all"
        "on ne connaît aucun logiciel ni serveur qui l'utilise ; sa partie « {part} » est un nom du rôle {roles}, mais un nom compte en entier ou pas du tout"
    only_looks_like(role, letters)
        "it only looks like a name for {role}: it is written with {letters}"
        "il ressemble seulement à un nom du rôle {role} : il est écrit avec {letters}"
    other_letters() "other letters" "d'autres lettres"
    letter_greek(number) "Greek {number}" "{number} (grec)"
    letter_cyrillic(number) "Cyrillic {number}" "{number} (cyrillique)"
    letter_armenian(number) "Armenian {number}" "{number} (arménien)"
    letter_shown(number, letter) "{number} ({letter})" "{number} ({letter})"
    letter_invisible(number) "{number} (invisible)" "{number} (invisible)"
    name_stands_for(name)
        "it is as servers send names (modified UTF-7) or garbled; it stands for \"{name}\""
        "il est tel que les serveurs envoient les noms (UTF-7 modifié), ou brouillé ; il désigne « {name} »"
    last_level_counts(path)
        "of \"{path}\" only the last level was looked up; in an account it counts at the top, below INBOX and below [Gmail]"
        "de « {path} » seul le dernier niveau a été cherché ; dans un compte il compte en haut, sous INBOX et sous [Gmail]"

    // A table of one's own.
    table_has(file, names, locale)
        "{file}: {names}, {locale}"
        "{file} : {names}, {locale}"
    table_changes(new, same, other)
        "{new} new, {same} as in the built-in table, {other} with another role"
        "nouveaux : {new} ; comme dans la table d'origine : {same} ; avec un autre rôle : {other}"
}

/// Who gives a name, as the tables of names have it; their few English words among names of programs are said in French.
#[must_use]
pub fn given_by(source: &str) -> crate::language::Phrase {
    let french = source
        .replace("(server)", "(serveur)")
        .replace("(field report)", "(constaté)")
        .replace("most servers", "la plupart des serveurs")
        .replace("; ", " ; ");
    crate::language::Phrase {
        english: source.into(),
        french: french.into(),
    }
}

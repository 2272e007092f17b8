//! What is wrong with a command line, and what `--help` adds to the words of commands and options ([`super::help`]).

use super::texts;

texts! {
    // What clap finds wrong. A value is not repeated: it could be a secret in the wrong place.
    no_such_option(option)
        "unexpected option {option}"
        "option {option} inconnue ici"
    argument_too_many()
        "unexpected argument: there is one too many"
        "il y a un argument de trop"
    no_such_command()
        "unknown command"
        "commande inconnue"
    arguments_are_missing(arguments)
        "required arguments are missing: {arguments}"
        "il manque : {arguments}"
    command_is_missing(command, commands)
        "`{command}` needs a command: {commands}"
        "`{command}` attend une commande : {commands}"
    value_is_missing(option)
        "{option} needs a value"
        "il manque une valeur à {option}"
    value_of_several_is_missing(option, values)
        "{option} needs a value, one of {values}"
        "il manque une valeur à {option} : au choix {values}"
    not_a_value_of(option, values)
        "invalid value for {option}: possible values are {values}"
        "valeur refusée pour {option} : les valeurs possibles sont {values}"
    invalid_value_since(option, why)
        "invalid value for {option}: {why}"
        "valeur refusée pour {option} : {why}"
    option_is_there_twice(option)
        "{option} is there twice"
        "{option} figure deux fois"
    options_exclude_each_other(option, others)
        "{option} cannot be used with {others}"
        "{option} ne va pas avec {others}"
    number_of_values_is_wrong(option)
        "{option} has too many or too few values"
        "{option} a trop ou trop peu de valeurs"
    words_are_not_utf8()
        "what was typed is not UTF-8"
        "ce qui a été tapé n'est pas de l'UTF-8"
    command_line_is_unusable()
        "this command line cannot be understood"
        "cette ligne de commande est incompréhensible"
    did_you_mean_word(near)
        "did you mean {near}?"
        "vouliez-vous dire {near} ?"
    try_help()
        "`--help` explains every command and option"
        "`--help` explique les commandes et les options"
    usage_is(usage)
        "Usage: {usage}"
        "Utilisation : {usage}"

    // What is wrong with the value of an option.
    write_number(least, most)
        "write a whole number from {least} to {most}"
        "écrivez un nombre entier de {least} à {most}"
    write_one_character()
        "write one character"
        "écrivez un seul caractère"
    write_time()
        "write a number and a unit: 90m, 24h or 7d"
        "écrivez un nombre et une unité : 90m, 24h ou 7d"
    longest_time()
        "the longest time is 3650d"
        "la durée la plus longue est 3650d"
    not_held_back()
        "only trash, junk and second inboxes are held back"
        "seuls la corbeille (trash), les indésirables (junk) et les secondes boîtes de réception (inbox) sont laissés de côté"
    fingerprint_is_such()
        "a SHA-256 fingerprint is 64 hexadecimal digits"
        "une empreinte SHA-256 s'écrit en 64 chiffres hexadécimaux"
    write_host()
        "write HOST, HOST:PORT or imap://HOST"
        "écrivez SERVEUR, SERVEUR:PORT ou imap://SERVEUR"
    write_shard()
        "write K/N with 1 ≤ K ≤ N, or auto/N, or auto"
        "écrivez K/N avec 1 ≤ K ≤ N, ou auto/N, ou auto"
    no_scheduler()
        "no JOB_COMPLETION_INDEX (Kubernetes), SLURM_ARRAY_TASK_ID or PARALLEL_SEQ is set, so the part must be said: K/N"
        "ni JOB_COMPLETION_INDEX (Kubernetes), ni SLURM_ARRAY_TASK_ID, ni PARALLEL_SEQ n'est défini ; il faut donc indiquer la part : K/N"
    scheduler_says_no_number()
        "the scheduler does not say how many parts there are: write auto/N"
        "l'ordonnanceur ne dit pas combien de parts il y a : écrivez auto/N"
    no_such_part(variable, value, of)
        "{variable}={value} is no part of {of}"
        "{variable}={value} n'est pas une part de {of}"

    // What help adds.
    usage_heading()
        "Usage:"
        "Utilisation :"
    default_is(value)
        "[default: {value}]"
        "[par défaut : {value}]"
    values_are(values)
        "[possible values: {values}]"
        "[valeurs possibles : {values}]"
    values_mean()
        "Possible values:"
        "Valeurs possibles :"
    value_means(value, meaning)
        "- {value}: {meaning}"
        "- {value} : {meaning}"
    first_steps()
        "Try it without an account:  rolecall demo\nLook at an account:         rolecall audit imaps://USER@HOST\nSee what would be done:     rolecall fix --dry-run imaps://USER@HOST\n\nExit status:"
        "Essayer sans compte :          rolecall demo\nExaminer un compte :           rolecall audit imaps://UTILISATEUR@SERVEUR\nVoir ce qui serait fait :      rolecall fix --dry-run imaps://UTILISATEUR@SERVEUR\n\nCodes de sortie :"
}

//! What a report says to the person whose mail it is: what a folder is for, what changed, what is left to do.
//!
//! A reader of these knows folders, messages and mail programs, and neither roles nor clients nor options. In French a
//! *client* is who pays the bill, so a mail client is a *logiciel*. These sentences are printed, so numbers are written as
//! each language prints them, and French has its curly apostrophes here.

use super::{Language, Phrase, texts};

/// A number as it is printed: `12,040`, in French `12 040`.
#[must_use]
pub fn number(number: u64) -> Phrase {
    let grouped = super::count(number);
    Phrase {
        english: grouped.replace(' ', ",").into(),
        french: grouped.replace(' ', "\u{202f}").into(),
    }
}

/// Makes a function of each counted word, with the number as it is printed. In French nought is one.
macro_rules! printed {
    ($($text:ident ( $one:literal $many:literal ) ( $un:literal $plusieurs:literal ))*) => {
        $(
            #[doc = concat!("`1,204 ", $many, "`")]
            #[must_use]
            pub fn $text(count: u64) -> Phrase {
                let Phrase { english, french } = number(count);
                Phrase {
                    english: format!("{english} {}", if count == 1 { $one } else { $many }).into(),
                    french: format!("{french} {}", if count < 2 { $un } else { $plusieurs }).into(),
                }
            }
        )*
    };
}

printed! {
    printed_messages("message" "messages") ("message" "messages")
    printed_folders("folder" "folders") ("dossier" "dossiers")
    printed_accounts("account" "accounts") ("compte" "comptes")
    other_folders("other" "others") ("autre" "autres")
    printed_things("thing" "things") ("chose" "choses")
    own_folders("folder of your own" "folders of your own") ("dossier personnel" "dossiers personnels")
}

/// A word that goes with a number above it. In French nought is one.
#[must_use]
pub fn below_number(number: u64, one: Phrase, many: Phrase) -> Phrase {
    Phrase {
        english: if number == 1 {
            one.english
        } else {
            many.english
        },
        french: if number < 2 { one.french } else { many.french },
    }
}

/// A day and a time of day in UTC: `29 November 2026, 11:27 UTC`.
#[must_use]
pub fn moment(year: i16, month: i8, day: i8, hour: i8, minute: i8) -> Phrase {
    const MONTHS: [(&str, &str); 12] = [
        ("January", "janvier"),
        ("February", "février"),
        ("March", "mars"),
        ("April", "avril"),
        ("May", "mai"),
        ("June", "juin"),
        ("July", "juillet"),
        ("August", "août"),
        ("September", "septembre"),
        ("October", "octobre"),
        ("November", "novembre"),
        ("December", "décembre"),
    ];
    let place = usize::try_from(month).unwrap_or_default().wrapping_sub(1);
    let (english, french) = MONTHS.get(place).copied().unwrap_or(("?", "?"));
    let first = if day == 1 { "er" } else { "" };
    Phrase {
        english: format!("{day} {english} {year}, {hour}:{minute:02} UTC").into(),
        french: format!("{day}{first} {french} {year}, {hour}\u{a0}h\u{a0}{minute:02} (UTC)")
            .into(),
    }
}

impl Language {
    /// The language's tag (BCP 47).
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }
}

texts! {
    // What a folder is for.
    purpose_inbox() "Inbox" "Boîte de réception"
    purpose_drafts() "Drafts" "Brouillons"
    purpose_sent() "Sent mail" "Messages envoyés"
    purpose_trash() "Trash" "Corbeille"
    purpose_junk() "Junk mail" "Courrier indésirable"
    purpose_archive() "Archive" "Archives"
    purpose_all() "All mail" "Tous les messages"
    purpose_flagged() "Flagged messages" "Messages suivis"
    purpose_important() "Important messages" "Messages importants"
    purpose_templates() "Templates" "Modèles"
    purpose_outbox() "Outbox" "Boîte d’envoi"
    purpose_memos() "Memos" "Notes"
    purpose_scheduled() "Scheduled messages" "Messages programmés"
    purpose_snoozed() "Snoozed messages" "Messages reportés"
    purpose_other() "Other" "Autre"

    // Titles.
    title_in_order()
        "Your mail is in order"
        "Votre messagerie est rangée"
    title_can_be_in_order()
        "Your mail can be put in order"
        "Votre messagerie peut être rangée"
    title_partly_in_order()
        "Your mail is partly in order"
        "Votre messagerie est rangée en partie"
    title_can_be_put_back()
        "Your mail can be put back as it was"
        "Votre messagerie peut être remise comme avant"
    title_put_back()
        "Your mail is as it was before"
        "Votre messagerie est de nouveau comme avant"
    title_not_examined()
        "Your mail could not be examined"
        "Votre messagerie n’a pas pu être examinée"
    title_programs()
        "What your mail programs will use"
        "Ce que vos logiciels de messagerie utiliseront"
    title_overview()
        "Mail accounts"
        "Comptes de messagerie"
    report_on(account)
        "Report on {account}"
        "Rapport sur {account}"
    of_account()
        "Account"
        "Compte"
    prepared_by(brand)
        "prepared for you by {brand}"
        "préparé pour vous par {brand}"

    // The verdict: what matters most, and then the rest.
    nothing_changed_yet()
        "Nothing has been changed yet."
        "Rien n’est encore modifié."
    would_gather(messages, folders)
        "We propose to put {messages} together and then to remove {folders} left empty. Every message stays."
        "Nous proposons de rassembler {messages}, puis de supprimer {folders} en double. Tous les messages restent."
    would_gather_only(messages)
        "We propose to put {messages} together. Every message stays."
        "Nous proposons de rassembler {messages}. Tous les messages restent."
    would_change_settings()
        "We propose to set right how your folders are named and shown. No message is moved."
        "Nous proposons de corriger le nom et l’affichage de vos dossiers. Aucun message n’est déplacé."
    account_total(messages, same)
        "Your account holds {messages}, and will hold {same} afterwards."
        "Votre compte contient {messages} et en contiendra {same} ensuite."
    all_is_in_order()
        "There is nothing to do."
        "Il n’y a rien à faire."
    one_folder_each()
        "Each kind of mail has one folder."
        "Chaque usage a un seul dossier."
    not_without_you()
        "Nothing can be done without a word of yours."
        "Rien ne peut être fait sans votre accord."
    all_done()
        "It is done, and no message was lost:"
        "C’est fait, et aucun message n’a été perdu :"
    before_and_after(before, after)
        "{before} before, {after} after, in the folders concerned."
        "{before} avant, {after} après, dans les dossiers concernés."
    arrived_meanwhile(messages)
        "{messages} arrived meanwhile."
        "Reçu entre-temps : {messages}."
    done_without_moving()
        "It is done."
        "C’est fait."
    no_message_was_moved()
        "No message had to be moved."
        "Aucun message n’a dû être déplacé."
    done_in_part()
        "Not everything could be done."
        "Tout n’a pas pu être fait."
    moved_so_far(messages)
        "Put together so far: {messages}. The rest is where it was."
        "Rassemblé jusqu’ici : {messages}. Le reste n’a pas bougé."
    moved_and_looked_into(messages)
        "Put together so far: {messages}. We are seeing to the rest."
        "Rassemblé jusqu’ici : {messages}. Nous nous occupons du reste."
    left_unless_asked(purposes)
        "Left as it is unless you ask: {purposes}."
        "Laissé tel quel, sauf si vous le demandez : {purposes}."
    left_to_others(things)
        "Left for those who look after your mail: {things}, see the technical details."
        "Reste à faire par qui s’occupe de votre messagerie : {things}, voir les détails techniques."
    left_to_you()
        "The rest is for you to do: see below."
        "Le reste est à faire de votre côté : voir plus bas."
    still_there(folders)
        "Still there: {folders}."
        "Toujours là : {folders}."
    only_a_part()
        "This was about a part of your folders only."
        "Il ne s’agissait que d’une partie de vos dossiers."
    emptied_go_later()
        "The emptied folders are removed later."
        "Les dossiers vidés seront supprimés plus tard."
    not_all_explained(messages)
        "The count differs by {messages}, and we are looking into why."
        "Le compte diffère de {messages} ; nous cherchons pourquoi."
    seen_in_place(compared)
        "Each message that was moved has been seen in its new folder, {compared}."
        "Chaque message déplacé a été retrouvé dans son nouveau dossier, {compared}."
    compared_facts()
        "with the same size, date and marks (read, answered, flagged)"
        "avec la même taille, la même date et les mêmes marques (lu, répondu, suivi)"
    compared_text()
        "with the same text, date and marks (read, answered, flagged)"
        "avec le même texte, la même date et les mêmes marques (lu, répondu, suivi)"
    compared_size()
        "with the same size"
        "avec la même taille"

    // Three figures.
    figure_message_gathered() "message put together" "message rassemblé"
    figure_messages_gathered() "messages put together" "messages rassemblés"
    figure_message_to_gather() "message to put together" "message à rassembler"
    figure_messages_to_gather() "messages to put together" "messages à rassembler"
    figure_folder_removed() "duplicate folder removed, empty" "dossier en double supprimé, vide"
    figure_folders_removed() "duplicate folders removed, empty" "dossiers en double supprimés, vides"
    figure_folder_too_many() "duplicate folder" "dossier en double"
    figure_folders_too_many() "duplicate folders" "dossiers en double"
    figure_message_put_back() "message put back" "message remis à sa place"
    figure_messages_put_back() "messages put back" "messages remis à leur place"
    figure_message_to_put_back() "message to put back" "message à remettre à sa place"
    figure_messages_to_put_back() "messages to put back" "messages à remettre à leur place"
    figure_folder_again() "folder as it was before" "dossier comme avant"
    figure_folders_again() "folders as they were before" "dossiers comme avant"
    figure_folder_to_be_again() "folder to be as it was" "dossier à rétablir"
    figure_folders_to_be_again() "folders to be as they were" "dossiers à rétablir"
    figure_thing_for_you() "thing for you to do" "chose à faire de votre côté"
    figure_things_for_you() "things for you to do" "choses à faire de votre côté"

    // The picture.
    heading_proposal() "What we propose" "Ce que nous proposons"
    heading_changed() "What has changed" "Ce qui a changé"
    why_folders_multiply()
        "Your programs had made several folders for the same purpose, and each showed only a part of your mail."
        "Vos logiciels avaient créé plusieurs dossiers pour le même usage ; chacun n’en montrait qu’une partie."
    one_folder_remains()
        "One folder for each purpose remains."
        "Il reste un dossier par usage."
    picture_title()
        "Your folders, before and after"
        "Vos dossiers, avant et après"
    picture_says()
        "Each folder of before, on the left, is joined to the folder that its messages go to, on the right. The table below has the same numbers."
        "Chaque dossier d’avant, à gauche, est relié au dossier qui reçoit ses messages, à droite. Le tableau plus bas donne les mêmes nombres."
    before() "Before" "Avant"
    after() "After" "Après"
    in_folder(name) "folder “{name}”" "dossier « {name} »"
    left_in_place() "left in place" "laissé en place"
    and_others(others) "and {others}" "et {others}"

    // The rules by which the server sorts mail.
    heading_rules() "Your sorting rules" "Vos règles de tri"
    rule_sorts_here(name)
        "A rule puts mail into “{name}”. If that folder goes, the rule has to change too: else the folder comes back, or mail stays in the inbox."
        "Une règle range du courrier dans « {name} ». Si ce dossier disparaît, la règle doit changer aussi : sinon le dossier revient, ou le courrier reste dans la boîte de réception."
    rule_sorts_nowhere(name)
        "A rule puts mail into “{name}”, which does not exist. What else your rules do may not happen either."
        "Une règle range du courrier dans « {name} », qui n’existe pas. Ce que vos règles font d’autre peut aussi ne pas avoir lieu."
    rule_does_more()
        "Your rules also send mail on or answer it for you. They have to change first, so that this does not stop."
        "Vos règles transfèrent aussi du courrier ou y répondent à votre place. Elles doivent changer d’abord, pour que cela ne s’arrête pas."
    rules_would_follow()
        "Your rules will put mail into the folders that stay."
        "Vos règles rangeront le courrier dans les dossiers conservés."
    rules_follow()
        "Your rules put mail into the folders that stay."
        "Vos règles rangent le courrier dans les dossiers conservés."
    rules_are_as_they_were()
        "Your rules are as they were."
        "Vos règles sont restées telles quelles."

    // What is left to do, and what was left alone.
    heading_for_you() "What you have to do" "Ce qu’il vous reste à faire"
    nothing_for_you()
        "Nothing."
        "Rien."
    if_a_folder_comes_back()
        "If one of the old folders comes back, one of your programs is still set to it: tell us."
        "Si un ancien dossier réapparaît, un de vos logiciels l’utilise encore : dites-le-nous."
    mail_downloads_again()
        "Your programs will download the moved messages once more. That is normal; they are not there twice."
        "Vos logiciels vont télécharger une seconde fois les messages déplacés : c’est normal, ils ne sont pas en double."
    heading_left_alone() "What we left in place" "Ce que nous avons laissé en place"
    heading_to_leave_alone() "What we would leave in place" "Ce que nous laisserions en place"
    may_be_deleted_there()
        "your provider may delete what lies there by itself. We put it together if you ask for it."
        "votre hébergeur peut effacer automatiquement ce qui s’y trouve. Nous le rassemblons si vous le demandez."
    stays_in_place()
        "stays where it is."
        "reste en place."
    stay_in_place()
        "stay where they are."
        "restent en place."
    stays_empty()
        "stays, empty."
        "reste, vide."
    stays_with_messages(messages)
        "stays with {messages}."
        "reste avec {messages}."
    inbox_only()
        "Your inbox."
        "Votre boîte de réception."
    inbox_and_own(folders)
        "Your inbox and {folders}."
        "Votre boîte de réception et {folders}."

    // The table.
    heading_by_folder() "Folder by folder" "Dossier par dossier"
    numbers_are_messages() "The numbers are messages." "Les nombres sont des messages."
    column_purpose() "Purpose" "Usage"
    column_kept() "Folder that stays" "Dossier conservé"
    column_is_back() "Folder that gets its mail back" "Dossier qui retrouve son courrier"
    column_came_from() "From" "Depuis"
    column_put_together() "Put together with it" "Réunis avec lui"

    // The way back.
    heading_way_back() "If you change your mind" "Changer d’avis"
    give_this_number()
        "Everything can be put back as it was. Give us this number:"
        "Tout peut être remis comme avant. Donnez-nous ce numéro :"
    sooner_is_better()
        "The sooner the better: what your provider has deleted meanwhile does not come back."
        "Le plus tôt est le mieux : ce que l’hébergeur aura effacé entre-temps ne revient pas."
    will_be_reversible()
        "Nothing has been changed. Once it is done, it can still be put back as it was."
        "Rien n’est modifié. Une fois fait, tout pourra encore être remis comme avant."

    // Details for those who do the work.
    heading_details() "Technical details" "Détails techniques"
    server_is(software) "Server: {software}" "Serveur : {software}"
    made_with(version) "Made with rolecall {version}" "Établi avec rolecall {version}"
    run_is(run) "Run: {run}" "Exécution : {run}"
    detail_findings() "Findings" "Constats"
    detail_steps() "Steps" "Étapes"
    detail_warnings() "Warnings" "Avertissements"
    detail_by_hand() "By hand" "À la main"
    detail_commands() "Commands" "Commandes"
    detail_because() "Because" "Pourquoi"

    audit_of(account) "Audit of {account}" "Contrôle de {account}"
    clients_of(account) "What mail clients will use on {account}" "Ce que les logiciels de messagerie utiliseront sur {account}"

    // What programs use.
    programs_known() "All mail programs that we know of; one that is set up already may keep what it has." "Tous les logiciels de messagerie connus ; un logiciel déjà configuré peut garder ce qu’il a."
    programs_stated() "The mail programs that you use; one that is set up already may keep what it has." "Les logiciels que vous utilisez ; un logiciel déjà configuré peut garder ce qu’il a."
    column_programs() "Mail programs" "Logiciels"
    column_folder() "Folder" "Dossier"
    programs_agree(purposes) "As far as it is known for certain, they agree about: {purposes}." "D’après ce qui est établi, ils s’accordent pour : {purposes}."
    programs_differ(purposes) "As far as it is known for certain, they differ about: {purposes}." "D’après ce qui est établi, ils ne s’accordent pas pour : {purposes}."

    // Many accounts.
    overview_of(accounts)
        "{accounts}, those that need somebody first."
        "{accounts}, ceux qui demandent une intervention d’abord."
    column_account() "Account" "Compte"
    column_state() "State" "État"
    column_result() "Result" "Résultat"
    state_failed() "failed" "échec"
    state_unfinished() "unfinished" "inachevé"
    state_to_do() "something to do" "à traiter"
    state_done() "done" "fait"
    state_no_turn() "had no turn" "non traité"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_printed_as_each_language_does() {
        let said = |phrase: Phrase| Language::EVERY.map(|language| phrase.say(language).to_owned());
        assert_eq!(said(number(12_040)), ["12,040", "12\u{202f}040"]);
        assert_eq!(said(printed_messages(0)), ["0 messages", "0 message"]);
        assert_eq!(
            said(moment(2026, 12, 1, 9, 5)),
            [
                "1 December 2026, 9:05 UTC",
                "1er décembre 2026, 9\u{a0}h\u{a0}05 (UTC)"
            ]
        );
        assert_eq!(said(moment(2026, 0, 1, 0, 0))[0], "1 ? 2026, 0:00 UTC");
    }
}

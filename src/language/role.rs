//! What a role is called in a sentence; options, codes and data have its English word.

use super::texts;

texts! {
    role_inbox() "inbox" "réception"
    role_drafts() "drafts" "brouillons"
    role_sent() "sent" "envoyés"
    role_trash() "trash" "corbeille"
    role_junk() "junk" "indésirables"
    role_archive() "archive" "archives"
    role_all() "all" "tous"
    role_flagged() "flagged" "suivis"
    role_important() "important" "importants"
    role_templates() "templates" "modèles"
    role_outbox() "outbox" "boîte d'envoi"
    role_memos() "memos" "notes"
    role_scheduled() "scheduled" "programmés"
    role_snoozed() "snoozed" "reportés"
}

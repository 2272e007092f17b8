//! The words of `rolecall demo`.

use super::texts;

texts! {
    // The demo's own words.
    demo_serves(account, password)
        "A sample account is at {account}, password \"{password}\".\nIt lives in memory until Ctrl-C. In another terminal:"
        "Un compte d'exemple est à {account}, mot de passe « {password} ».\nIl vit en mémoire jusqu'à Ctrl-C. Dans un autre terminal :"
    demo_begins(messages, mailboxes)
        "A small IMAP server is running in this process, on this machine only. Its\naccount has {messages} messages in {mailboxes} mailboxes, as Outlook, Thunderbird,\nApple Mail and a webmail have left them, in French and English."
        "Un petit serveur IMAP tourne dans ce processus, sur cette machine seulement. Son\ncompte a {messages} messages dans {mailboxes} dossiers, comme Outlook, Thunderbird,\nApple Mail et un webmail les ont laissés, en français et en anglais."
    demo_audits()
        "1. What is here, which role does each mailbox play, and what is wrong?"
        "1. Quels dossiers y a-t-il, à quoi sert chacun, et qu'est-ce qui ne va pas ?"
    demo_plans()
        "2. What would be done about it? Nothing is changed yet."
        "2. Que faudrait-il faire ? Rien n'est encore modifié."
    demo_fixes()
        "3. Do it. Every command is in a journal before it is sent, and every message is\n   seen in its new mailbox before it counts as moved."
        "3. Le faire. Chaque commande est dans un journal avant d'être envoyée, et chaque\n   message est vu dans son nouveau dossier avant de compter comme déplacé."
    demo_audits_again()
        "4. Look again. What is left is for a person to decide."
        "4. Regarder à nouveau. Ce qui reste se décide à la main."
    demo_undoes()
        "5. Changed your mind? Undo it: every message goes back to where it was."
        "5. Changé d'avis ? On annule : chaque message retourne où il était."
    demo_ends(messages, mailboxes)
        "All {messages} messages are in their {mailboxes} mailboxes again, with their flags and dates.\n\nNow your own account; nothing is changed until you say so:\n  rolecall audit imaps://you@example.com@imap.example.com\nOr play with the sample account from another terminal:\n  rolecall demo --serve"
        "Les {messages} messages sont de nouveau dans leurs {mailboxes} dossiers, avec leurs\nmarques et leurs dates.\n\nÀ votre compte maintenant ; rien n'est modifié avant votre accord :\n  rolecall audit imaps://vous@example.com@imap.example.com\nOu essayez le compte d'exemple depuis un autre terminal :\n  rolecall demo --serve"
}

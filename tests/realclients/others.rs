//! Evolution, Claws Mail, Sylpheed, Alpine, aerc, SOGo and Horde IMP with each of the ten accounts, before a `fix` for that client and after it: a new
//! client uses and makes what `rolecall clients` foretells.

use crate::realclients::{
    accounts::ACCOUNTS,
    client::{AERC, ALPINE, CLAWS_MAIL, Client, EVOLUTION, HORDE_IMP, SOGO, SYLPHEED},
    scene::Scene,
};

fn does_as_foretold(client: Client) {
    let accounts = ACCOUNTS.iter().filter(|account| !account.is_left_out());
    let surprises = accounts.flat_map(|account| {
        let scene = Scene::of(account, &[client], &[]);
        let before = scene.surprises(client);
        scene.fix();
        let after = scene.surprises(client);
        let told = before.into_iter().map(|told| format!("before, {told}"));
        let told = told.chain(after.into_iter().map(|told| format!("after, {told}")));
        told.map(|told| format!("{account:?}: {told}"))
            .collect::<Vec<_>>()
    });
    let surprises: Vec<String> = surprises.collect();
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

macro_rules! do_as_foretold {
    ($(fn $name:ident() = $client:expr;)*) => {
        $(
            #[test]
            #[ignore = "starts a real client: tests/run --long"]
            fn $name() {
                does_as_foretold($client);
            }
        )*
    };
}

do_as_foretold! {
    fn claws_mail_in_english() = CLAWS_MAIL.of("en_US");
    fn claws_mail_in_french() = CLAWS_MAIL.of("fr_FR");
    fn sylpheed_in_english() = SYLPHEED.of("en_US");
    fn sylpheed_in_french() = SYLPHEED.of("fr_FR");
    fn alpine_in_no_language() = ALPINE;
    fn aerc_in_no_language() = AERC;
    fn evolution_in_english() = EVOLUTION.of("en_US");
    fn evolution_in_french() = EVOLUTION.of("fr_FR");
    fn sogo_in_english() = SOGO.of("en_US");
    fn sogo_in_french() = SOGO.of("fr_FR");
    fn horde_imp_in_english() = HORDE_IMP.of("en_US");
    fn horde_imp_in_french() = HORDE_IMP.of("fr_FR");
}

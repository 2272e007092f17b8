//! The pages in a real browser (Chromium, with axe-core), in light and dark, on a screen of a desk and of a phone.
//!
//! `tests/run --long` installs both. `ROLECALL_PAGES=FOLDER` keeps the pages and a picture of each for somebody to look at.

use std::{net::TcpListener, path::PathBuf, process::Command};

use super::*;

/// Where `tests/servers/install.sh` has put axe.
fn axe() -> String {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"));
    let path = target.join("servers/chromium/node_modules/axe-core/axe.min.js");
    fs::read_to_string(&path)
        .unwrap_or_else(|_| panic!("{}: tests/servers/install.sh", path.display()))
}

/// What is wrong on a page: what axe finds, and words of the picture that do not fit it.
const LOOK: &str = "\
document.querySelectorAll('details').forEach(one => { one.open = true });
const fits = text => { const box = text.getBBox(); return box.x >= 0 && box.x + box.width <= 760 };
const wide = [...document.querySelectorAll('svg text')].filter(text => !fits(text)).map(text => text.textContent);
axe.run().then(found => {
    const wrong = found.violations.map(one => one.id + ' ' + one.nodes[0].html).concat(wide);
    document.title = 'LOOKED ' + JSON.stringify(wrong);
});";

fn chromium(arguments: &[&str], page: &Path) -> String {
    let output = Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
        ])
        .args(arguments)
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
#[ignore = "starts a browser: tests/run --long"]
fn pages_are_sound_and_fetch_nothing_in_a_browser() {
    let axe = axe();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let beacon = format!("127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let own = tempfile::tempdir().unwrap();
    let kept = std::env::var_os("ROLECALL_PAGES").map(PathBuf::from);
    let folder = kept.clone().unwrap_or_else(|| own.path().to_owned());
    // A browser takes a second to start, so of the accounts that have no names of their own only one is looked at in French.
    let is_looked_at = |name: &str| name.ends_with("-en") || name.contains("messy");
    for (name, page) in pages().into_iter().filter(|(name, _)| is_looked_at(name)) {
        let page = page.replace("127.0.0.1:1/", &beacon);
        let path = folder.join(format!("{name}.html"));
        fs::write(&path, &page).unwrap();
        if kept.is_some() {
            let picture = folder.join(format!("{name}.png"));
            chromium(
                &[
                    &format!("--screenshot={}", picture.display()),
                    "--window-size=900,1600",
                ],
                &path,
            );
        }
        // axe is a script, so it looks at a copy without the policy: names must be harmless without it too.
        let (before, policy) = page.split_once("<meta http-equiv=").unwrap();
        let (_, after) = policy.split_once('>').unwrap();
        let looked_at = format!("{before}{after}").replace(
            "</body>",
            &format!("<script>{axe}</script><script>{LOOK}</script></body>"),
        );
        let copy = own.path().join("looked-at.html");
        fs::write(&copy, looked_at).unwrap();
        // What differs on a phone or in the dark does so on any account.
        let ways = [("900", "1"), ("900", "0"), ("500", "1")];
        let ways = if name.contains("messy") {
            &ways[..]
        } else {
            &ways[..1]
        };
        for (width, scheme) in ways {
            let size = format!("--window-size={width},1600");
            let scheme = format!("--blink-settings=preferredColorScheme={scheme}");
            let shown = chromium(
                &["--dump-dom", "--virtual-time-budget=20000", &size, &scheme],
                &copy,
            );
            assert!(
                shown.contains("<title>LOOKED []</title>"),
                "{name} {size} {scheme}: {}",
                title(&shown)
            );
        }
    }
    assert!(listener.accept().is_err(), "a page has fetched something");
}

fn title(page: &str) -> &str {
    let title = page.split_once("<title>").map_or("", |(_, rest)| rest);
    title.split("</title>").next().unwrap_or_default()
}

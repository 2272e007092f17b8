//! A scene: an account, a plan, every point at which it can break, and what must hold after each.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::Path,
    sync::Arc,
    time::Duration,
};

use rolecall::{
    demo::{Persona, World},
    mapping::Mapping,
    model::{
        mailbox::MailboxName,
        plan::{Plan, Step},
        receipt::{Outcome, Receipt, SourceAfter},
    },
    planner::Policy,
};

use super::{
    Contents, Ended, Sim,
    director::{Blow, Gone, LOOKS, Lateness, Mark, Place, blows},
    paper::Ink,
    way::Way,
    writer::Writer,
};

/// What a scene does to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// `fix`.
    Fix,
    /// `fix`, then `undo` of it: the undo is what breaks. What was left set aside still is, and no later run removes it.
    Undo,
    /// `fix` broken at its n-th mutating command, at this place: the resume is what breaks.
    Resume { at: usize, place: Place },
    /// The same, and the run is given up: that is what breaks.
    GiveUp { at: usize, place: Place },
    /// `fix` that leaves what it has emptied set aside: a later command removes it, and that is what breaks.
    Removal,
}

/// One scene.
pub struct Scene {
    pub name: &'static str,
    pub persona: fn() -> Persona,
    pub fill: fn(&mut World),
    pub policy: fn() -> Policy,
    pub job: Job,
    /// Messages that another client delivers meanwhile, and where.
    pub deliveries: (usize, &'static [&'static str]),
    /// Whether it knows these mailboxes by their ids, and so follows them.
    pub by_id: bool,
    /// How long what is emptied stands set aside until a later run removes it; none where the first one does.
    pub grace: Option<Duration>,
    /// Whether it breaks at commands that only look, too.
    pub looks: bool,
    /// What stands between the client and the server.
    pub way: Way,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// At a command on the server.
    Server(Mark, Blow),
    /// At the n-th record of the journal, of this kind.
    Journal(usize, String, Ink),
}

impl Fault {
    fn lateness(&self) -> Option<Lateness> {
        match self {
            Self::Server(_, Blow::Break(_, lateness)) => Some(*lateness),
            _ => None,
        }
    }

    /// Whether the run is to go on by itself, over a new connection or over the same.
    fn is_of_a_moment(&self) -> bool {
        matches!(
            self,
            Self::Server(
                _,
                Blow::Break(Gone::Moment, _)
                    | Blow::Reply(Gone::Moment, _)
                    | Blow::Silence
                    | Blow::Slow
            )
        )
    }

    fn is_refusal(&self) -> bool {
        matches!(self, Self::Server(_, Blow::Refuse))
    }

    /// The same fault at the same place of the same command, whichever of the run's.
    fn kind(&self) -> Self {
        let mut kind = self.clone();
        match &mut kind {
            Self::Server(mark, _) => mark.ordinal = 0,
            Self::Journal(at, ..) => *at = 0,
        }
        kind
    }

    /// A line of the list of points: command, place, fault, lateness.
    fn cell(&self) -> String {
        match self {
            Self::Server(mark, blow) => format!(
                "{}\t{}\t{:?}\t{blow:?}",
                mark.ordinal, mark.command, mark.place
            ),
            Self::Journal(at, kind, ink) => format!("{at}\tjournal {kind}\t-\t{ink:?}"),
        }
    }
}

/// How many points of a scene are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    Every,
    /// Of those that are of one kind the first, the last, and two of five between: it is the commands that are alike.
    Fair,
}

impl Share {
    /// Which of these points are played, by their numbers.
    fn of(self, faults: &[Fault]) -> BTreeSet<usize> {
        let mut alike: BTreeMap<Fault, Vec<usize>> = BTreeMap::new();
        for (number, fault) in faults.iter().enumerate() {
            alike.entry(fault.kind()).or_default().push(number);
        }
        let mut played = BTreeSet::new();
        for numbers in alike.values() {
            let numbered = numbers.iter().enumerate();
            let wanted = numbered.filter(|(at, _)| self == Self::Every || matches!(at % 5, 0 | 2));
            played.extend(wanted.map(|(_, number)| number).chain(numbers.last()));
        }
        played
    }
}

/// The books are compared with a replay of the journal at one point of so many: each record costs a replay.
const COMPARED: usize = 16;

/// How each step ended, and what became of its source.
type Words = Vec<(Outcome, Option<SourceAfter>)>;

fn words(receipt: &Receipt) -> Words {
    let steps = receipt.steps.iter();
    steps
        .map(|step| (step.outcome, step.source_after))
        .collect()
}

/// What is the same at every point of a scene, and is found out once.
struct Prelude {
    /// What `fix` plans.
    plan: Plan,
    /// Where a job that goes on with a broken run has it broken.
    broken_at: Option<Mark>,
}

/// What an uninterrupted run looks like.
struct Calm {
    prelude: Prelude,
    /// What its receipt says.
    words: Words,
    faults: Vec<Fault>,
    end: Contents,
}

impl Scene {
    fn sim(&self, mapping: &Arc<Mapping>) -> Sim {
        let mut sim = Sim::new((self.persona)(), mapping, self.fill);
        sim.client.settings.grace = self.grace;
        sim.client.way = self.way;
        if self.looks {
            sim.director.watch_looks();
        }
        sim
    }

    async fn prelude(&self, mapping: &Arc<Mapping>) -> Prelude {
        let plan = self.sim(mapping).plan(&(self.policy)()).await;
        assert!(!plan.is_empty(), "{}: there is nothing to do", self.name);
        let broken_at = match self.job {
            Job::Resume { at, place } | Job::GiveUp { at, place } => {
                Some(self.nth(mapping, &plan, at, place).await)
            }
            Job::Fix | Job::Undo | Job::Removal => None,
        };
        Prelude { plan, broken_at }
    }

    /// Everything up to what shall break; then deliveries begin.
    async fn prepared(&self, mapping: &Arc<Mapping>, prelude: &Prelude) -> (Sim, Plan) {
        let sim = self.sim(mapping);
        let plan = prelude.plan.clone();
        let plan = match self.job {
            Job::Fix => plan,
            Job::Undo => {
                let ended = sim.apply(&plan).await;
                assert!(ended.is_finished(), "{}: {ended:?}", self.name);
                sim.undo_plan(&sim.newest_run()).await
            }
            Job::Removal => {
                let ended = sim.apply(&plan).await;
                assert!(ended.is_finished(), "{}: {ended:?}", self.name);
                assert!(
                    !sim.let_time_pass().is_empty(),
                    "{}: nothing waits",
                    self.name
                );
                plan
            }
            Job::Resume { .. } | Job::GiveUp { .. } => {
                let blow = Blow::Break(Gone::Process, Lateness::Never);
                let mark = prelude.broken_at.clone();
                sim.director.arm(mark.map(|mark| (mark, blow)));
                let ended = sim.apply(&plan).await;
                assert!(
                    sim.director.has_struck(),
                    "{}: nothing broke: {ended:?}",
                    self.name
                );
                sim.director.bury();
                plan
            }
        };
        sim.director.arm(None);
        sim.paper.arm(None);
        let (messages, to) = self.deliveries;
        if self.by_id {
            let world = sim.client.world.lock().unwrap();
            let writers = to.iter().map(|name| Writer::by_id(&world, name));
            sim.director.let_write(messages, writers);
        } else {
            sim.director.deliver(messages, to);
        }
        (sim, plan)
    }

    async fn nth(&self, mapping: &Arc<Mapping>, plan: &Plan, at: usize, place: Place) -> Mark {
        let sim = self.sim(mapping);
        sim.director.arm(None);
        sim.apply(plan).await;
        let marks = sim.director.marks();
        let mut marks_of_changes = marks.iter().filter(|mark| !mark.looks());
        let mark = marks_of_changes.find(|mark| mark.ordinal == at && mark.place == place);
        mark.unwrap_or_else(|| panic!("{}: no {place:?} at command {at}: {marks:#?}", self.name))
            .clone()
    }

    async fn act(&self, sim: &Sim, plan: &Plan) -> Ended {
        let ended = match self.job {
            Job::Fix | Job::Undo => sim.apply(plan).await,
            Job::Resume { .. } | Job::Removal => sim.resume(&sim.newest_run()).await,
            Job::GiveUp { .. } => sim.give_up(&sim.newest_run()).await,
        };
        self.waited_for(sim, ended).await
    }

    /// Has removed by later runs what was left set aside, unless that is what an undo brings back.
    async fn waited_for(&self, sim: &Sim, ended: Ended) -> Ended {
        if self.job == Job::Undo {
            return ended;
        }
        sim.waited_for(ended).await
    }

    /// Runs once undisturbed and lists every fault there is.
    async fn calm(&self, mapping: &Arc<Mapping>) -> Calm {
        let prelude = self.prelude(mapping).await;
        let (mut sim, act) = self.prepared(mapping, &prelude).await;
        sim.compare_books();
        let ended = self.act(&sim, &act).await;
        let Ended::Receipt(receipt) = &ended else {
            panic!("{}: {ended:?}", self.name);
        };
        assert!(receipt.finished, "{}: {ended:?}", self.name);
        let words = words(receipt);
        assert_eq!(sim.director.broken(), [""; 0], "{}", self.name);
        let mut faults = BTreeSet::new();
        for mark in sim.director.marks() {
            faults.extend(
                blows(&mark)
                    .into_iter()
                    .map(|blow| Fault::Server(mark.clone(), blow)),
            );
        }
        for (at, kind) in sim.paper.lines().into_iter().enumerate() {
            faults.extend(Ink::EVERY.map(|ink| Fault::Journal(at, kind.clone(), ink)));
        }
        // A look at the account makes mailboxes that the server creates by itself.
        let rest = sim.plan(&(self.policy)()).await;
        if self.gives_up() {
            self.merge_the_rest(&sim, rest).await;
        }
        Calm {
            faults: faults.into_iter().collect(),
            end: sim.contents(),
            words,
            prelude,
        }
    }

    /// The points of a fair share of this scene, without breaking anything; and how many it has in all.
    pub async fn points(&self, mapping: &Arc<Mapping>) -> (Vec<String>, usize) {
        let faults = self.calm(mapping).await.faults;
        let played = Share::Fair.of(&faults).into_iter();
        let played = played.map(|number| faults[number].cell());
        (played.collect(), faults.len())
    }

    /// Breaks the scene at every point of this share; says how many there were. Panics with all that does not hold.
    pub async fn break_at(&self, share: Share) -> usize {
        let mapping = Arc::new(Mapping::built_in());
        let calm = self.calm(&mapping).await;
        let only = std::env::var("ROLECALL_POINT").ok();
        let played = match only {
            Some(only) => BTreeSet::from([only.parse().unwrap()]),
            None => share.of(&calm.faults),
        };
        let mut wrong = Vec::new();
        let mut broken = 0;
        for (number, fault) in calm.faults.iter().enumerate() {
            if !played.contains(&number) {
                continue;
            }
            broken += 1;
            let compares = broken % COMPARED == 1;
            let problems = Box::pin(self.broken_at(&mapping, &calm, fault, compares)).await;
            wrong.extend(
                problems
                    .into_iter()
                    .map(|problem| format!("point {number}: {}: {problem}", fault.cell())),
            );
        }
        self.write_list(&calm);
        let count = wrong.len();
        wrong.truncate(12);
        assert!(
            wrong.is_empty(),
            "{}: {count} wrong of {} points (one alone: ROLECALL_POINT=n):\n{}",
            self.name,
            broken,
            wrong.join("\n")
        );
        broken
    }

    fn write_list(&self, calm: &Calm) {
        let mut text = String::new();
        for fault in &calm.faults {
            writeln!(text, "{}\t{}", self.name, fault.cell()).unwrap();
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("crash-points");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{}.tsv", self.name)), text).unwrap();
    }

    /// Breaks the scene three times by chance, on the server and on the disk, then lets it end in peace.
    pub async fn broken_by_chance(&self, mapping: &Arc<Mapping>, seed: u64) -> Vec<String> {
        let mut dice = Dice(seed);
        let prelude = self.prelude(mapping).await;
        let (mut sim, plan) = self.prepared(mapping, &prelude).await;
        sim.compare_books();
        for round in 0..3 {
            sim.director.arm_by_chance(dice.below(40), dice.below(100));
            if dice.below(4) == 0 {
                let ink = Ink::EVERY[dice.below(Ink::EVERY.len())];
                sim.paper.arm(Some((dice.below(30), ink)));
            }
            let waiting = sim.let_time_pass();
            match sim.unfinished().iter().chain(&waiting).next() {
                Some(run) => sim.resume(run).await,
                None if round == 0 => self.act(&sim, &plan).await,
                None => {
                    // No fault is left for what comes after the last round.
                    sim.director.arm(None);
                    sim.paper.arm(None);
                    break;
                }
            };
            if dice.below(2) == 0 {
                sim.client.world.lock().unwrap().run_late();
                sim.director
                    .check(&sim.client.world.lock().unwrap(), "after late commands");
            }
            sim.director.bury();
            sim.director.arm(None);
            sim.paper.arm(None);
        }
        let mut problems = Vec::new();
        for _ in 0..5 {
            sim.client.world.lock().unwrap().run_late();
            sim.director
                .check(&sim.client.world.lock().unwrap(), "after late commands");
            sim.let_time_pass();
            let open = sim.unfinished().into_iter().next();
            let orphan = || (!sim.contents().tombstones().is_empty()).then(|| sim.newest_run());
            let Some(run) = open.or_else(orphan) else {
                break;
            };
            let ended = sim.resume(&run).await;
            if !ended.is_finished() {
                problems.push(format!("resume did not finish: {ended:?}"));
            }
        }
        if sim.unfinished().is_empty() {
            // What ended well in the end is no complaint.
            problems.clear();
        } else {
            problems.push("a run is still unfinished".to_owned());
        }
        if !sim.contents().tombstones().is_empty() {
            problems.push(format!(
                "tombstones are left: {:?}",
                sim.contents().tombstones()
            ));
        }
        problems.extend(sim.director.broken());
        problems
    }

    /// One fault: breaks, resumes, and says what does not hold.
    async fn broken_at(
        &self,
        mapping: &Arc<Mapping>,
        calm: &Calm,
        fault: &Fault,
        compares: bool,
    ) -> Vec<String> {
        let (mut sim, plan) = self.prepared(mapping, &calm.prelude).await;
        if compares {
            sim.compare_books();
        }
        match fault {
            Fault::Server(mark, blow) => sim.director.arm(Some((mark.clone(), *blow))),
            Fault::Journal(at, _, ink) => sim.paper.arm(Some((*at, *ink))),
        }
        let first = self.act(&sim, &plan).await;
        let mut problems = Vec::new();
        if let Fault::Server(..) = fault
            && !sim.director.has_struck()
        {
            problems.push("the point was not reached".to_owned());
        }
        if fault.is_of_a_moment() && !first.is_finished() {
            problems.push(format!("it did not go on by itself: {first:?}"));
        }
        if sim.director.death.has_come() {
            // The machine has gone with the process: the stricter of the two.
            sim.paper.lose_power();
        }
        sim.director.bury();
        sim.director.arm(None);
        sim.paper.arm(None);
        match fault.lateness().filter(|_| !fault.is_of_a_moment()) {
            Some(Lateness::AmongLooks) => sim.director.late_after(LOOKS),
            Some(Lateness::AfterQuiescence) => sim.director.late_before_next(),
            _ => {}
        }
        problems.extend(self.finished(&sim, calm, &first, fault).await);
        if fault.lateness().is_some() {
            sim.client.world.lock().unwrap().run_late();
            sim.director
                .check(&sim.client.world.lock().unwrap(), "at the end");
            // A RENAME that ran late has made a tombstone of a run that is over: `resume` drains it.
            if !sim.contents().tombstones().is_empty() {
                let run = sim.newest_run();
                let ended = sim.resume(&run).await;
                let ended = self.waited_for(&sim, ended).await;
                if !ended.is_finished() {
                    problems.push(format!("the orphan stays: {ended:?}"));
                }
            }
        }
        problems.extend(sim.director.broken());
        problems.extend(self.compared(&sim, calm, fault));
        if !problems.is_empty() && std::env::var_os("ROLECALL_POINT").is_some() {
            for run in rolecall::apply::runs(&sim.client.home).unwrap() {
                let told = rolecall::apply::history(&sim.client.home, &run.id).unwrap();
                problems.extend(told.into_iter().map(String::from));
            }
        }
        problems
    }

    /// Resumes until nothing is unfinished; a run that never began is begun anew.
    async fn finished(&self, sim: &Sim, calm: &Calm, first: &Ended, fault: &Fault) -> Vec<String> {
        let mut problems = Vec::new();
        let mut resumes = 0..4;
        loop {
            let waiting = if self.job == Job::Undo {
                Vec::new()
            } else {
                sim.let_time_pass()
            };
            let Some(run) = sim.unfinished().into_iter().chain(waiting).next() else {
                break;
            };
            if resumes.next().is_none() {
                problems.push(format!("{run} is still unfinished"));
                return problems;
            }
            // A MOVE that runs later than a resume waits takes what the undo then looks for: it says that it is not there.
            let misses_what_ran_late = matches!(self.job, Job::Undo)
                && matches!(fault.lateness(), Some(Lateness::AfterQuiescence));
            let ended = if self.gives_up() {
                sim.give_up(&run).await
            } else {
                sim.resume(&run).await
            };
            if !ended.is_finished() {
                problems.push(format!(
                    "resume did not finish: {ended:?} (first: {first:?})"
                ));
            }
            if let Ended::Receipt(receipt) = &ended
                && !self.gives_up()
                && receipt.waits.is_none()
                && words(receipt) != calm.words
                && !fault.is_refusal()
                && self.deliveries.0 == 0
                && !misses_what_ran_late
            {
                problems.push(format!("it says something else: {receipt:?}"));
            }
        }
        let again = match self.planned_anew(sim).await {
            Some(again) if !again.is_empty() => again,
            _ => return problems,
        };
        if self.gives_up() {
            self.merge_the_rest(sim, again).await;
            return problems;
        }
        let ended = sim.apply(&again).await;
        let ended = self.waited_for(sim, ended).await;
        if !ended.is_finished() {
            problems.push(format!("a second run did not finish: {ended:?}"));
        }
        // What the server has refused once, a next run tries again.
        if !fault.is_refusal() {
            problems.extend(self.nothing_left_to_do(sim).await);
        }
        problems
    }

    /// What was refused, or never began, is planned anew as a user would; none where it is undone.
    async fn planned_anew(&self, sim: &Sim) -> Option<Plan> {
        match self.job {
            Job::Fix | Job::Resume { .. } | Job::GiveUp { .. } | Job::Removal => {
                Some(sim.plan(&(self.policy)()).await)
            }
            Job::Undo => {
                let runs = rolecall::apply::runs(&sim.client.home).unwrap();
                let done = runs.iter().find(|run| run.undoes.is_none()).unwrap();
                if done.state == rolecall::apply::RunState::Undone {
                    return None;
                }
                Some(sim.undo_plan(&done.id).await)
            }
        }
    }

    fn gives_up(&self) -> bool {
        matches!(self.job, Job::GiveUp { .. })
    }

    /// What a run that was given up has left is merged by the next, but for what it had marked as deleted: that mailbox is
    /// emptied by the next and removed by the one after it.
    async fn merge_the_rest(&self, sim: &Sim, mut plan: Plan) {
        for _ in 0..3 {
            if plan.is_empty() {
                return;
            }
            let ended = sim.apply(&plan).await;
            assert!(ended.is_finished(), "{}: {ended:?}", self.name);
            plan = sim.plan(&(self.policy)()).await;
        }
        panic!(
            "{}: there is always more to do: {:?}",
            self.name, plan.steps
        );
    }

    /// The end is that of an uninterrupted run: as a set always, message by message where nothing ran late.
    fn compared(&self, sim: &Sim, calm: &Calm, fault: &Fault) -> Vec<String> {
        let end = sim.contents();
        let mut problems = Vec::new();
        if !end.tombstones().is_empty() {
            problems.push(format!("tombstones are left: {:?}", end.tombstones()));
        }
        if end.rights != calm.end.rights {
            problems.push(format!("a mailbox is locked: {:?}", end.rights));
        }
        // What a server refuses may stay undone: no mail is lost, none doubled, nothing is left behind.
        if self.deliveries.0 > 0 || fault.is_refusal() {
            // Where mail arrives all the time, where it ends up is a matter of moments; that it does is the ledger's.
            let calm = self.counts(&calm.end);
            let mut doubled = self.counts(&end);
            // What is refused after it was copied stays in both, in an uninterrupted run too.
            let most = |message: &String| calm.get(message).copied().unwrap_or(1).max(1);
            doubled.retain(|message, count| *count > most(message));
            if !doubled.is_empty() && may_not_double(fault) {
                problems.push(format!("doubled: {doubled:?}"));
            }
            return problems;
        }
        let mut end = end;
        if self.gives_up() {
            // What stood set aside when its run was given up is removed by a resume, and nobody resumes that one again.
            end.subscriptions.clone_from(&calm.end.subscriptions);
        }
        let (found, expected) = if may_not_double(fault) {
            (end, calm.end.clone())
        } else {
            (end.as_sets(), calm.end.as_sets())
        };
        if found != expected && !is_tried_late(calm, fault, &found, &expected) {
            problems.push(format!("another end: {}", difference(&found, &expected)));
        }
        problems
    }

    /// How often each message is in the account; with labels, at most in one mailbox.
    fn counts(&self, contents: &Contents) -> BTreeMap<String, usize> {
        let has_labels = (self.persona)().quirks.labels.is_some();
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for (message, count) in contents.mailboxes.values().flatten() {
            let everywhere = counts.entry(message.clone()).or_default();
            // With labels one message is in several mailboxes, but in each of them once.
            *everywhere = if has_labels {
                (*everywhere).max(*count)
            } else {
                *everywhere + count
            };
        }
        counts
    }

    async fn nothing_left_to_do(&self, sim: &Sim) -> Vec<String> {
        // An undo leaves everything to do; and where mail arrives, so may it.
        if self.job == Job::Undo || self.deliveries.0 > 0 {
            return Vec::new();
        }
        let plan = sim.plan(&(self.policy)()).await;
        if plan.is_empty() {
            return Vec::new();
        }
        vec![format!("a next run would do something: {:?}", plan.steps)]
    }
}

/// A RENAME that was lost and runs when all is over gives a mailbox the name that was only to be tried: nothing of it is
/// lost, and no later run takes it for another one.
fn is_tried_late(calm: &Calm, fault: &Fault, found: &Contents, expected: &Contents) -> bool {
    let names = |step: &Step| Some((wire(step.source.as_ref()?), wire(step.target.as_ref()?)));
    let mut tried = calm.prelude.plan.steps.iter().filter(|step| step.if_marked);
    fault.lateness() == Some(Lateness::AtTheEnd)
        && tried.any(|step| {
            names(step).is_some_and(|(from, to)| *found == expected.renamed(&from, &to))
        })
}

fn wire(name: &MailboxName) -> String {
    String::from_utf8(name.wire().to_vec()).unwrap()
}

/// Where nothing runs late, and nobody tore the reply's proof away in the middle of a server's own work.
fn may_not_double(fault: &Fault) -> bool {
    !matches!(
        fault.lateness(),
        Some(Lateness::AfterQuiescence | Lateness::AtTheEnd)
    ) && !is_half_moved(fault)
}

/// A server that dies between "in the target" and "out of the source" leaves a message in both: a duplicate, never a loss.
fn is_half_moved(fault: &Fault) -> bool {
    matches!(fault, Fault::Server(mark, Blow::Break(_, Lateness::Never) | Blow::Refuse | Blow::PutOff) if matches!(mark.place, Place::Arrived(_)))
}

fn difference(found: &Contents, expected: &Contents) -> String {
    let mut text = String::new();
    let names: BTreeSet<&String> = found
        .mailboxes
        .keys()
        .chain(expected.mailboxes.keys())
        .collect();
    for name in names {
        let (is, shall) = (found.mailboxes.get(name), expected.mailboxes.get(name));
        if is != shall {
            write!(text, "\n    {name}: is {is:?}, shall be {shall:?}").unwrap();
        }
    }
    if found.subscriptions != expected.subscriptions {
        write!(
            text,
            "\n    subscriptions: are {:?}, shall be {:?}",
            found.subscriptions, expected.subscriptions
        )
        .unwrap();
    }
    if found.rights != expected.rights {
        write!(
            text,
            "\n    rights: are {:?}, shall be {:?}",
            found.rights, expected.rights
        )
        .unwrap();
    }
    if found.marks != expected.marks {
        write!(
            text,
            "\n    marks: are {:?}, shall be {:?}",
            found.marks, expected.marks
        )
        .unwrap();
    }
    text
}

/// SplitMix64: the same seed, the same run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % sides as u64).unwrap()
    }
}

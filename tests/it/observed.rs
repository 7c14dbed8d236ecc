//! The command lines that scripts were written with for ten years, against this program.
//!
//! `fixtures/cli` says what is expected of each: of every recorded run of the two existing
//! `pact-broker` programs, of what GitHub actions and npm packages call, and of every flag that one
//! of the two knows. Where this program differs on purpose, the table says why.

mod expectation;
mod flags;
mod judge;
mod report;
mod scene;
mod stores;
mod table;
mod text;

use std::collections::BTreeSet;

use self::flags::FlagCommand;
use self::flags::Question;
use self::judge::complaint;
use self::report::every;
use self::scene::Scene;
use self::stores::Stores;
use self::table::Case;
use self::table::Texts;
use self::table::calls;
use self::table::left_out;
use self::table::names;
use self::table::observed;
use self::table::unrecorded;

/// Plays cases, each in a place of its own, and fails with all that went wrong.
fn play(cases: &[Case]) {
    let texts = Texts::read();
    let stores = Stores::read();
    every(cases, |case| {
        match Scene::new(&stores, case.given.as_deref().unwrap_or("empty")) {
            Ok(scene) => complaint(&scene, case, &texts),
            Err(error) => Some(format!("{}: {error}", case.name)),
        }
    });
}

#[test]
fn what_was_observed_of_others_is_what_this_program_does_or_it_says_why_not() {
    play(&observed());
}

#[test]
fn what_actions_and_packages_call_is_understood() {
    play(&calls());
}

#[test]
fn what_nobody_recorded_and_scripts_rely_on_holds_as_well() {
    play(&unrecorded());
}

#[test]
fn every_observed_run_is_a_case_or_left_out_for_a_reason() {
    let cases = observed();
    let mut seen = BTreeSet::new();
    for case in &cases {
        assert!(
            seen.insert(case.name.clone()),
            "{} is there twice",
            case.name
        );
    }
    for (name, reason) in left_out() {
        assert!(
            !reason.trim().is_empty(),
            "{name} is left out for no reason"
        );
        assert!(seen.insert(name.clone()), "{name} is left out and a case");
    }
    let names = names();
    assert_eq!(names.len(), 245);
    assert_eq!(seen, names, "cases and names are not the same");
}

#[test]
fn a_case_that_ends_otherwise_than_the_ruby_program_says_why() {
    let silent = |case: &&Case| case.ruby != Some(case.exit) && case.differs.is_none();
    let cases = observed();
    let silent: Vec<_> = cases.iter().filter(silent).map(|case| &case.name).collect();
    assert!(silent.is_empty(), "{silent:?}");
}

#[test]
fn every_flag_of_both_programs_is_known_in_every_form() {
    let stores = Stores::read();
    let commands = FlagCommand::read();
    let questions: Vec<Question> = commands.iter().flat_map(FlagCommand::questions).collect();
    assert!(questions.len() > 400, "{} questions", questions.len());
    let scene = Scene::new(&stores, "nowhere").unwrap();
    every(&questions, |question| question.complaint(&scene));
}

#[test]
fn every_command_of_both_programs_explains_itself() {
    let stores = Stores::read();
    let commands = FlagCommand::read();
    let cries: Vec<Vec<String>> = commands
        .iter()
        .flat_map(FlagCommand::cries_for_help)
        .collect();
    let scene = Scene::new(&stores, "nowhere").unwrap();
    every(&cries, |words| {
        let output = scene.run(&mut scene.command(None, words));
        let explained = output.status == Some(0) && !output.stdout.is_empty();
        (!explained || !output.stderr.is_empty()).then(|| format!("{words:?}: {output:?}"))
    });
}

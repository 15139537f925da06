//! `samtale-sim` as a person and a tool call it.

use std::process::{Command, Output};

use samtale_sim::plan::Plan;

fn samtale_sim(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_samtale-sim"))
        .args(args)
        .output()
        .expect("is a program")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_seed_is_played_with_its_plan_and_its_trace() {
    let output = samtale_sim(&["--seed", "1"]);
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.starts_with("seed 1, profile "), "{said}");
    assert!(said.trim_end().ends_with("nothing was broken"), "{said}");
}

#[test]
fn a_plan_is_played_from_its_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = Plan::draw(2)
        .save(folder.path(), "none")
        .expect("is written");
    let output = samtale_sim(&["--plan", file.to_str().expect("is text")]);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn tools_read_one_line_of_a_run_until_the_first_failure() {
    let output = samtale_sim(&["--seeds", "2", "--until-failure"]);
    assert_eq!(said(&output), "none after=2\n");
}

#[test]
fn what_is_no_plan_is_no_failure_of_a_plan() {
    let output = samtale_sim(&["--plan", "no/such/file.json"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no/such/file.json"));
}

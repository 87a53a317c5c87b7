//! `keyward config`: where values come from, and what is wrong with a file.

use serde_json::Value;

use crate::support::Folder;

#[track_caller]
fn check(
    folder: &Folder,
    arguments: &[&str],
    key: &str,
    value: impl Into<Value>,
    source: &str,
    from: impl Into<Value>,
) {
    let arguments = [&["config", "--format", "json"], arguments].concat();
    let document = folder.run(&arguments).json(0);
    assert_eq!(document["schema"], "keyward.config/1");
    let rows = document["values"].as_array().unwrap();
    let row = rows.iter().find(|row| row["key"] == key).expect("the key is listed");
    assert_eq!(row["value"], value.into());
    assert_eq!(row["source"], source);
    assert_eq!(row["from"], from.into());
}

const AGE: &str = "controls.key_age_days_max";

#[test]
fn a_default_says_that_it_is_one() {
    check(&Folder::new(), &[], AGE, 90, "default", Value::Null);
}

#[test]
fn the_nearest_file_above_counts() {
    let folder = Folder::with(&[
        ("keyward.toml", "[controls]\nkey_age_days_max = 60\n"),
        (".config/keyward/keyward.toml", "[controls]\nkey_age_days_max = 30\n"),
        ("below/deep/other.txt", ""),
    ]);
    let path = folder.path().canonicalize().unwrap().join("keyward.toml");
    let mut command = folder.command(&["config", "--format", "json"]);
    command.current_dir(folder.file("below/deep"));
    let run = crate::support::Run::of(command.output().unwrap());
    let row = run.json(0)["values"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["key"] == AGE)
        .unwrap()
        .clone();
    assert_eq!(row["value"], 60);
    assert_eq!(row["from"], format!("{}:2", path.display()));
}

#[test]
fn without_a_file_above_that_of_the_user_counts() {
    let mut folder = Folder::with(&[
        (".config/keyward/keyward.toml", "[controls]\nkey_age_days_max = 30\n"),
        ("xdg/keyward/keyward.toml", "\n[controls]\nkey_age_days_max = 31\n"),
    ]);
    let place =
        |path: &str, folder: &Folder| Value::from(format!("{}", folder.file(path).display()));
    let from = place(".config/keyward/keyward.toml:2", &folder);
    check(&folder, &[], AGE, 30, "file", from);
    let xdg = folder.file("xdg").display().to_string();
    folder.set("XDG_CONFIG_HOME", &xdg);
    let from = place("xdg/keyward/keyward.toml:3", &folder);
    check(&folder, &[], AGE, 31, "file", from);
}

#[test]
fn a_variable_beats_the_file_and_a_flag_beats_the_variable() {
    let mut folder =
        Folder::with(&[("keyward.toml", "color = \"never\"\n[controls]\nkey_age_days_max = 60\n")]);
    folder.set("KEYWARD_KEY_AGE_DAYS_MAX", "7").set("KEYWARD_COLOR", "auto");
    check(&folder, &[], AGE, 7, "variable", "KEYWARD_KEY_AGE_DAYS_MAX");
    check(&folder, &[], "color", "auto", "variable", "KEYWARD_COLOR");
    check(&folder, &["--color", "always"], "color", "always", "flag", "--color");
}

#[test]
fn a_list_in_a_variable_is_parted_by_commas() {
    let mut folder = Folder::new();
    folder.set("KEYWARD_VENDOR_ACCOUNTS", "111122223333, 444455556666");
    let ids = Value::from(vec!["111122223333", "444455556666"]);
    check(&folder, &[], "controls.vendor_accounts", ids, "variable", "KEYWARD_VENDOR_ACCOUNTS");
}

#[test]
fn text_names_the_file_and_the_lines() {
    let folder = Folder::with(&[(
        "my.toml",
        "format = \"text\"\n\n[controls]\nbreak_glass = [\"arn:aws:iam::*:role/glass\"]\n",
    )]);
    let run = folder.run(&["config", "--config", "my.toml"]);
    let text = run.text(0);
    assert!(text.starts_with("my.toml\n\n"), "{text}");
    let line = text.lines().find(|line| line.starts_with("controls.break_glass")).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words, ["controls.break_glass", "arn:aws:iam::*:role/glass", "line", "4"]);
}

#[test]
fn a_form_from_the_file_does_not_hinder_commands_without_it() {
    let folder = Folder::with(&[("keyward.toml", "format = \"jsonl\"\n")]);
    let run = folder.run(&["explain", "root-without-mfa"]);
    assert_eq!(run.json(0)["id"], "root-without-mfa");
}

#[test]
fn an_unknown_variable_is_named_and_ignored() {
    let mut folder = Folder::new();
    folder.set("KEYWARD_KEY_AGE_DAY_MAX", "1");
    let run = folder.run(&["config"]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stderr,
        "warning: `KEYWARD_KEY_AGE_DAY_MAX` is no variable that keyward knows; \
         is it `KEYWARD_KEY_AGE_DAYS_MAX`?\n"
    );
}

#[test]
fn a_variable_of_the_wrong_type_is_an_error() {
    let mut folder = Folder::new();
    folder.set("KEYWARD_KEY_AGE_DAYS_MAX", "ninety");
    insta::assert_snapshot!(folder.run(&["config"]).error(), @"
    error: `KEYWARD_KEY_AGE_DAYS_MAX` is `ninety`, which is not a whole number from 0 to 4294967295
    help: for example: KEYWARD_KEY_AGE_DAYS_MAX=90
    ");
}

#[track_caller]
fn mistake(toml: &str) -> String {
    let folder = Folder::with(&[("keyward.toml", toml)]);
    folder.run(&["config", "--config", "keyward.toml"]).error().to_owned()
}

#[test]
fn an_unknown_key_is_drawn_with_what_is_near() {
    insta::assert_snapshot!(mistake("[controls]\nkey_age_day_max = 60\n"), @"
    error: `key_age_day_max` is no key of the file
     --> keyward.toml:2:1
      |
    2 | key_age_day_max = 60
      | ^^^^^^^^^^^^^^^ field `controls.key_age_day_max`
      |
      = help: is it `key_age_days_max`?
    ");
}

#[test]
fn a_wrong_type_is_drawn_with_an_example() {
    insta::assert_snapshot!(mistake("[controls]\nkey_age_days_max = \"60\"\n"), @r#"
    error: expected a whole number from 0 to 4294967295, found `"60"`
     --> keyward.toml:2:20
      |
    2 | key_age_days_max = "60"
      |                    ^^^^ field `controls.key_age_days_max`
      |
      = help: for example: key_age_days_max = 90
    "#);
    insta::assert_snapshot!(mistake("[controls]\ntrusted_accounts = [1]\n"), @r#"
    error: expected a list of account ids, each a text of 12 digits, found `[1]`
     --> keyward.toml:2:20
      |
    2 | trusted_accounts = [1]
      |                    ^ field `controls.trusted_accounts`
      |
      = help: for example: trusted_accounts = ["111122223333"]
    "#);
    insta::assert_snapshot!(mistake("controls = 3\n"), @"
    error: `controls` is not a table
     --> keyward.toml:1:1
      |
    1 | controls = 3
      | ^^^^^^^^ field `controls`
      |
      = help: begin the table with a line `[controls]`
    ");
}

#[test]
fn a_key_in_the_wrong_table_says_where_it_belongs() {
    insta::assert_snapshot!(mistake("key_age_days_max = 60\n"), @"
    error: `key_age_days_max` is no key of the file
     --> keyward.toml:1:1
      |
    1 | key_age_days_max = 60
      | ^^^^^^^^^^^^^^^^ field `key_age_days_max`
      |
      = help: it belongs under `[controls]`
    ");
}

#[test]
fn text_that_is_no_toml_is_drawn() {
    insta::assert_snapshot!(mistake("[controls]\nkey_age_days_max: 60\n"), @"
    error: key with no value, expected `=`
     --> keyward.toml:2:19
      |
    2 | key_age_days_max: 60
      |                   ^^
      |
      = help: the file is TOML: a line is `key = value`, a table begins with `[controls]`
    ");
}

#[test]
fn a_broken_file_does_not_hinder_commands_that_need_none() {
    let folder = Folder::with(&[("keyward.toml", "not toml")]);
    assert!(folder.run(&["completions", "bash"]).text(0).contains("_keyward"));
}

#[test]
fn a_named_file_has_to_be_there() {
    let run = Folder::new().run(&["config", "--config", "missing.toml"]);
    insta::assert_snapshot!(run.error(), @"error: can't read the configuration `missing.toml`: no such file or directory");
}

//! Every command that the documentation shows is run, in the order in which a page shows them. AWS
//! is played by a script that prints the answers of the documented account.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use keyward_testing::emulator::Emulator;

use crate::support::{Folder, Run};

/// `aws <service> <command>` and the file of `data/documented` that answers it.
const ANSWERS: &[(&str, &str)] = &[
    ("ec2 describe-security-groups", "describe-security-groups.json"),
    ("iam get-account-authorization-details", "get-account-authorization-details.json"),
    ("iam get-account-summary", "get-account-summary.json"),
    ("iam get-credential-report", "credential-report.csv"),
];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap()
}

/// The commands of a page's `console` blocks. Cargo's own are run by `.ci/run`.
fn commands(page: &str) -> Vec<String> {
    let mut inside = false;
    let mut commands = Vec::new();
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let (true, Some(command)) = (inside, line.strip_prefix("$ ")) {
            commands.extend((!command.starts_with("cargo ")).then(|| command.to_owned()));
        }
    }
    commands
}

/// The script in place of AWS's CLI.
fn aws() -> String {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/documented");
    let mut answers = String::new();
    for (call, file) in ANSWERS {
        let _ = writeln!(answers, "'{call}') cat '{}' ;;", data.join(file).display());
    }
    format!(
        "#!/bin/sh\ncase \"$1 $2\" in\n{answers}\
         'sts get-caller-identity') echo '{{\"Account\": \"123456789012\", \"UserId\": \"x\", \
         \"Arn\": \"arn:aws:iam::123456789012:user/operator\"}}' ;;\n\
         'iam generate-credential-report') echo '{{\"State\": \"COMPLETE\"}}' ;;\n\
         *) echo \"no answer to $*\" >&2; exit 254 ;;\nesac\n"
    )
}

#[track_caller]
fn check(path: &str, commands_min: usize) {
    check_with(path, commands_min, &[]);
}

#[track_caller]
fn check_with(path: &str, commands_min: usize, variables: &[(String, String)]) {
    let folder = Folder::with(&[("bin/aws", &aws()), ("work/111122223333/.keep", "")]);
    let bin = folder.file("bin");
    std::fs::set_permissions(bin.join("aws"), std::fs::Permissions::from_mode(0o755)).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_keyward"), bin.join("keyward")).unwrap();

    let commands = commands(&page(path));
    assert!(commands.len() >= commands_min, "{path} shows {} commands", commands.len());
    for command in commands {
        let output = std::process::Command::new("sh")
            .args(["-c", &command])
            .current_dir(folder.file("work"))
            .env_clear()
            .env("HOME", folder.path())
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
            .envs(variables.iter().cloned())
            .output()
            .unwrap();
        let run = Run::of(output);
        assert_eq!(run.code, 0, "{path}: `{command}`\n{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn the_commands_of_the_readme_work() {
    check("README.md", 10);
}

#[test]
fn the_commands_of_the_page_on_import_work() {
    check("docs/import.md", 6);
}

#[test]
fn the_commands_of_the_page_on_configuration_work() {
    check("docs/configuration.md", 2);
}

#[test]
fn the_commands_of_the_page_on_policies_work() {
    check("docs/policy.md", 5);
}

#[test]
fn the_commands_of_the_page_on_live_reading_work() {
    let emulator = Emulator::get();
    let organization = emulator.organization();
    emulator.seed("many_accounts", &organization, &["--accounts", "2"]);
    check_with("docs/collect.md", 8, &emulator.environment(&organization.credentials));
}

#[test]
fn the_example_of_a_configuration_is_one() {
    let page = page("docs/configuration.md");
    let (_, rest) = page.split_once("```toml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let folder = Folder::with(&[("keyward.toml", example)]);
    let document = folder.run(&["config", "--format", "json"]).json(0);
    assert!(document.to_string().contains("999988887777"), "{document}");
}

#[test]
fn every_page_with_commands_is_run_here() {
    let pages = std::fs::read_dir(repository().join("docs")).unwrap();
    let files = pages.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    for path in files {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let known =
            ["import.md", "configuration.md", "collect.md", "policy.md"].contains(&name.as_str());
        let shown = commands(&std::fs::read_to_string(&path).unwrap());
        assert!(known || shown.is_empty(), "{name} shows commands that no test runs");
    }
}

#[test]
fn the_readme_shows_the_screen_that_the_demo_ends_with() {
    let page = page("README.md");
    let (_, rest) = page.split_once("```text\n").unwrap();
    let (screen, _) = rest.split_once("```").unwrap();
    let run = Folder::new().run(&["demo"]);
    let demo = run.text(0);
    assert!(demo.contains(screen.trim_end()), "{demo}");
}

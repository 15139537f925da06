//! The command line: what help says, and what is said about a bad flag or variable.

use std::sync::Arc;

use samtale_server::Limits;
use samtale_server::auth::Auth;
use samtale_server::config::{JwtConfig, Secret};
use samtale_store::SystemEnv;

use crate::program::{run, run_with};

/// A bad flag or variable: the arguments, the variables, and what the error must name.
type Case = (
    &'static [&'static str],
    &'static [(&'static str, &'static str)],
    &'static [&'static str],
);

#[test]
fn a_bad_setting_is_one_line_that_names_it_and_exit_code_2() {
    const SECRET: (&str, &str) = (
        "SAMTALE_JWT_SECRET",
        "a secret of at least thirty-two bytes",
    );
    let cases: &[Case] = &[
        (&["serve"], &[], &["SAMTALE_JWT_SECRET"]),
        (
            &["serve"],
            &[("SAMTALE_JWT_SECRET", "")],
            &["SAMTALE_JWT_SECRET", "empty"],
        ),
        (
            &["serve", "--listen", "here"],
            &[],
            &["--listen", "SAMTALE_LISTEN", "here"],
        ),
        (
            &["serve"],
            &[("SAMTALE_LISTEN", "here")],
            &["--listen", "SAMTALE_LISTEN", "here"],
        ),
        (
            &["serve"],
            &[("SAMTALE_DRAIN", "soon")],
            &["--drain", "SAMTALE_DRAIN", "soon"],
        ),
        (
            &["serve"],
            &[("SAMTALE_IDLE", "0s")],
            &["--idle", "SAMTALE_IDLE"],
        ),
        (
            &["serve"],
            &[("SAMTALE_LIMITS", "few")],
            &["--limits", "SAMTALE_LIMITS", "few"],
        ),
        (
            &["serve"],
            &[("SAMTALE_LIMIT_OPS_PER_USER", "many")],
            &["--limit-ops-per-user", "SAMTALE_LIMIT_OPS_PER_USER", "many"],
        ),
        (
            &["serve"],
            &[SECRET, ("SAMTALE_LIMIT_OPS", "1/s")],
            &["SAMTALE_LIMIT_OPS"],
        ),
        (
            &["serve"],
            &[SECRET, ("SAMTALE_LOG", "a=b=c")],
            &["--log", "SAMTALE_LOG"],
        ),
        (
            &["serve"],
            &[("SAMTALE_LOG_FORMAT", "xml")],
            &["--log-format", "SAMTALE_LOG_FORMAT", "text", "json"],
        ),
        (
            &["serve", "--dev-now", "2026-11-19T14:05:00+01:00"],
            &[SECRET],
            &["--dev-now", "SAMTALE_DEV_NOW", "only with --dev"],
        ),
        (
            &["serve", "--dev-long-chat", "10"],
            &[SECRET],
            &["--dev-long-chat", "only with --dev"],
        ),
        (
            &["serve"],
            &[SECRET, ("SAMTALE_DEV_TOKEN_LIFE", "20s")],
            &["--dev-token-life", "only with --dev"],
        ),
        (
            &["serve", "--dev", "--dev-now", "today"],
            &[],
            &["--dev-now", "today", "2026-11-19T14:05:00+01:00"],
        ),
        (
            &["serve", "--dev", "--dev-long-chat", "0"],
            &[],
            &["--dev-long-chat", "0"],
        ),
        (
            &["serve"],
            &[SECRET, ("SAMTALE_SIGN_IN_URL", "javascript:alert(1)")],
            &["--sign-in-url", "SAMTALE_SIGN_IN_URL"],
        ),
        (
            &["serve"],
            &[SECRET, ("SAMTALE_TOKEN_URL", "//evil.example/token")],
            &["--token-url", "SAMTALE_TOKEN_URL"],
        ),
        (
            &["serve"],
            &[("SAMTALE_ORIGINS", "example.no")],
            &["--origins", "SAMTALE_ORIGINS"],
        ),
        (
            &["serve"],
            &[("SAMTALE_DEV", "perhaps")],
            &["--dev", "SAMTALE_DEV", "perhaps"],
        ),
        (
            &["serve", "--dev", "--listen", "0.0.0.0:0"],
            &[],
            &["--listen", "--dev-anywhere"],
        ),
        (&["token"], &[SECRET], &["--sub"]),
        (&["token", "--sub", "kari"], &[], &["SAMTALE_JWT_SECRET"]),
        (
            &["token", "--sub", "kari", "--ttl", "0s"],
            &[SECRET],
            &["--ttl"],
        ),
        (
            &["send", "--chat", "a", "hei"],
            &[],
            &["--token", "SAMTALE_TOKEN", "--dev-user"],
        ),
        (
            &["send", "--token", "x", "--chat", "a", "hei"],
            &[],
            &["--token", "SAMTALE_TOKEN"],
        ),
        (&["send", "--dev-user", "a", "hei"], &[], &["--chat"]),
        (
            &["tail", "--dev-user", "a", "--url", "here"],
            &[],
            &["--url", "SAMTALE_URL", "here"],
        ),
        (
            &["backup", "--data", "/nowhere/at/all", "x.db"],
            &[],
            &["--data", "SAMTALE_DATA"],
        ),
        (&["snakk"], &[], &["snakk"]),
    ];
    for (args, variables, named) in cases {
        let ended = run_with(args, variables);
        let said = &ended.err;
        assert_eq!(ended.code, Some(2), "{args:?} {variables:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{args:?} {variables:?}: {said}");
        assert!(said.starts_with("error: "), "{said}");
        for name in *named {
            assert!(said.contains(name), "{args:?} {variables:?}: {said}");
        }
        assert_eq!(ended.out, "");
    }
}

#[test]
fn a_secret_in_a_variable_is_never_repeated() {
    let secret = "hysj-hysj";
    for variable in ["SAMTALE_MASTER_KEY", "SAMTALE_TOKEN"] {
        let data = tempfile::tempdir().expect("made");
        let folder = data.path().to_str().expect("text");
        let args: &[&str] = match variable {
            "SAMTALE_TOKEN" => &["tail"],
            _ => &["serve", "--listen", "127.0.0.1:0", "--data", folder],
        };
        let ended = run_with(
            args,
            &[(variable, secret), ("SAMTALE_JWT_SECRET", "s3cret-s3cret")],
        );
        assert_eq!(ended.code, Some(2), "{}", ended.err);
        assert!(ended.err.contains(variable), "{}", ended.err);
        assert!(
            !ended.err.contains("hysj") && !ended.err.contains("s3cret"),
            "{}",
            ended.err
        );
    }
}

#[test]
fn help_has_examples_and_names_every_variable_and_limit() {
    for command in [
        "serve",
        "chat",
        "send",
        "tail",
        "token",
        "backup",
        "new-lineage",
    ] {
        let ended = run(&[command, "--help"]);
        assert_eq!(ended.code, Some(0), "{command}");
        assert!(
            ended.out.contains("Usage: samtale"),
            "{command}: {}",
            ended.out
        );
        let has_example = ended.out.contains("Example");
        assert!(has_example || command == "chat", "{command}: {}", ended.out);
    }
    let help = run(&["serve", "--help"]).out;
    let limits = Limits::settings()
        .into_iter()
        .map(|limit| format!("SAMTALE_LIMIT_{}", limit.name.to_uppercase()));
    let others = [
        "LISTEN",
        "DATA",
        "DEV",
        "JWT_SECRET",
        "MASTER_KEY",
        "LIMITS",
        "LOG",
        "LOG_FORMAT",
        "ORIGINS",
    ];
    for variable in limits.chain(others.map(|name| format!("SAMTALE_{name}"))) {
        assert!(help.contains(&variable), "{variable}");
    }
    let flags = help.split("\n      --").skip(1);
    for flag in flags {
        let words = flag.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("[env: SAMTALE_"),
            "every flag has a variable: {words}"
        );
    }
}

#[tokio::test]
async fn a_token_opens_what_its_secret_locks() {
    let secret = "a secret of at least thirty-two bytes";
    let args = [
        "token",
        "--sub",
        "kari",
        "--name",
        "Kari Nordmann",
        "--role",
        "tutor",
        "--ttl",
        "1h",
        "--locale",
        "nn",
    ];
    let ended = run_with(&args, &[("SAMTALE_JWT_SECRET", secret)]);
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
    let auth = |secret: &str| {
        let config = JwtConfig {
            secret: Some(Secret::new(secret)),
            ..JwtConfig::default()
        };
        Auth::new(&config, Arc::new(SystemEnv::new())).expect("usable")
    };
    let claims = auth(secret)
        .verify(ended.out.trim_end())
        .await
        .expect("valid");
    assert_eq!(claims.user.as_str(), "kari");
    assert_eq!(claims.name.as_deref(), Some("Kari Nordmann"));
    assert_eq!(claims.role.as_deref(), Some("tutor"));
    assert_eq!(claims.locale.as_deref(), Some("nn"));
    assert_eq!(claims.exp.0 - claims.iat.expect("issued").0, 3_600_000);
    assert!(
        auth("another secret of thirty-two bytes")
            .verify(ended.out.trim_end())
            .await
            .is_err()
    );
}

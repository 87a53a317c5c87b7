//! The scanner of environment variables, on both sides of the line.

use keyward_snapshot::SecretKind::{
    self, AwsAccessKeyId, AwsSecretAccessKey, IssuedToken, NamedLikeSecret, PrivateKey,
    UrlWithPassword,
};
use keyward_snapshot::scan::secret_kind;

#[track_caller]
fn check(kind: impl Into<Option<SecretKind>>, cases: &[(&str, &str)]) {
    let kind = kind.into();
    for (name, value) in cases {
        assert_eq!(secret_kind(name, value), kind, "{name}={value}");
    }
}

/// Joined here so that no scanner of repositories takes the test for a leak.
fn joined(parts: &[&str]) -> String {
    parts.concat()
}

#[test]
fn aws_keys_are_found_anywhere() {
    check(
        AwsAccessKeyId,
        &[
            ("KEY", "AKIAIOSFODNN7EXAMPLE"),
            ("ANY", "ASIAIOSFODNN7EXAMPLE"),
            ("CONFIG", r#"{"id": "AKIAIOSFODNN7EXAMPLE"}"#),
        ],
    );
    check(
        None,
        &[
            ("KEY", "AKIAIOSFODNN7EXAMPL"),
            ("KEY", "XAKIAIOSFODNN7EXAMPLE"),
            ("KEY", "akiaiosfodnn7example"),
        ],
    );
    let secret = joined(&["wJalrXUtnFEMI/K7MDENG", "/bPxRfiCYEXAMPLEKEY"]);
    let random = joined(&["k3JfP9xQ2mZr8TbV7nYc", "1WdH6sLg4RtUeA0iKo5B"]);
    check(
        AwsSecretAccessKey,
        &[
            ("AWS_SECRET_ACCESS_KEY", &secret),
            ("awsSecretAccessKey", &secret),
            ("VALUE", &random),
            ("CONFIG", &format!("secret={random}")),
        ],
    );
}

#[test]
fn forty_characters_alone_are_no_key() {
    check(
        None,
        &[
            ("COMMIT", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("COMMIT", "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"),
            ("HANDLER", "MyCompany/OrderService2/Handlers/Process"),
            ("CLASS", "OrderProcessingServiceHandlerFactoryImpl"),
            ("ZEROS", "0000000000000000000000000000000000000000"),
        ],
    );
}

#[test]
fn private_keys_are_found() {
    check(
        PrivateKey,
        &[
            ("K", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----"),
            ("K", "-----BEGIN PRIVATE KEY-----\\nMIIE"),
            ("K", "-----BEGIN OPENSSH PRIVATE KEY-----"),
            ("K", "-----BEGIN PGP PRIVATE KEY BLOCK-----"),
        ],
    );
    check(
        None,
        &[("K", "-----BEGIN CERTIFICATE-----\nMIIE"), ("K", "-----BEGIN PUBLIC KEY-----\nMIIE")],
    );
}

#[test]
fn tokens_are_found_by_their_prefix() {
    let digits = "0123456789abcdefABCDEF0123456789abcdefAB";
    for prefix in [
        "ghp_",
        "gho_",
        "ghs_",
        "github_pat_",
        "glpat-",
        "xoxb-",
        "xoxp-",
        "sk_live_",
        "rk_live_",
        "npm_",
        "SG.",
        "hvs.",
        "shpat_",
        "AIza",
    ] {
        check(IssuedToken, &[("VALUE", &format!("{prefix}{digits}"))]);
        check(None, &[("VALUE", prefix), ("VALUE", &format!("{prefix}short"))]);
    }
    let web_token =
        joined(&["eyJhbGciOiJIUzI1NiJ9", ".eyJzdWIiOiIxMjM0In0.", "c2lnbmF0dXJlLWluLWJhc2U2NA"]);
    let web_hook = joined(&["https://hooks.slack.com/services/", "T00000000/B00000000/XXXXXXXX"]);
    check(IssuedToken, &[("VALUE", &web_token), ("HOOK_URL", &web_hook)]);
    check(None, &[("VALUE", "sk_live_documentation_of_the_key_prefix")]);
}

#[test]
fn passwords_in_addresses_are_found() {
    check(
        UrlWithPassword,
        &[
            ("DATABASE_URL", "postgres://app:hunter2@db.example.com:5432/app"),
            ("REDIS", "redis://:hunter2@cache.example.com"),
            ("BROKERS", "amqp://a.example.com,amqp://u:p%40ss@b.example.com"),
            ("DB", "Server=db.example.com;User Id=app;Password=hunter2;"),
            ("DSN", "host=db.example.com user=app password=hunter2"),
        ],
    );
    check(
        None,
        &[
            ("DATABASE_URL", "postgres://app@db.example.com/app"),
            ("DATABASE_URL", "postgres://app:${DB_PASSWORD}@db.example.com/app"),
            ("DATABASE_URL", "postgres://app:***@db.example.com/app"),
            ("URL", "https://example.com/a:b@c"),
            ("URL", "https://example.com:8443/path?user=a"),
            ("DB", "Server=db.example.com;User Id=app;Password=;"),
            ("MAIL", "mailto:ops@example.com"),
        ],
    );
}

#[test]
fn names_tell_where_the_value_is_literal() {
    check(
        NamedLikeSecret,
        &[
            ("DB_PASSWORD", "hunter2"),
            ("dbPassword", "correct horse"),
            ("DBPASSWORD", "hunter2"),
            ("API_KEY", "a1b2c3d4e5"),
            ("apiKey", "a1b2c3d4e5"),
            ("JWT_SECRET", "my-super-secret"),
            ("AUTH_TOKEN", "abcdef"),
            ("SECRET", "hunter2"),
            ("CLIENT_SECRET", "0f8fad5b-d9cb-469f-a165-70867728950e"),
            ("ENCRYPTION_KEY", "c2VjcmV0"),
            ("ADMIN_PASSWORD", "12345678"),
        ],
    );
}

#[test]
fn references_switches_and_places_are_no_secrets() {
    check(
        None,
        &[
            ("DB_PASSWORD", ""),
            ("DB_PASSWORD", "  "),
            ("DB_PASSWORD", "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf"),
            ("DB_PASSWORD", "{{resolve:secretsmanager:db:SecretString:password}}"),
            ("DB_PASSWORD", "/prod/db/password"),
            ("DB_PASSWORD", "${ssm:/prod/db/password}"),
            ("DB_PASSWORD", "$DB_PASSWORD"),
            ("DB_PASSWORD", "<password>"),
            ("DB_PASSWORD", "********"),
            ("API_TOKEN_ENABLED", "true"),
            ("USE_TOKEN", "false"),
            ("PASSWORD_LENGTH", "32"),
            ("REQUIRE_PASSWORD", "1"),
            ("TOKEN", "3600"),
            ("PRIVATE_KEY", "/etc/ssl/private/server.pem"),
            ("PRIVATE_KEY_PATH", "keys/server"),
            ("SECRET_NAME", "prod-db"),
            ("SECRET_ARN", "whatever"),
            ("DB_SECRET", "prod/db/credentials"),
            ("TOKEN_URL", "https://login.example.com/token"),
            ("TOKEN_ENDPOINT", "login.example.com"),
            ("CLIENT_SECRET_ID", "0f8fad5b"),
            ("MAX_TOKENS", "4096"),
            ("TOKENIZER", "whitespace"),
            ("PWD", "/var/task"),
            ("KEY", "value"),
            ("PRIMARY_KEY", "id"),
            ("AUTHOR", "team-web"),
            ("PASSWORD_POLICY", "strict"),
        ],
    );
}

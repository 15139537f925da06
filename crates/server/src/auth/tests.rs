//! Tokens that are taken, and those that are not.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use aws_lc_rs::encoding::AsDer;
use axum::Router;
use axum::routing::get;
use futures_util::future::BoxFuture;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{EncodingKey, Header, encode};
use samtale_store::SystemEnv;
use serde_json::json;

use super::*;

/// The real machine, but the clocks stand still until they are moved.
struct StillEnv {
    machine: SystemEnv,
    now_ms: AtomicU64,
}

const NOW: u64 = 1_800_000_000;

impl Env for StillEnv {
    fn unix(&self) -> UnixMillis {
        UnixMillis((NOW * 1000) as i64).plus(self.now_ms.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.now_ms.load(Ordering::SeqCst))
    }

    fn fill_random(&self, bytes: &mut [u8]) {
        self.machine.fill_random(bytes);
    }

    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.machine.spawn(task);
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.machine.sleep(time)
    }

    fn spawn_thread(&self, name: &str, work: Box<dyn FnOnce() + Send>) {
        self.machine.spawn_thread(name, work);
    }
}

fn still() -> Arc<StillEnv> {
    Arc::new(StillEnv {
        machine: SystemEnv::new(),
        now_ms: AtomicU64::new(0),
    })
}

fn with_secret() -> JwtConfig {
    JwtConfig {
        secret: Some(Secret::new("en hemmelighet på minst tretti tegn")),
        ..JwtConfig::default()
    }
}

fn auth(config: &JwtConfig) -> (Auth, Arc<StillEnv>) {
    let env = still();
    let shared: Arc<dyn Env> = Arc::<StillEnv>::clone(&env);
    (Auth::new(config, shared).expect("keys"), env)
}

fn hs256(config: &JwtConfig, claims: &Value) -> String {
    let secret = config.secret.as_ref().expect("a secret");
    sign(
        Algorithm::HS256,
        None,
        &EncodingKey::from_secret(secret.expose()),
        claims,
    )
}

fn sign(algorithm: Algorithm, kid: Option<&str>, key: &EncodingKey, claims: &Value) -> String {
    let mut header = Header::new(algorithm);
    header.kid = kid.map(Into::into);
    encode(&header, claims, key).expect("signs")
}

fn kari() -> Value {
    json!({ "sub": "kari", "role": "student", "exp": NOW + 60, "aud": "authenticated" })
}

fn es256() -> EncodingKey {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key pair");
    let der = pair.to_pkcs8v1().expect("serialises");
    EncodingKey::from_ec_der(der.as_ref())
}

fn rs256() -> EncodingKey {
    use aws_lc_rs::encoding::Pkcs8V1Der;
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key pair");
    let der: Pkcs8V1Der<'_> = pair.as_der().expect("serialises");
    EncodingKey::from_rsa_der(pkcs1(der.as_ref()))
}

/// Takes the PKCS#1 key out of its PKCS#8 envelope: for RSA 2048 it starts 26 bytes in.
fn pkcs1(pkcs8: &[u8]) -> &[u8] {
    &pkcs8[26..]
}

fn jwk(key: &EncodingKey, algorithm: Algorithm, kid: &str) -> Value {
    let mut jwk = Jwk::from_encoding_key(key, algorithm).expect("a public key");
    jwk.common.key_id = Some(kid.into());
    serde_json::to_value(jwk).expect("serialises")
}

/// Serves a JWKS that can be changed, and counts how often it is fetched.
struct Issuer {
    url: String,
    fetches: Arc<AtomicUsize>,
    document: Arc<std::sync::Mutex<String>>,
}

impl Issuer {
    async fn serve(document: &Value) -> Self {
        let document = Arc::new(std::sync::Mutex::new(document.to_string()));
        let fetches = Arc::new(AtomicUsize::new(0));
        let (served, counted) = (Arc::clone(&document), Arc::clone(&fetches));
        let answer = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let text = served.lock().expect("no test panics here").clone();
            async move { text }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let url = format!("http://{}/jwks", listener.local_addr().expect("an address"));
        let app = Router::new().route("/jwks", get(answer));
        SystemEnv::new().spawn(Box::pin(async move {
            axum::serve(listener, app).await.expect("serves");
        }));
        Self {
            url,
            fetches,
            document,
        }
    }

    fn publish(&self, document: &Value) {
        *self.document.lock().expect("no test panics here") = document.to_string();
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }

    fn config(&self) -> JwtConfig {
        JwtConfig {
            jwks_url: Some(self.url.clone()),
            ..JwtConfig::default()
        }
    }
}

#[tokio::test]
async fn a_token_under_the_secret_says_who_comes() {
    let config = with_secret();
    let (auth, _) = auth(&config);
    let token = hs256(
        &config,
        &json!({
            "sub": "kari", "role": "student", "exp": NOW + 60, "iat": NOW, "name": "Kari",
            "avatar_url": "https://example.no/k.png", "locale": "nn",
        }),
    );
    let claims = auth.verify(&token).await.expect("valid");
    let expected = Claims {
        role: Some("student".into()),
        iat: Some(UnixMillis((NOW * 1000) as i64)),
        name: Some("Kari".into()),
        avatar_url: Some("https://example.no/k.png".into()),
        locale: Some("nn".into()),
        ..Claims::new(
            samtale_model::UserId::new("kari").expect("a valid id"),
            UnixMillis(((NOW + 60) * 1000) as i64),
        )
    };
    assert_eq!(claims, expected);
    let minted = auth.mint(&claims).expect("there is a secret");
    assert_eq!(auth.verify(&minted).await, Ok(claims));
}

#[tokio::test]
async fn an_apps_key_is_told_from_a_persons_token() {
    let config = JwtConfig {
        anon_key: Some(Secret::new("sb_publishable_x")),
        service_key: Some(Secret::new("sb_secret_x")),
        ..with_secret()
    };
    let (auth, _) = auth(&config);
    let exp = Some(UnixMillis(((NOW + 60) * 1000) as i64));
    let key = |kind, exp| Ok(Bearer::Key(AppKey { kind, exp }));
    let claims = |role: &str, exp: u64| json!({ "role": role, "iss": "supabase", "exp": exp });
    let cases = [
        (
            hs256(&config, &claims("anon", NOW + 60)),
            key(KeyKind::Anon, exp),
        ),
        (
            hs256(&config, &claims("service_role", NOW + 60)),
            key(KeyKind::Service, exp),
        ),
        (
            hs256(&config, &json!({ "role": "anon" })),
            key(KeyKind::Anon, None),
        ),
        ("sb_publishable_x".to_owned(), key(KeyKind::Anon, None)),
        ("sb_secret_x".to_owned(), key(KeyKind::Service, None)),
        (
            hs256(&config, &claims("anon", NOW - 60)),
            Err(AuthError::Expired),
        ),
        (
            hs256(&config, &claims("authenticated", NOW + 60)),
            Err(AuthError::Malformed),
        ),
        ("sb_secret_y".to_owned(), Err(AuthError::Malformed)),
    ];
    for (token, expected) in cases {
        assert_eq!(auth.bearer(&token).await, expected, "{token}");
    }
    // With a `sub` it is a person's, whatever its role says.
    let person = json!({ "sub": "kari", "role": "service_role", "exp": NOW + 60 });
    let person = hs256(&config, &person);
    assert!(matches!(auth.bearer(&person).await, Ok(Bearer::Person(_))));
    let anon = hs256(&config, &claims("anon", NOW + 60));
    assert_eq!(auth.verify(&anon).await, Err(AuthError::NoPerson));
    let minted = mint_key(
        config.secret.as_ref().expect("a secret"),
        AppKey {
            kind: KeyKind::Service,
            exp,
        },
        UnixMillis(0),
    );
    assert_eq!(auth.bearer(&minted).await, key(KeyKind::Service, exp));
}

#[tokio::test]
async fn a_bad_token_is_refused_for_its_reason() {
    let config = with_secret();
    let (auth, _) = auth(&config);
    let token = |claims: Value| hs256(&config, &claims);
    let good = token(kari());
    let (signed, _) = good.rsplit_once('.').expect("three parts");
    let (_, rest) = good.split_once('.').expect("three parts");
    let other = JwtConfig {
        secret: Some(Secret::new("en annen hemmelighet enn den rette")),
        ..JwtConfig::default()
    };
    let cases = [
        (String::new(), AuthError::Missing),
        ("kari".into(), AuthError::Malformed),
        ("a.b.c".into(), AuthError::Malformed),
        (format!("{good}x"), AuthError::BadSignature),
        (format!("{signed}."), AuthError::BadSignature),
        // {"alg":"none"} and {"alg":"HS512"}
        (format!("eyJhbGciOiJub25lIn0.{rest}"), AuthError::Malformed),
        (
            format!("eyJhbGciOiJIUzUxMiJ9.{rest}"),
            AuthError::UnknownKey,
        ),
        (hs256(&other, &kari()), AuthError::BadSignature),
        (token(json!({ "sub": "kari" })), AuthError::Malformed),
        (token(json!({ "exp": NOW + 60 })), AuthError::Malformed),
        (
            token(json!({ "sub": "k\n", "exp": NOW + 60 })),
            AuthError::BadSubject,
        ),
        (
            token(json!({ "sub": "kari", "exp": NOW - 30 })),
            AuthError::Expired,
        ),
        (
            token(json!({ "sub": "kari", "exp": NOW + 60, "nbf": NOW + 31 })),
            AuthError::NotYet,
        ),
        (
            token(json!({ "sub": "kari", "exp": NOW + 60, "nbf": "now" })),
            AuthError::Malformed,
        ),
        (
            token(json!({ "sub": "kari", "exp": NOW + 60, "x": "x".repeat(MAX_TOKEN_BYTES) })),
            AuthError::Malformed,
        ),
    ];
    for (token, error) in cases {
        let start: String = token.chars().take(60).collect();
        assert_eq!(auth.verify(&token).await, Err(error), "{start}");
    }
}

#[tokio::test]
async fn a_token_ends_by_our_clock_and_the_leeway() {
    let config = with_secret();
    let (auth, env) = auth(&config);
    let token = hs256(&config, &kari());
    env.now_ms.store(89_999, Ordering::SeqCst);
    assert!(auth.verify(&token).await.is_ok());
    env.now_ms.store(90_000, Ordering::SeqCst);
    let error = auth.verify(&token).await.expect_err("run out");
    assert_eq!(error.code(), ErrorCode::TokenExpired);
}

#[tokio::test]
async fn audience_and_issuer_count_where_they_are_configured() {
    let mut config = with_secret();
    let cases = [
        (json!("samtale"), json!("https://id.example.no"), Ok(())),
        (
            json!(["x", "samtale"]),
            json!("https://id.example.no"),
            Ok(()),
        ),
        (
            json!("x"),
            json!("https://id.example.no"),
            Err(AuthError::WrongAudience),
        ),
        (
            json!(null),
            json!("https://id.example.no"),
            Err(AuthError::WrongAudience),
        ),
        (
            json!("samtale"),
            json!("https://evil.example"),
            Err(AuthError::WrongIssuer),
        ),
        (json!("samtale"), json!(7), Err(AuthError::WrongIssuer)),
    ];
    config.audience = vec!["samtale".into()];
    config.issuer = vec!["https://id.example.no".into()];
    let (auth, _) = auth(&config);
    for (aud, iss, expected) in cases {
        let claims = json!({ "sub": "kari", "exp": NOW + 60, "aud": aud, "iss": iss });
        let result = auth.verify(&hs256(&config, &claims)).await;
        assert_eq!(result.map(|_| ()), expected, "{claims}");
    }
}

#[tokio::test]
async fn public_keys_sign_and_the_key_decides_the_algorithm() {
    let (ec, rsa) = (es256(), rs256());
    let keys = json!({ "keys": [
        { "kty": "of a newer kind" },
        { "kty": "oct", "k": "c2VjcmV0", "kid": "oct" },
        jwk(&ec, Algorithm::ES256, "ec"),
        jwk(&rsa, Algorithm::RS256, "rsa"),
    ] });
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("jwks.json");
    std::fs::write(&path, keys.to_string()).expect("writes");
    let config = JwtConfig {
        jwks_file: Some(path),
        ..JwtConfig::default()
    };
    let (auth, _) = auth(&config);
    let public = keys["keys"][3]["n"].as_str().expect("a modulus").as_bytes();
    let confused = EncodingKey::from_secret(public);
    let oct = EncodingKey::from_secret(b"secret");
    let cases = [
        (sign(Algorithm::ES256, Some("ec"), &ec, &kari()), Ok(())),
        (sign(Algorithm::ES256, None, &ec, &kari()), Ok(())),
        (sign(Algorithm::RS256, Some("rsa"), &rsa, &kari()), Ok(())),
        (
            sign(Algorithm::RS256, Some("ec"), &rsa, &kari()),
            Err(AuthError::UnknownKey),
        ),
        (
            sign(Algorithm::RS512, Some("rsa"), &rsa, &kari()),
            Err(AuthError::UnknownKey),
        ),
        (
            sign(Algorithm::ES256, Some("ec"), &es256(), &kari()),
            Err(AuthError::BadSignature),
        ),
        (
            sign(Algorithm::HS256, Some("rsa"), &confused, &kari()),
            Err(AuthError::UnknownKey),
        ),
        (
            sign(Algorithm::HS256, Some("oct"), &oct, &kari()),
            Err(AuthError::UnknownKey),
        ),
    ];
    for (i, (token, expected)) in cases.into_iter().enumerate() {
        assert_eq!(auth.verify(&token).await.map(|_| ()), expected, "case {i}");
    }
}

#[tokio::test]
async fn a_new_key_is_fetched_once_a_minute_at_the_most() {
    let (old, new) = (es256(), es256());
    let issuer = Issuer::serve(&json!({ "keys": [jwk(&old, Algorithm::ES256, "old")] })).await;
    let (auth, env) = auth(&issuer.config());
    auth.start().await.expect("the issuer answers");
    let by_old = sign(Algorithm::ES256, Some("old"), &old, &kari());
    let by_new = sign(
        Algorithm::ES256,
        Some("new"),
        &new,
        &json!({ "sub": "kari", "exp": NOW + 7_200 }),
    );
    assert!(auth.verify(&by_old).await.is_ok());
    for _ in 0..10 {
        assert_eq!(auth.verify(&by_new).await, Err(AuthError::UnknownKey));
    }
    assert_eq!(issuer.fetches(), 1);
    issuer.publish(&json!({ "keys": [jwk(&new, Algorithm::ES256, "new")] }));
    env.now_ms.store(60_000, Ordering::SeqCst);
    assert!(auth.verify(&by_new).await.is_ok());
    assert_eq!(
        auth.verify(&by_old).await,
        Err(AuthError::UnknownKey),
        "the withdrawn key ends"
    );
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test]
async fn keys_stay_when_the_issuer_fails() {
    let key = es256();
    let issuer = Issuer::serve(&json!({ "keys": [jwk(&key, Algorithm::ES256, "k")] })).await;
    let (auth, env) = auth(&issuer.config());
    auth.start().await.expect("the issuer answers");
    let huge = "x".repeat(300 * 1024);
    for broken in [
        json!("no keys"),
        json!({ "keys": [] }),
        json!({ "keys": [huge] }),
    ] {
        issuer.publish(&broken);
        assert!(auth.start().await.is_err());
    }
    env.now_ms.store(60_000, Ordering::SeqCst);
    let token = sign(Algorithm::ES256, Some("k"), &key, &kari());
    assert!(auth.verify(&token).await.is_ok());
}

#[test]
fn a_server_without_keys_does_not_start() {
    let nothing = JwtConfig::default();
    let empty = JwtConfig {
        secret: Some(Secret::new("")),
        ..JwtConfig::default()
    };
    let missing = JwtConfig {
        jwks_file: Some("/nowhere/jwks.json".into()),
        ..JwtConfig::default()
    };
    assert!(matches!(
        Auth::new(&nothing, still()),
        Err(AuthConfigError::NoKeys)
    ));
    assert!(matches!(
        Auth::new(&empty, still()),
        Err(AuthConfigError::EmptySecret)
    ));
    assert!(matches!(
        Auth::new(&missing, still()),
        Err(AuthConfigError::Jwks(JwksError::File { .. }))
    ));
}

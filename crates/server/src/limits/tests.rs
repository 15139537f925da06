//! Buckets and slots, on a clock of the tests' own.

use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::future::BoxFuture;
use samtale_model::UnixMillis;

use super::*;

#[derive(Default)]
struct FakeEnv {
    now_ms: AtomicU64,
}

impl FakeEnv {
    fn advance(&self, millis: u64) {
        self.now_ms.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Env for FakeEnv {
    fn unix(&self) -> UnixMillis {
        UnixMillis(0)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.now_ms.load(Ordering::SeqCst))
    }

    fn fill_random(&self, _: &mut [u8]) {}

    fn spawn(&self, _: BoxFuture<'static, ()>) {}

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }

    fn spawn_thread(&self, _: &str, _: Box<dyn FnOnce() + Send>) {}
}

fn limiter(settings: &[(&str, &str)]) -> (Limiter, Arc<FakeEnv>) {
    let mut limits = Limits::off();
    for (name, value) in settings {
        limits.set(name, value).expect(name);
    }
    let env = Arc::new(FakeEnv::default());
    let shared: Arc<dyn Env> = Arc::<FakeEnv>::clone(&env);
    (Limiter::new(&limits, &shared), env)
}

fn user(name: &str) -> UserId {
    UserId::new(name).expect("a valid id")
}

fn wait(result: Result<(), WireError>) -> u64 {
    let error = result.expect_err("refused");
    assert_eq!(error.code, ErrorCode::RateLimited);
    error.retry_after_ms.expect("says how long to wait")
}

#[test]
fn a_burst_passes_and_then_the_refusal_says_how_long_to_wait() {
    let (limiter, env) = limiter(&[("typing_per_user", "3/6s")]);
    let kari = user("kari");
    for _ in 0..3 {
        assert_eq!(limiter.typing(&kari), Ok(()));
    }
    assert_eq!(wait(limiter.typing(&kari)), 2_000);
    env.advance(1_999);
    assert_eq!(wait(limiter.typing(&kari)), 1);
    env.advance(1);
    assert_eq!(limiter.typing(&kari), Ok(()));
}

#[test]
fn one_user_s_flood_leaves_the_others_alone() {
    let (limiter, _env) = limiter(&[("ops_per_user", "10/10s")]);
    assert_eq!(limiter.ops(&user("kari"), 10), Ok(()));
    assert_eq!(wait(limiter.ops(&user("kari"), 4)), 4_000);
    assert_eq!(limiter.ops(&user("ola"), 10), Ok(()));
}

#[test]
fn a_batch_larger_than_the_bucket_passes_when_the_bucket_is_whole() {
    let (limiter, env) = limiter(&[("ops_per_user", "10/10s")]);
    let kari = user("kari");
    assert_eq!(limiter.ops(&kari, 100), Ok(()));
    assert_eq!(wait(limiter.ops(&kari, 100)), 10_000);
    env.advance(10_000);
    assert_eq!(limiter.ops(&kari, 100), Ok(()));
}

#[test]
fn an_ipv6_network_counts_as_one_address() {
    let (limiter, _env) = limiter(&[("http_per_address", "1/1h")]);
    let address = |text: &str| text.parse().expect("an address");
    assert_eq!(limiter.http_address(address("2001:db8:0:1::1")), Ok(()));
    wait(limiter.http_address(address("2001:db8:0:1:ffff::2")));
    assert_eq!(limiter.http_address(address("2001:db8:0:2::1")), Ok(()));
    assert_eq!(limiter.http_address(address("192.0.2.1")), Ok(()));
    wait(limiter.http_address(address("::ffff:192.0.2.1")));
}

#[test]
fn an_open_connection_takes_a_place_until_it_is_dropped() {
    let (limiter, _env) = limiter(&[("connections_per_user", "2")]);
    let kari = user("kari");
    let first = limiter.connect_user(&kari).expect("the first");
    let _second = limiter.connect_user(&kari).expect("the second");
    assert_eq!(
        limiter.connect_user(&kari).expect_err("the third").code,
        ErrorCode::RateLimited
    );
    drop(first);
    let _third = limiter.connect_user(&kari).expect("there is room again");
}

#[test]
fn who_has_rested_is_forgotten_and_who_has_not_is_kept() {
    let (limiter, env) = limiter(&[("reads_per_user", "10/10s")]);
    for i in 0..1_000 {
        assert_eq!(limiter.reads(&user(&i.to_string())), Ok(()));
    }
    assert_eq!(limiter.remembered(), 1_000);
    env.advance(60_000);
    assert_eq!(limiter.reads(&user("kari")), Ok(()));
    limiter.purge();
    assert_eq!(limiter.remembered(), 1);
}

#[test]
fn lifted_limits_refuse_nothing_and_remember_nobody() {
    let (limiter, _env) = limiter(&[]);
    let kari = user("kari");
    for _ in 0..10_000 {
        assert_eq!(limiter.ops(&kari, 100), Ok(()));
    }
    assert_eq!(limiter.remembered(), 0);
}

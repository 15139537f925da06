//! A thousand things done to a network in any order: what must hold whatever they are.

use super::*;

/// Does a thousand things in any order, and says what arrived.
fn history(seed: u64) -> Vec<String> {
    let mut rng = Rng::new(seed);
    let mut net = Net::new(rng.fork("net"));
    let (mut now, mut sent, mut trace) = (0, 0_u64, Vec::new());
    // What each end has sent and not been heard of; who has heard the end of a link.
    let mut under_way: BTreeMap<(char, LinkId), Vec<u64>> = BTreeMap::new();
    let mut over: Vec<(char, LinkId)> = Vec::new();
    for _ in 0..1_000 {
        now += rng.below(50);
        let device = rng.index(3);
        let known: Vec<LinkId> = net.links().map(|(link, _)| link).collect();
        let link = if known.is_empty() {
            LinkId(0)
        } else {
            *rng.pick(&known)
        };
        match rng.below(20) {
            0..=2 => drop(net.connect(now, device, hello())),
            3 => drop(net.request(now, device, post())),
            4..=7 => {
                sent += 1;
                under_way.entry(('S', link)).or_default().push(sent);
                net.to_server(now, link, sent.to_string());
            }
            8..=11 => {
                sent += 1;
                under_way.entry(('C', link)).or_default().push(sent);
                net.to_client(now, link, sent.to_string(), false);
            }
            12 => net.close_by_client(now, link, 1000),
            13 => net.close_by_server(now, link, Some(1001)),
            14 => net.abandon(now, link),
            15 => net.cut(now, Which::Link(link)),
            16 => net.half_open(
                device,
                *rng.pick(&[Direction::ToServer, Direction::ToClient]),
            ),
            17 => {
                let condition = Condition {
                    latency_ms: 0..=rng.below(300),
                    bytes_per_second: rng.chance(300).then_some(100),
                    hang: 100,
                    refuse: 100,
                    cut: 20,
                    http_repeat: 300,
                    ..Condition::GOOD
                };
                net.set(now, device, condition);
            }
            18 if rng.chance(300) => net.lose_server(now),
            18 => net.set_server(now, rng.chance(700)),
            _ if rng.chance(300) => net.stall(device),
            _ => net.resume(device),
        }
        while let Some(delivery) = net.poll(now) {
            let heard = word(&delivery);
            match delivery {
                Delivery::ServerOpen { link, .. } => net.accept(now, link),
                Delivery::ServerRequest { link, .. } if rng.chance(700) => {
                    net.answer(now, link, 200, String::new());
                }
                Delivery::ServerFrame { link, ref text }
                | Delivery::ClientFrame { link, ref text, .. } => {
                    let end = if heard.starts_with('S') { 'S' } else { 'C' };
                    assert!(
                        !over.contains(&(end, link)),
                        "{heard} after its end, seed {seed}"
                    );
                    let number: u64 = text.parse().expect("a number");
                    let sent = under_way.get_mut(&(end, link)).expect("was sent");
                    let place = sent.iter().position(|sent| *sent == number);
                    let place = place
                        .unwrap_or_else(|| panic!("{heard} twice or out of order, seed {seed}"));
                    sent.drain(..=place);
                }
                Delivery::ServerClosed { link, .. } | Delivery::ServerCancelled { link } => {
                    over.push(('S', link));
                }
                Delivery::ClientClosed { link, .. }
                | Delivery::ClientRefused { link, .. }
                | Delivery::ClientAnswer { link, .. }
                | Delivery::ClientFailed { link, .. } => over.push(('C', link)),
                _ => {}
            }
            trace.push(format!("{now} {heard}"));
        }
    }
    let ends = over.len();
    over.sort();
    over.dedup();
    assert_eq!(over.len(), ends, "an end was told twice, seed {seed}");
    net.set_server(now, true);
    net.heal(now);
    for device in 0..3 {
        net.abandon_all(now, device);
    }
    while net.poll(now + LATER).is_some() {}
    // What the server was never told of, it finds out by its pings.
    let deaf: Vec<LinkId> = net.links().map(|(link, _)| link).collect();
    for link in deaf {
        assert!(net.is_deaf(link));
        net.close_by_server(now + LATER, link, None);
    }
    assert_eq!(net.links().count(), 0, "links are forgotten, seed {seed}");
    trace
}

#[test]
fn whatever_happens_order_holds_ends_are_told_once_and_nothing_is_left() {
    for seed in 0..150 {
        assert_eq!(history(seed), history(seed));
    }
}

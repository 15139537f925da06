//! Anything may come over a socket: decoding never panics, and what decodes survives being encoded.

#![no_main]

use libfuzzer_sys::fuzz_target;
use samtale_model::Op;
use samtale_protocol::binary::BinaryFrame;
use samtale_protocol::chat::{HistoryRequest, Join, OpsRequest, ReceiptPush, SyncRequest, TypingPush};
use samtale_protocol::frame::Outgoing;
use samtale_protocol::{Frame, Topic, Version, user};

fn text(version: Version, text: &str) {
    let Ok(frame) = Frame::decode(version, text) else { return };
    let again = Outgoing {
        join_ref: frame.join_ref.as_deref(),
        reference: frame.reference.as_deref(),
        topic: &frame.topic,
        event: &frame.event,
        payload: &*frame.payload,
    }
    .encode_client(version);
    let back = Frame::decode(version, &again).expect("an encoded frame decodes");
    assert_eq!(back.topic, frame.topic);
    assert_eq!(back.event, frame.event);
    assert_eq!(back.reference, frame.reference);
    assert_eq!(back.join_ref, frame.join_ref);
    assert_eq!(back.payload.get(), frame.payload.get());

    if let Ok(topic) = frame.topic.parse::<Topic>() {
        assert_eq!(topic.to_string().parse(), Ok(topic));
    }
    if let Ok(ops) = frame.parse::<OpsRequest>() {
        for op in ops.ops {
            let json = serde_json::to_string(&op).expect("an op serialises");
            assert_eq!(serde_json::from_str::<Op>(&json).expect("and parses"), op);
        }
    }
    let _ = frame.parse::<Join>();
    let _ = frame.parse::<SyncRequest>();
    let _ = frame.parse::<HistoryRequest>();
    let _ = frame.parse::<ReceiptPush>();
    let _ = frame.parse::<TypingPush>();
    let _ = frame.parse::<user::Join>();
    let _ = frame.parse::<user::PrivatePush>();
    let _ = frame.parse::<user::ChatsRequest>();
    let _ = frame.parse::<user::SearchRequest>();
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(frame) = BinaryFrame::decode(bytes) {
        assert_eq!(frame.encode().expect("decoded names fit"), bytes);
    }
    if let Ok(json) = std::str::from_utf8(bytes) {
        text(Version::V1, json);
        text(Version::V2, json);
    }
});

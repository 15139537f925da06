//! OpenAPI schemas of the newtypes, which are plain strings on the wire.

use std::borrow::Cow;

use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};

macro_rules! string_schema {
    ($($name:ident $(($format:ident))? : $doc:literal),* $(,)?) => {
        $(
            impl utoipa::PartialSchema for crate::$name {
                fn schema() -> RefOr<Schema> {
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        $(.format(Some(SchemaFormat::KnownFormat(KnownFormat::$format))))?
                        .description(Some($doc))
                        .into()
                }
            }

            impl utoipa::ToSchema for crate::$name {
                fn name() -> Cow<'static, str> {
                    Cow::Borrowed(stringify!($name))
                }
            }
        )*
    };
}

string_schema! {
    ChatId(Uuid): "Names a chat.",
    MessageId(Uuid): "Names a message; made by its sender.",
    OpId(Uuid): "Names a mutation, so that a repeat gets the first answer.",
    UserId: "Names a user: the host product's `sub`, 1 to 128 bytes.",
    DeviceId: "Names a device or browser profile, 1 to 64 bytes.",
    Lineage: "A store's lineage.",
    Epoch: "What must be equal for two seqs to be comparable; opaque.",
    Title: "A chat's title, 1 to 200 characters.",
    Body: "The words of a message, 1 to 10,000 characters, kept byte for byte.",
    MessageKind: "What a message is: `text`; other kinds are reserved.",
    Emoji: "One emoji.",
    PrivateKey: "The key of a private row: `draft:<chat>`, `mute:<chat>`, `block:<user>`, `setting:<name>` or `chat:<chat>`.",
}

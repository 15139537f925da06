//! Reads JSON as everything here writes it: a struct is an object.
//!
//! serde_json reads a struct from an array too, by position. Nobody sends that, and the half of
//! every reader that does it would be a tenth of a browser's engine.

use std::fmt;

use serde::Deserialize;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor,
};

/// Reads a value from JSON.
///
/// # Errors
/// Fails where the text is not JSON, or not of this type.
pub fn from_str<'de, T: Deserialize<'de>>(text: &'de str) -> Result<T, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = T::deserialize(Objects(&mut json))?;
    json.end()?;
    Ok(value)
}

/// Stands around what reads, what is read, and every way from the one into the other.
struct Objects<T>(T);

/// Hands on what to read: as it is to a visitor that gets a value whole, around one that reads on.
macro_rules! hand_on {
    ($around:tt: $($method:ident($($name:ident: $type:ty),*);)+) => {
        $(
            fn $method<V: Visitor<'de>>(self, $($name: $type,)* visitor: V) -> Result<V::Value, D::Error> {
                self.0.$method($($name,)* hand_on!($around visitor))
            }
        )+
    };
    (whole $visitor:ident) => { $visitor };
    (nested $visitor:ident) => { Objects($visitor) };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Objects<D> {
    type Error = D::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_map(Objects(visitor))
    }

    hand_on! { whole:
        deserialize_any();
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_identifier();
        deserialize_ignored_any();
    }

    hand_on! { nested:
        deserialize_option();
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
    }
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Objects<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.expecting(f)
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.0.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_some(Objects(value))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, value: D) -> Result<V::Value, D::Error> {
        self.0.visit_newtype_struct(Objects(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, elements: A) -> Result<V::Value, A::Error> {
        self.0.visit_seq(Objects(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.0.visit_map(Objects(entries))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(Objects(variant))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Objects<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Objects(from))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Objects<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, A::Error> {
        self.0.next_element_seed(Objects(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Objects<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(Objects(seed))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.0.next_value_seed(Objects(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Objects<A> {
    type Error = A::Error;
    type Variant = Objects<A::Variant>;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Self::Variant), A::Error> {
        let (value, variant) = self.0.variant_seed(Objects(seed))?;
        Ok((value, Objects(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Objects<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, A::Error> {
        self.0.newtype_variant_seed(Objects(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(len, Objects(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.0.struct_variant(fields, Objects(visitor))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json::value::RawValue;

    use super::*;
    use crate::WireError;
    use crate::chat::OpsRequest;

    #[test]
    fn a_struct_is_an_object_at_every_depth() {
        let object = r#"{"code":"forbidden","message":"no"}"#;
        let array = r#"["forbidden","no",null]"#;
        assert!(serde_json::from_str::<WireError>(array).is_ok());
        assert!(from_str::<WireError>(object).is_ok());
        assert!(from_str::<WireError>(array).is_err());
        assert!(from_str::<Vec<Option<WireError>>>(&format!("[{object},null]")).is_ok());
        assert!(from_str::<Vec<Option<WireError>>>(&format!("[{array}]")).is_err());
    }

    #[test]
    fn everything_else_is_read_as_serde_json_reads_it() {
        let texts = [
            r#"{"a":[1,-2,3.5,true,null,"x\u00e5\n"],"b":{}}"#,
            r#"{"ops":[]}"#,
            r#"{"ops":[{"op":"delete","opId":"00000000-0000-7000-8000-000000000001"}]}"#,
            r#"{"ops":[]} x"#,
            "{",
            "",
        ];
        for text in texts {
            let said =
                |result: Result<String, serde_json::Error>| result.map_err(|e| e.to_string());
            let (ours, theirs) = (from_str(text), serde_json::from_str(text));
            assert_eq!(
                said(ours.map(|value: Value| value.to_string())),
                said(theirs.map(|value: Value| value.to_string()))
            );
            let (ours, theirs) = (from_str(text), serde_json::from_str(text));
            assert_eq!(
                said(ours.map(|ops: OpsRequest| format!("{ops:?}"))),
                said(theirs.map(|ops: OpsRequest| format!("{ops:?}")))
            );
        }
        let raw = from_str::<Vec<&RawValue>>(r#"[ {"a" : 1} ]"#).expect("is JSON");
        assert_eq!(raw[0].get(), r#"{"a" : 1}"#);
    }
}

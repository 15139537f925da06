//! Sorted maps and sets in little code: a vector of keys, searched by halves.
//!
//! The standard library's trees are some ten kilobytes of WebAssembly for each kind of map, and the
//! engine has dozens. These cost a fraction, and are as fast where there are hundreds of keys,
//! or where each new key is greater than the others, as ids are that tell time. An insertion
//! elsewhere moves all that is greater: what grows without bound belongs into a tree.

use std::iter::Zip;
use std::marker::PhantomData;
use std::ops::Index;
use std::{fmt, slice, vec};

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A sorted set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<K>(Vec<K>);

impl<K> Set<K> {
    /// Makes an empty set.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Returns how many keys there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the keys, the least first.
    pub fn iter(&self) -> slice::Iter<'_, K> {
        self.0.iter()
    }
}

impl<K: Ord> Set<K> {
    /// Returns where a key is, or where it belongs. Not copied into callers: they are many.
    #[inline(never)]
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search(key)
    }

    /// Returns where a key is, and whether it is new there.
    #[inline(never)]
    fn put(&mut self, key: K) -> (usize, bool) {
        match self.place(&key) {
            Ok(place) => (place, false),
            Err(place) => {
                self.0.insert(place, key);
                (place, true)
            }
        }
    }

    /// Returns whether a key is there.
    pub fn contains(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// Puts a key in, and tells whether it is new.
    pub fn insert(&mut self, key: K) -> bool {
        self.put(key).1
    }

    /// Takes a key out, and tells whether it was there.
    #[inline(never)]
    pub fn remove(&mut self, key: &K) -> bool {
        let place = self.place(key);
        place.map(|place| self.0.remove(place)).is_ok()
    }
}

impl<K> Default for Set<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Ord> Extend<K> for Set<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        for key in keys {
            self.insert(key);
        }
    }
}

impl<'a, K: Ord + Copy + 'a> Extend<&'a K> for Set<K> {
    fn extend<I: IntoIterator<Item = &'a K>>(&mut self, keys: I) {
        self.extend(keys.into_iter().copied());
    }
}

impl<K: Ord> FromIterator<K> for Set<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        let mut set = Self::new();
        set.extend(keys);
        set
    }
}

impl<K> IntoIterator for Set<K> {
    type Item = K;
    type IntoIter = vec::IntoIter<K>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, K> IntoIterator for &'a Set<K> {
    type Item = &'a K;
    type IntoIter = slice::Iter<'a, K>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A sorted map. Keys and values lie apart, so that maps of one kind of key share its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<K, V> {
    keys: Set<K>,
    /// The value of each key, in the place of the key.
    values: Vec<V>,
}

impl<K, V> Map<K, V> {
    /// Makes an empty map.
    pub const fn new() -> Self {
        Self {
            keys: Set::new(),
            values: Vec::new(),
        }
    }

    /// Returns how many entries there are.
    pub const fn len(&self) -> usize {
        self.keys.len()
    }

    /// Returns whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Takes all out.
    pub fn clear(&mut self) {
        self.keys.clear();
        self.values.clear();
    }

    /// Returns the keys, the least first.
    pub fn keys(&self) -> slice::Iter<'_, K> {
        self.keys.iter()
    }

    /// Returns the values, in the order of their keys.
    pub fn values(&self) -> slice::Iter<'_, V> {
        self.values.iter()
    }

    /// Returns the values to be changed, in the order of their keys.
    pub fn values_mut(&mut self) -> slice::IterMut<'_, V> {
        self.values.iter_mut()
    }

    /// Returns the entries, the least key first.
    pub fn iter(&self) -> Zip<slice::Iter<'_, K>, slice::Iter<'_, V>> {
        self.keys().zip(self.values())
    }
}

impl<K: Ord, V> Map<K, V> {
    /// Returns whether a key is there.
    pub fn contains_key(&self, key: &K) -> bool {
        self.keys.contains(key)
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        let place = self.keys.place(key).ok()?;
        self.values.get(place)
    }

    /// Returns the value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.keys.place(key).ok()?;
        self.values.get_mut(place)
    }

    /// Puts a value in; returns the one before it.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (place, new) = self.keys.put(key);
        if new {
            self.values.insert(place, value);
            None
        } else {
            Some(std::mem::replace(&mut self.values[place], value))
        }
    }

    /// Returns the value, made first where there is none.
    pub fn or_insert_with(&mut self, key: K, make: impl FnOnce() -> V) -> &mut V {
        let (place, new) = self.keys.put(key);
        if new {
            self.values.insert(place, make());
        }
        &mut self.values[place]
    }

    /// Returns the value, the default where there was none.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.or_insert_with(key, V::default)
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.keys.place(key).ok()?;
        self.keys.0.remove(place);
        Some(self.values.remove(place))
    }

    /// Takes out every entry but those to be kept.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &V) -> bool) {
        let entries = std::mem::take(self).into_iter();
        *self = entries.filter(|(key, value)| keep(key, value)).collect();
    }

    /// Takes out what has the least key.
    pub fn pop_first(&mut self) -> Option<(K, V)> {
        (!self.is_empty()).then(|| (self.keys.0.remove(0), self.values.remove(0)))
    }

    /// Takes out what has the greatest key.
    pub fn pop_last(&mut self) -> Option<(K, V)> {
        self.keys.0.pop().zip(self.values.pop())
    }
}

impl<K: Ord, V> Index<&K> for Map<K, V> {
    type Output = V;

    fn index(&self, key: &K) -> &V {
        self.get(key).expect("the key is known to be there")
    }
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Ord, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = Zip<vec::IntoIter<K>, vec::IntoIter<V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.keys.into_iter().zip(self.values)
    }
}

impl<'a, K, V> IntoIterator for &'a Map<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Zip<slice::Iter<'a, K>, slice::Iter<'a, V>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Serialize, V: Serialize> Serialize for Map<K, V> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self)
    }
}

impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Deserialize<'de> for Map<K, V> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de> + Ord, V: Deserialize<'de>> Visitor<'de> for Entries<K, V> {
            type Value = Map<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Map<K, V>, A::Error> {
                let mut map = Map::new();
                while let Some((key, value)) = entries.next_entry()? {
                    map.insert(key, value);
                }
                Ok(map)
            }
        }

        from.deserialize_map(Entries(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_map_is_a_tree_to_those_who_look(
            steps in prop::collection::vec((0..5, 0..20, 0..100), 0..200)
        ) {
            let (mut map, mut tree) = (Map::new(), BTreeMap::new());
            for (step, key, value) in steps {
                match step {
                    0 => prop_assert_eq!(map.remove(&key), tree.remove(&key)),
                    1 => prop_assert_eq!(map.pop_first(), tree.pop_first()),
                    2 => prop_assert_eq!(
                        map.or_insert_with(key, || value),
                        tree.entry(key).or_insert(value)
                    ),
                    _ => prop_assert_eq!(map.insert(key, value), tree.insert(key, value)),
                }
                prop_assert_eq!(map.get(&key), tree.get(&key));
                prop_assert_eq!(map.len(), tree.len());
            }
            prop_assert!(map.iter().eq(&tree));
        }

        #[test]
        fn a_set_holds_each_key_once_in_order(keys in prop::collection::vec(0..20, 0..40)) {
            let set: Set<i32> = keys.iter().copied().collect();
            let tree: std::collections::BTreeSet<i32> = keys.into_iter().collect();
            prop_assert!(set.iter().eq(&tree));
        }
    }
}

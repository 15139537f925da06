//! Sorting in little code: the standard sorts are ten kilobytes of WebAssembly for each type of
//! element, a heap is less than one. What is sorted here is short.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// An element with what it is sorted by; its place keeps equal ones in their order.
struct Keyed<K, T> {
    key: K,
    place: usize,
    item: T,
}

impl<K: Ord, T> Ord for Keyed<K, T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key).then(self.place.cmp(&other.place))
    }
}

impl<K: Ord, T> PartialOrd for Keyed<K, T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord, T> PartialEq for Keyed<K, T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<K: Ord, T> Eq for Keyed<K, T> {}

/// Returns the elements by key, the least first; those of equal keys stay in their order.
pub(crate) fn sorted<K: Ord, T>(items: Vec<T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut heap = BinaryHeap::with_capacity(items.len());
    for (place, item) in items.into_iter().enumerate() {
        let key = key(&item);
        heap.push(Keyed { key, place, item });
    }
    let sorted = heap.into_sorted_vec();
    sorted.into_iter().map(|keyed| keyed.item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_elements_stay_in_their_order() {
        let words = vec!["bb", "a", "cc", "d", "aa"];
        let by_length = sorted(words, |word| word.len());
        assert_eq!(by_length, ["a", "d", "bb", "cc", "aa"]);
    }
}

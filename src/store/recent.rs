//! What was used lately, within so many bytes: what was asked for longest ago leaves first.

use std::hash::Hash;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use lru::LruCache;

/// Values by key, each with the bytes that it costs.
#[derive(Debug)]
pub struct Recent<K: Hash + Eq, V> {
    values: LruCache<K, (V, usize)>,
    bytes: usize,
    most: usize,
    largest: usize,
}

impl<K: Hash + Eq, V: Clone> Recent<K, V> {
    /// Returns room for `most` bytes, and for no value of more than `largest`: one such would push
    /// out a thousand others.
    #[must_use]
    pub fn within(most: usize, largest: usize) -> Self {
        Self {
            values: LruCache::unbounded(),
            bytes: 0,
            most,
            largest,
        }
    }

    /// Returns how many bytes all values cost.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns a value, if it is still there.
    pub fn get(&mut self, key: &K) -> Option<V> {
        self.values.get(key).map(|(value, _)| value.clone())
    }

    /// Returns all keys and values, those that were asked for last before the others.
    pub fn latest_first(&self) -> impl Iterator<Item = (&K, &V)> {
        self.values.iter().map(|(key, (value, _))| (key, value))
    }

    /// Keeps a value that costs so many bytes, in place of one of the same key.
    pub fn put(&mut self, key: K, value: V, bytes: usize) {
        if bytes > self.largest {
            return;
        }
        self.bytes += bytes;
        if let Some((_, before)) = self.values.put(key, (value, bytes)) {
            self.bytes -= before;
        }
        while self.bytes > self.most {
            let Some((_, (_, oldest))) = self.values.pop_lru() else {
                break;
            };
            self.bytes -= oldest;
        }
    }
}

/// Locks what threads share. Whoever panicked with it left whole values behind: at worst the count
/// of bytes is off.
pub fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

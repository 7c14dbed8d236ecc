//! Objects that the last questions read, kept unpacked beside the repository for the next one.
//!
//! A gate reads some three hundred small objects, and to unpack them takes as long as all the rest of it. When it
//! is asked again, by the next build or of the next environment, most of them are the same: what moved is a few
//! paths. An id names the same bytes for ever, so nothing that is kept goes stale; and all of it is in the
//! repository as well. So a file that is not there, cannot be written or is damaged costs time and nothing else, and
//! who deletes it loses nothing.
//!
//! The file holds a line that names its format, how many objects there are, an [`Entry`] for each in the order of
//! their ids, and then their bytes. Its numbers are little-endian. Each entry has a checksum of its own, so that an
//! object is looked at when it is asked for, and the others never.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;

use flate2::Crc;
use git2::ObjectType;
use git2::Oid;

use super::super::own_files::replace;
use super::objects::Object;

/// The file, in the folder of git-pact's own files.
const FILE: &str = "read-objects";

/// What the file begins with.
const FORMAT: &[u8] = b"git-pact objects 1\n";

/// How many bytes the file has, at most: what the gates of a hundred applications read. It is read as a whole.
const MOST_BYTES: usize = 1 << 20;

/// How many bytes an object has, at most, that is kept. Larger ones are contents, which no gate reads.
const LARGEST: usize = 1 << 16;

/// How many objects have to be unpacked before it is worth it to write them down: below that it takes longer than it
/// spares the next question.
pub(super) const WORTH_KEEPING: usize = 64;

/// Which byte stands for which kind of object.
const KINDS: [(u8, ObjectType); 3] = [
    (b'c', ObjectType::Commit),
    (b't', ObjectType::Tree),
    (b'b', ObjectType::Blob),
];

const ID: usize = 20;
const NUMBER: usize = 4;

/// How many bytes an [`Entry`] takes: id, kind, start, length, checksum.
const ENTRY: usize = ID + 1 + 3 * NUMBER;

/// Where an object is in the file.
struct Entry {
    id: [u8; ID],
    kind: u8,
    /// Where its bytes start, counted from the end of the last entry.
    start: u32,
    length: u32,
    /// Of the id, the kind and the bytes: with another start or length, those are others.
    checksum: u32,
}

/// The objects of a file, as they were when it was read.
#[derive(Default)]
pub(super) struct KeptObjects {
    file: Vec<u8>,
}

impl KeptObjects {
    /// Returns what is kept in a folder; nothing if there is no such file, or none that can be read.
    pub(super) fn read(folder: &Path) -> Self {
        let path = folder.join(FILE);
        let is_fit = |it: &fs::Metadata| it.is_file() && it.len() <= MOST_BYTES as u64;
        let file = fs::metadata(&path)
            .ok()
            .filter(is_fit)
            .and_then(|_| fs::read(&path).ok());
        Self {
            file: file.unwrap_or_default(),
        }
    }

    /// Returns an object, if it is kept and whole.
    pub(super) fn get(&self, id: Oid) -> Option<Object> {
        let (entries, contents) = self.parts()?;
        let place = entries.binary_search_by(|entry| entry[..ID].cmp(id.as_bytes()));
        Entry::read(&entries[place.ok()?]).object(contents)
    }

    /// Returns all objects that are whole, with their ids.
    fn objects(&self) -> impl Iterator<Item = (Oid, Object)> {
        let (entries, contents) = self.parts().unwrap_or_default();
        entries.iter().filter_map(move |entry| {
            let entry = Entry::read(entry);
            let id = Oid::from_bytes(&entry.id).ok()?;
            Some((id, entry.object(contents)?))
        })
    }

    /// Returns the entries, and the bytes behind them.
    fn parts(&self) -> Option<(&[[u8; ENTRY]], &[u8])> {
        let rest = self.file.strip_prefix(FORMAT)?;
        let (count, rest) = rest.split_first_chunk()?;
        let bytes = usize::try_from(u32::from_le_bytes(*count)).ok()?;
        let (entries, contents) = rest.split_at_checked(bytes.checked_mul(ENTRY)?)?;
        Some((entries.as_chunks().0, contents))
    }

    /// Keeps objects in a folder, in the order in which they are given, as many as there is room for; and then as many
    /// of those that were kept before.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be written. What was kept before is there then.
    pub(super) fn keep(
        &self,
        folder: &Path,
        objects: impl IntoIterator<Item = (Oid, Object)>,
    ) -> io::Result<()> {
        let file = file_of(objects.into_iter().chain(self.objects()));
        replace(folder, FILE, &file)
    }
}

impl Entry {
    fn new(id: Oid, kind: u8, start: u32, bytes: &[u8]) -> Option<Self> {
        let mut entry = Self {
            id: id.as_bytes().try_into().ok()?,
            kind,
            start,
            length: u32::try_from(bytes.len()).ok()?,
            checksum: 0,
        };
        entry.checksum = entry.sum(bytes);
        Some(entry)
    }

    fn read(entry: &[u8; ENTRY]) -> Self {
        let number = |at: usize| {
            let mut bytes = [0; NUMBER];
            bytes.copy_from_slice(&entry[ID + 1 + at * NUMBER..][..NUMBER]);
            u32::from_le_bytes(bytes)
        };
        let mut id = [0; ID];
        id.copy_from_slice(&entry[..ID]);
        Self {
            id,
            kind: entry[ID],
            start: number(0),
            length: number(1),
            checksum: number(2),
        }
    }

    fn write(&self, file: &mut Vec<u8>) {
        file.extend_from_slice(&self.id);
        file.push(self.kind);
        for number in [self.start, self.length, self.checksum] {
            file.extend_from_slice(&number.to_le_bytes());
        }
    }

    /// Returns the checksum that it has to have, with the bytes of its object.
    fn sum(&self, bytes: &[u8]) -> u32 {
        let mut crc = Crc::new();
        crc.update(&self.id);
        crc.update(&[self.kind]);
        crc.update(bytes);
        crc.sum()
    }

    /// Returns its object, if it is whole.
    fn object(&self, contents: &[u8]) -> Option<Object> {
        let (_, kind) = KINDS.into_iter().find(|(byte, _)| *byte == self.kind)?;
        let rest = contents.get(usize::try_from(self.start).ok()?..)?;
        let bytes = rest.get(..usize::try_from(self.length).ok()?)?;
        (self.sum(bytes) == self.checksum).then(|| Object {
            kind,
            bytes: bytes.into(),
        })
    }
}

/// Returns the file of objects: of the first ones that it has room for, each once.
fn file_of(objects: impl Iterator<Item = (Oid, Object)>) -> Vec<u8> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut known = HashSet::new();
    let mut contents = Vec::new();
    for (id, object) in objects {
        let room = MOST_BYTES - FORMAT.len() - NUMBER - entries.len() * ENTRY - contents.len();
        let fits = object.bytes.len() <= LARGEST && ENTRY + object.bytes.len() <= room;
        let kind = KINDS.into_iter().find(|(_, kind)| *kind == object.kind);
        let (true, Some((kind, _))) = (fits && known.insert(id), kind) else {
            continue;
        };
        let start = u32::try_from(contents.len()).unwrap_or(u32::MAX);
        entries.extend(Entry::new(id, kind, start, &object.bytes));
        contents.extend_from_slice(&object.bytes);
    }
    entries.sort_unstable_by_key(|entry| entry.id);
    let count = u32::try_from(entries.len()).unwrap_or(u32::MAX);
    let mut file = [FORMAT, &count.to_le_bytes()].concat();
    for entry in &entries {
        entry.write(&mut file);
    }
    file.extend(contents);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: Vec<u8>) -> KeptObjects {
        KeptObjects { file }
    }

    fn object(kind: ObjectType, text: &str) -> (Oid, Object) {
        let id = Oid::hash_object(kind, text.as_bytes()).unwrap();
        let bytes = text.as_bytes().into();
        (id, Object { kind, bytes })
    }

    fn blob(text: &str) -> (Oid, Object) {
        object(ObjectType::Blob, text)
    }

    fn text(kept: &KeptObjects, (id, _): &(Oid, Object)) -> Option<String> {
        let object = kept.get(*id)?;
        Some(String::from_utf8(object.bytes.to_vec()).unwrap())
    }

    #[test]
    fn what_is_kept_is_found_by_who_comes_next_with_what_was_kept_before() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("made");
        let nothing = KeptObjects::read(&folder);
        let [one, two, three] = ["one", "", "three"].map(blob);
        let directory = object(ObjectType::Tree, "not looked at");
        assert_eq!(text(&nothing, &one), None);
        nothing.keep(&folder, [one.clone(), two.clone()]).unwrap();
        let before = KeptObjects::read(&folder);
        assert_eq!(text(&before, &three), None);
        before
            .keep(&folder, [three.clone(), directory.clone()])
            .unwrap();

        let kept = KeptObjects::read(&folder);
        for expected in [&one, &two, &three, &directory] {
            let found = kept.get(expected.0).unwrap();
            assert_eq!(found.kind, expected.1.kind);
            assert_eq!(found.bytes, expected.1.bytes);
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    }

    #[test]
    fn what_was_read_now_goes_before_what_was_read_earlier() {
        let filler = |letter: &str| blob(&letter.repeat(LARGEST));
        let earlier: Vec<_> = ('a'..='z').map(|it| filler(&it.to_string())).collect();
        let kept = of(file_of(earlier.iter().cloned()));
        assert!(kept.file.len() <= MOST_BYTES);
        let of_earlier = |kept: &KeptObjects| {
            let is_kept = |it: &&(Oid, Object)| kept.get(it.0).is_some();
            earlier.iter().filter(is_kept).count()
        };
        assert_eq!(of_earlier(&kept), MOST_BYTES / LARGEST - 1);
        let (now, again) = (filler("!"), earlier[0].clone());
        let objects = [now.clone(), again, blob("small")].into_iter();
        let kept = of(file_of(objects.chain(kept.objects())));
        assert!(kept.file.len() <= MOST_BYTES);
        assert!(kept.get(now.0).is_some() && kept.get(blob("small").0).is_some());
        assert_eq!(of_earlier(&kept), MOST_BYTES / LARGEST - 2);
    }

    #[test]
    fn a_large_object_and_one_of_no_known_kind_are_not_kept() {
        let large = blob(&"x".repeat(LARGEST + 1));
        let tag = object(ObjectType::Tag, "tag");
        let kept = of(file_of([large, tag].into_iter()));
        assert_eq!(kept.objects().count(), 0);
    }

    /// Whatever becomes of the file: an object is found as it was, or not at all.
    #[test]
    fn a_damaged_file_holds_less_and_nothing_else() {
        let objects = ["one", "two", "three"].map(blob);
        let whole = file_of(objects.iter().cloned());
        let check = |file: Vec<u8>| {
            let kept = of(file);
            for (id, object) in &objects {
                let found = kept.get(*id);
                assert!(found.is_none_or(|it| it.kind == object.kind && it.bytes == object.bytes));
            }
            kept.objects().count()
        };
        assert_eq!(check(whole.clone()), objects.len());
        for at in 0..whole.len() {
            check(whole[..at].to_vec());
            for bit in 0..8 {
                let mut file = whole.clone();
                file[at] ^= 1 << bit;
                assert!(check(file) < objects.len(), "byte {at}, bit {bit}");
            }
        }
    }

    #[test]
    fn what_is_no_file_or_too_large_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        fs::create_dir(&path).unwrap();
        assert!(KeptObjects::read(folder.path()).file.is_empty());
        assert!(
            KeptObjects::default()
                .keep(folder.path(), [blob("one")])
                .is_err()
        );
        fs::remove_dir(&path).unwrap();
        let mut file = file_of([blob("one")].into_iter());
        file.resize(MOST_BYTES + 1, 0);
        fs::write(&path, file).unwrap();
        assert!(KeptObjects::read(folder.path()).file.is_empty());
    }
}

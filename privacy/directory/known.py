"""The directory of one installation: refreshed from the source systems, saved, taken up anew by whoever has it open.

Without a directory, or with one older than the institution allows, nothing is scrubbed: a text that cannot be vouched
for goes nowhere.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from domain.errors import ConfigurationError
from domain.identities import KnownPerson
from domain.ids import RecordHandle
from domain.ports import Clock
from domain.records import Record
from privacy.directory.files import load_directory, save_directory
from privacy.directory.index import Directory
from store.keys import KeyRing
from store.known_people import Difference, KnownPeopleStore

FILE, STATE, UNFINISHED = "people.directory", "state.json", "unfinished"
_PURPOSE = "directory"
_FIX = "Run provost directory refresh, and let the worker or a timer repeat it each night."


class DirectoryState(Record):
    """When the directory was last refreshed, whether everything came, and how many people it knows."""

    refreshed_at: datetime
    complete: bool
    people: int


def read_state(folder: Path) -> DirectoryState | None:
    """Return what is known of the last refresh of the directory in a folder; None before the first."""
    try:
        return DirectoryState.model_validate_json((folder / STATE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


class KnownDirectory:
    """The saved directory; safe for many threads, and for one process that refreshes while others read."""

    def __init__(self, folder: Path, known: KnownPeopleStore, keyring: KeyRing, *, clock: Clock, hours: int) -> None:
        self._folder, self._known, self._clock = folder, known, clock
        self._key, self._longest = keyring.derive(_PURPOSE), timedelta(hours=hours)
        self._lock = Lock()
        self._open: tuple[int, Directory] | None = None
        self._read: tuple[tuple[int, int, int], DirectoryState | None] | None = None

    @property
    def state(self) -> DirectoryState | None:
        """What is known of the last refresh; None before the first. The file is read again when it has changed."""
        try:
            found = (self._folder / STATE).stat()
        except FileNotFoundError:
            return None
        mark = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._read is None or self._read[0] != mark:
            self._read = (mark, read_state(self._folder))
        return self._read[1]

    def refresh(self, people: Iterable[KnownPerson], *, complete: bool) -> Difference:
        """Take over a fresh reading: who changed is indexed again, who left is taken out, and the file is replaced."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        left_off = (self._folder / UNFINISHED).exists() or not (self._folder / FILE).is_file()
        (self._folder / UNFINISHED).touch()
        difference = self._known.update(people, complete=complete)
        directory = self._rebuilt() if left_off else self._changed(difference)
        save_directory(directory, self._folder / FILE, self._key)
        state = DirectoryState(refreshed_at=self._clock.now(), complete=complete, people=directory.size)
        (self._folder / STATE).write_text(state.model_dump_json(), encoding="utf-8")
        (self._folder / UNFINISHED).unlink()
        return difference

    def forget(self, handle: RecordHandle) -> None:
        """Take one person out of what is kept of them and out of the index, at once and for good."""
        self._known.forget(handle)
        if (self._folder / FILE).is_file():
            rest = load_directory(self._folder / FILE, self._key).with_changes((), [handle]).compacted()
            save_directory(rest, self._folder / FILE, self._key)

    def version(self) -> int:
        """Return a number that changes whenever the saved directory does; raises as ``directory`` does."""
        state = self.state
        if state is None:
            raise ConfigurationError("There is no directory of people, so no text may leave.", field="home", fix=_FIX)
        if self._clock.now() - state.refreshed_at > self._longest:
            hours = int(self._longest.total_seconds() // 3600)
            message = f"The directory of people is older than {hours} hours, so no text may leave."
            raise ConfigurationError(message, field="privacy.directory_hours", fix=_FIX)
        return (self._folder / FILE).stat().st_mtime_ns

    def directory(self) -> Directory:
        """Return the directory as it stands now; ConfigurationError where there is none, or one that is too old."""
        version = self.version()
        with self._lock:
            if self._open is None or self._open[0] != version:
                self._open = (version, load_directory(self._folder / FILE, self._key))
            return self._open[1]

    def _rebuilt(self) -> Directory:
        """Return the directory of everyone; a refresh that broke off may have left the file behind the records."""
        return Directory.build(self._known.everyone(), self._key)

    def _changed(self, difference: Difference) -> Directory:
        return load_directory(self._folder / FILE, self._key).with_changes(difference.put, difference.removed)

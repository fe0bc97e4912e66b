"""Takes a backup while the installation works: databases, the ledger's checkpoints, what was reported, the files.

The keys are copied apart or not at all: with them whoever has the copy can read everything, without them nobody can.
"""

import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import ConfigurationError
from domain.records import Record
from service.backup import postgres
from service.backup.manifest import (
    CHECKPOINTS,
    DATABASE,
    DUMP,
    FILES,
    HOME_FOLDERS,
    KEPT,
    SETTING_FILES,
    SQLITE_FILES,
    Manifest,
    copy_below,
    hash_files,
    pack,
    place_of,
    write_manifest,
)
from store.migrations import read_revision

if TYPE_CHECKING:
    from graphs.assembly import Provost
    from graphs.settings import Settings

PACKED = (".tar", ".tar.gz", ".tgz")


class Taken(Record):
    """What was taken: how many files, how many ledger entries it reaches to, and where the keys went, if anywhere."""

    files: int
    entries: int
    keys: bool


def take_backup(provost: "Provost", target: Path, keys: Path | None = None) -> Taken:
    """Write a backup into ``target``, a new folder or a ``.tar.gz``, and the keys into the new folder ``keys``.

    Raises ConfigurationError where something is there already, where the keys would lie with the backup, or where a
    tool is missing.
    """
    _require_nothing_at(target, keys)
    entry = provost.ledger.append("backup.taken", "operator", "", {"keys": keys is not None})
    provost.ledger.checkpoint()
    target.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".backup-") as building:
        folder = Path(building) / "backup"
        folder.mkdir(mode=0o700)
        manifest = _gather(provost, folder, entry.seq)
        if target.name.endswith(PACKED):
            pack(folder, target)
        else:
            folder.rename(target)
    if keys is not None:
        copy_below(provost.settings.home / "keys", keys)
    return Taken(files=len(manifest.files), entries=entry.seq, keys=keys is not None)


def _gather(provost: "Provost", folder: Path, entries: int) -> Manifest:
    settings = provost.settings
    copy_below(settings.checkpoints, folder / CHECKPOINTS)
    for name in HOME_FOLDERS:
        copy_below(settings.home / name, folder / KEPT / name)
    _copy_files(settings, folder / FILES)
    _copy_database(settings, folder / DATABASE)
    manifest = Manifest(
        made_at=provost.clock.now(),
        dialect=provost.database.dialect,
        revision=read_revision(provost.database) or "",
        entries=entries,
        files=hash_files(folder),
    )
    write_manifest(folder, manifest)
    return manifest


def _copy_files(settings: "Settings", folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in SETTING_FILES:
        path = place_of(settings, name)
        if path is not None and path.is_file():
            shutil.copy2(path, folder / f"{name}.yaml")


def _copy_database(settings: "Settings", folder: Path) -> None:
    folder.mkdir(mode=0o700)
    if not settings.database.startswith("sqlite"):
        postgres.dump(settings.database, folder / DUMP)
        return
    for name in SQLITE_FILES:
        path = database_file(settings, name)
        if path.exists():
            _copy_sqlite(path, folder / name)


def database_file(settings: "Settings", name: str) -> Path:
    """Return where a SQLite file lies; the main one is where ``database_url`` says."""
    if name == "provost.db":
        return Path(settings.database.removeprefix("sqlite:///"))
    return settings.home / name


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that others write to, on one snapshot, through SQLite itself."""
    with closing(sqlite3.connect(source, timeout=30)) as reading, closing(sqlite3.connect(target)) as writing:
        reading.backup(writing)
    target.chmod(0o600)


def _require_nothing_at(target: Path, keys: Path | None) -> None:
    for path in (target, keys):
        if path is not None and path.exists():
            raise ConfigurationError(f"{path} exists already.", field="backup", fix="Name another place.")
    if keys is not None and target.absolute() in (keys.absolute(), *keys.absolute().parents):
        fix = "Name a place for the keys that is kept apart from the backup."
        raise ConfigurationError("The keys would lie within the backup.", field="keys", fix=fix)

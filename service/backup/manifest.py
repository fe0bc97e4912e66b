"""What a backup says of itself: when it was taken, of which kind of database, and the hash of every file in it."""

import hashlib
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from domain.errors import ConfigurationError
from domain.records import Record
from graphs.settings import Settings

NAME, FORM = "manifest.json", 1
DATABASE, CHECKPOINTS, KEPT, FILES = "database", "checkpoints", "home", "files"
SQLITE_FILES = ("engine.db", "threads.db", "provost.db")
"""In the order in which they are copied: the ledger last, so that nothing kept elsewhere is unknown to it."""
DUMP = "postgres.dump"
HOME_FOLDERS = ("attendance", "insights", "alerts", "directory")
"""What lies in ``home`` beside databases and keys and is worth keeping; sealed where it names people."""
SETTING_FILES = (
    *("policy_file", "institution_file", "scope_file", "access_file", "alerts_file", "drop_policy_file"),
    *("banner.dialect_file", "oneroster.dialect_file"),
)


class Manifest(Record):
    """The table of contents; ``files`` is SHA-256 by path within the backup."""

    form: int = FORM
    made_at: datetime
    dialect: str
    revision: str
    entries: int
    files: dict[str, str]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the table of contents of a folder."""
    (folder / NAME).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def hash_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder, the table of contents left out."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path != folder / NAME)
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in found}


def read_manifest(folder: Path) -> Manifest:
    """Return the table of contents; ConfigurationError where it is none of ours or a file is not what it says."""
    try:
        manifest = Manifest.model_validate_json((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValidationError) as broken:
        raise _damaged("It holds no table of contents of ours.") from broken
    if manifest.form != FORM:
        raise _damaged(f"It has form {manifest.form}, and this version reads {FORM}.")
    present = hash_files(folder)
    wrong = sorted(name for name in manifest.files.keys() | present if manifest.files.get(name) != present.get(name))
    if wrong:
        raise _damaged(f"{wrong[0]} is missing, new or changed.")
    return manifest


@contextmanager
def opened_backup(source: Path) -> Iterator[Path]:
    """Give the folder of a backup, unpacked for the length of a block where it is one file."""
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory() as folder:
        try:
            with tarfile.open(source) as packed:
                packed.extractall(folder, filter="data")
        except (OSError, tarfile.TarError) as broken:
            raise _damaged("It cannot be unpacked.") from broken
        yield Path(folder)


def pack(folder: Path, target: Path) -> None:
    """Make one file of a folder, readable by its owner only; nobody ever sees half of it."""
    draft = target.with_name(target.name + ".part")
    draft.touch(mode=0o600)
    with tarfile.open(draft, "w:gz" if target.name.endswith("gz") else "w") as packed:
        packed.add(folder, arcname=".")
    draft.replace(target)


def place_of(settings: Settings, name: str) -> Path | None:
    """Return the path that a setting such as ``banner.dialect_file`` names."""
    found: object = settings
    for part in name.split("."):
        found = getattr(found, part)
    return found if isinstance(found, Path) else None


def copy_below(source: Path, target: Path) -> None:
    """Copy a folder to where nothing is yet, for its owner only; files that are there already stay as they are."""
    for path in sorted(source.rglob("*")):
        there = target / path.relative_to(source)
        if path.is_dir():
            there.mkdir(parents=True, exist_ok=True, mode=0o700)
        elif not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(path, there)


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _damaged(why: str) -> ConfigurationError:
    fix = "Take another copy; nothing was restored from this one."
    return ConfigurationError(f"This is no whole backup. {why}", field="backup", fix=fix)

"""Puts a backup back where no installation is, and verifies the ledger before anything works with it.

Everything is looked at first; where one thing stands in the way nothing is written. What is there is never overwritten.
"""

import shutil
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
    KEPT,
    SETTING_FILES,
    SQLITE_FILES,
    Manifest,
    copy_below,
    opened_backup,
    place_of,
    read_manifest,
)
from service.backup.taking import database_file

if TYPE_CHECKING:
    from graphs.settings import Settings
    from store.ledger.verify import Verification

_FIX = "Restore into an empty place: another home, or another, empty database."


class Restored(Record):
    """What was restored, and what verifying the ledger afterwards found."""

    manifest: Manifest
    ok: bool
    entries: int
    after_checkpoint: int
    reason: str = ""


def restore_backup(settings: "Settings", source: Path, keys: Path | None = None) -> Restored:
    """Restore a backup into the place that the settings describe; ``keys`` is the folder with the keys kept apart.

    Raises ConfigurationError where an installation is there, a file would be overwritten, the keys are missing, or the
    backup is damaged or of the other kind of database.
    """
    with opened_backup(source) as folder:
        manifest = read_manifest(folder)
        _require_same_kind(settings, manifest)
        _require_nothing_there(settings, folder)
        _require_keys(settings, keys)
        if keys is not None:
            copy_below(keys, settings.home / "keys")
        _put_back(settings, folder)
    found = _verify(settings)
    return Restored(
        manifest=manifest,
        ok=found.ok,
        entries=found.entries,
        after_checkpoint=found.after_checkpoint,
        reason=found.reason or "",
    )


def _put_back(settings: "Settings", folder: Path) -> None:
    copy_below(folder / CHECKPOINTS, settings.checkpoints)
    copy_below(folder / KEPT, settings.home)
    for name in SETTING_FILES:
        kept, path = folder / FILES / f"{name}.yaml", place_of(settings, name)
        if kept.exists() and path is not None and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(kept, path)
    if not settings.database.startswith("sqlite"):
        postgres.restore(settings.database, folder / DATABASE / DUMP)
        return
    for name in SQLITE_FILES:
        if (folder / DATABASE / name).exists():
            target = database_file(settings, name)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copy2(folder / DATABASE / name, target)


def _require_same_kind(settings: "Settings", manifest: Manifest) -> None:
    if settings.database.startswith("sqlite") != (manifest.dialect == "sqlite"):
        fix = f"Set database_url to a {manifest.dialect} database."
        raise ConfigurationError(f"The backup is of {manifest.dialect}.", field="database_url", fix=fix)


def _require_nothing_there(settings: "Settings", folder: Path) -> None:
    """Refuse a place where something is that the backup would have to replace."""
    if settings.database.startswith("sqlite"):
        there = [name for name in SQLITE_FILES if database_file(settings, name).exists()]
    else:
        there = [] if postgres.is_empty(settings.database) else ["the database"]
    if there:
        raise ConfigurationError(f"An installation is there already: {there[0]}.", field="database_url", fix=_FIX)
    for name in SETTING_FILES:
        kept, path = folder / FILES / f"{name}.yaml", place_of(settings, name)
        if kept.exists() and path is not None and path.exists() and path.read_bytes() != kept.read_bytes():
            fix = f"Move it away, or make it the same: {path}."
            raise ConfigurationError("A file differs from the one in the backup.", field=name, fix=fix)


def _require_keys(settings: "Settings", keys: Path | None) -> None:
    there = (settings.home / "keys").exists()
    if keys is None and not there:
        fix = "Give --keys with the folder that was kept apart, or put the keys into the home folder."
        raise ConfigurationError("Without its keys a backup cannot be read.", field="keys", fix=fix)
    if keys is not None and there:
        raise ConfigurationError("There are keys in the home folder already.", field="keys", fix=_FIX)
    if keys is not None and not keys.is_dir():
        raise ConfigurationError(f"There is no folder {keys}.", field="keys", fix="Name the folder with the keys.")


def _verify(settings: "Settings") -> "Verification":
    from store.database import open_read_only
    from store.keys import KeyRing
    from store.ledger.verify import verify_ledger

    keyring = KeyRing.open(settings.home / "keys")
    database = open_read_only(settings.database)
    try:
        return verify_ledger(database, keyring.ledger_key.public_key(), settings.checkpoints)
    finally:
        database.close()

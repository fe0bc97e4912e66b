"""Where the files of a bundle lie: a folder or a zip; both give bytes by name and nothing leaves its place."""

import zipfile
import zlib
from pathlib import Path
from typing import Protocol

from domain.errors import ConfigurationError, EmptySource, MalformedSource

_MIB = 1024 * 1024


class BundleFiles(Protocol):
    """The files of one delivery, read whole by name."""

    name: str

    def names(self) -> frozenset[str]:
        """Return the file names of the bundle, without folders."""
        ...

    def read(self, name: str) -> bytes:
        """Return the content of one file."""
        ...


def open_files(path: Path, *, max_mib: int) -> BundleFiles:
    """Open a folder or a zip; ConfigurationError where there is neither, MalformedSource for a broken zip."""
    if path.is_dir():
        return FolderFiles(path, max_mib)
    if path.is_file():
        return ZipFiles(path, max_mib)
    raise ConfigurationError(
        f"No OneRoster bundle stands at {path.name}.",
        field="oneroster.path",
        fix="Name an existing folder of CSV files or a zip of them.",
    )


class FolderFiles:
    """A bundle that lies unpacked in a folder."""

    def __init__(self, folder: Path, max_mib: int) -> None:
        self.name, self._folder, self._max_mib = folder.name, folder, max_mib

    def names(self) -> frozenset[str]:
        """Return the names of the files in the folder itself."""
        return frozenset(path.name for path in self._folder.iterdir() if path.is_file())

    def read(self, name: str) -> bytes:
        """Return one file; MalformedSource where it is larger than allowed or cannot be read."""
        path = self._folder / name
        try:
            _check_size(name, path.stat().st_size, self._max_mib)
            return path.read_bytes()
        except OSError as error:
            raise MalformedSource(
                f"{name} cannot be read: {type(error).__name__}.", field=name, fix="Check the file and its permissions."
            ) from error


class ZipFiles:
    """A bundle in a zip; the check sums of the zip tell a damaged file from a whole one."""

    def __init__(self, path: Path, max_mib: int) -> None:
        self.name, self._path, self._max_mib = path.name, path, max_mib
        if path.stat().st_size == 0:
            raise EmptySource(f"{path.name} is empty (0 bytes).", field=path.name, fix="Have the export run again.")
        try:
            with zipfile.ZipFile(path) as archive:
                self._members = {Path(entry.filename).name: entry for entry in archive.infolist() if not entry.is_dir()}
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise self._broken(path.name) from error

    def names(self) -> frozenset[str]:
        """Return the names of the packed files, whatever folder they were packed in."""
        return frozenset(self._members)

    def read(self, name: str) -> bytes:
        """Unpack one file in memory; MalformedSource where it is damaged, locked or larger than allowed."""
        entry = self._members[name]
        _check_size(name, entry.file_size, self._max_mib)
        try:
            with zipfile.ZipFile(self._path) as archive:
                return archive.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
            raise self._broken(name) from error

    def _broken(self, name: str) -> MalformedSource:
        return MalformedSource(
            f"{name} is not a whole zip: it was cut short, damaged or locked on the way.",
            field=name,
            fix="Transfer the bundle again, without a password, and compare its size with the original.",
        )


def _check_size(name: str, size: int, max_mib: int) -> None:
    if size > max_mib * _MIB:
        raise MalformedSource(
            f"{name} has {size // _MIB} MiB; at most {max_mib} MiB are read.",
            field=name,
            fix="Raise max_file_mib if the export is right.",
        )

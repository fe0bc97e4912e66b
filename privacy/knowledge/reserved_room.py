"""Keeps what the process had in memory out of the index files of the vectors.

The index library reserves room for vectors to come and writes it to disk as the allocator gave it, with whatever was
in that memory before: somebody's name for instance. That room is overwritten with zeros after every use; the library
reads none of it, as its header says how many elements there are.
"""

import struct
from pathlib import Path

from domain.errors import InternalError

_HEADER = struct.Struct("<iQQQQ")
"""Version, offset of the first level, room for elements, elements, bytes of an element."""
_LENGTH_BYTES = 4
_ZEROS = bytes(1 << 16)


class ReservedRoom:
    """Wipes the room that no element takes, in every index under a folder that was written since it last looked."""

    def __init__(self) -> None:
        self._wiped: dict[Path, tuple[int, int]] = {}

    def wipe(self, folder: Path) -> None:
        """Wipe; InternalError where an index file has another layout, as its room could not be told then."""
        for header in folder.glob("*/header.bin"):
            _, _, room, count, size = _HEADER.unpack_from(header.read_bytes())
            self._wipe_from(header.with_name("data_level0.bin"), count, size, room)
            self._wipe_from(header.with_name("length.bin"), count, _LENGTH_BYTES, room)

    def _wipe_from(self, file: Path, count: int, size: int, room: int) -> None:
        found = file.stat()
        if self._wiped.get(file) == (found.st_mtime_ns, found.st_size):
            return
        if not count * size <= found.st_size <= room * size:
            fix = "Delete the knowledge folder and take the sources in anew; report the version of chromadb."
            raise InternalError("An index file of the vectors has an unknown layout.", field=file.name, fix=fix)
        with file.open("r+b") as opened:
            opened.seek(count * size)
            for start in range(count * size, found.st_size, len(_ZEROS)):
                opened.write(_ZEROS[: found.st_size - start])
        found = file.stat()
        self._wiped[file] = (found.st_mtime_ns, found.st_size)

"""A directory on disk: one file of keyed arrays, checked under the key when read, then memory-mapped.

What a reader of the file without the key can learn: how many people there are, their record handles (random names), who
is a student, instructor, staff or guardian, how many identifiers each has, and how many people share a name token, so
that the commonest family name could be guessed. No name, number, address or birth date can be read from it or tried out
against it. With the key every guess can be tried, so the key belongs in the key ring, not beside the file.

Layout: magic, length of the header, header (JSON: each array's type, length and place), arrays on 64-byte bounds, and
32 bytes of keyed BLAKE2b over all that comes before.
"""

import hashlib
import hmac
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from domain.errors import ConfigurationError
from privacy.directory.hashing import KeyedHash
from privacy.directory.index import Directory
from privacy.directory.merge import Live
from privacy.directory.segment import Array, Segment

MAGIC = b"PVDIR\x00\x01\n"
_BOUND = 64
_SEAL = 32
_HEAD = len(MAGIC) + 8
_CHUNK = 1 << 22
_NAMES = (*(field.name for field in fields(Segment)), "dead")


def save_directory(directory: Directory, file: Path, key: bytes) -> None:
    """Write the directory, readable by the owner only; readers of an earlier file keep what they have mapped."""
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    seal = hashlib.blake2b(digest_size=_SEAL, key=key[:64])
    try:
        with os.fdopen(descriptor, "wb") as target:
            for chunk in _chunks(directory):
                seal.update(chunk)
                target.write(chunk)
            target.write(seal.digest())
            target.flush()
            os.fsync(target.fileno())
        Path(temporary).replace(file)
    finally:
        Path(temporary).unlink(missing_ok=True)


def load_directory(file: Path, key: bytes) -> Directory:
    """Map a saved directory; raises ConfigurationError where it is missing, damaged or of another key."""
    hashed = KeyedHash(key)
    try:
        with file.open("rb") as source:
            _check(source, key)
            content = np.asarray(np.memmap(source, dtype=np.uint8, mode="r"))
    except (OSError, ValueError) as error:
        raise _unreadable("cannot be read") from error
    length = int.from_bytes(bytes(content[len(MAGIC) : _HEAD]), "little")
    parts = json.loads(bytes(content[_HEAD : _HEAD + length]))
    start = _aligned(_HEAD + length)
    return Directory([_read_part(content, start, part) for part in parts], hashed)


def _read_part(content: Array, start: int, part: dict[str, Any]) -> Live:
    arrays = {}
    for name in _NAMES:
        kind, length, place = part[name]
        dtype = np.dtype(kind)
        arrays[name] = content[start + place : start + place + length * dtype.itemsize].view(dtype)
    dead = arrays.pop("dead")
    return Live(Segment(**arrays), dead)


def _chunks(directory: Directory) -> Iterator[bytes]:
    header, place = [], 0
    for part in directory.parts:
        described = {}
        for name, column in _columns(part):
            described[name] = (column.dtype.str, len(column), place)
            place = _aligned(place + column.nbytes)
        header.append(described)
    written = json.dumps(header).encode()
    yield MAGIC + len(written).to_bytes(8, "little") + written
    yield b"\0" * (_aligned(_HEAD + len(written)) - _HEAD - len(written))
    for part in directory.parts:
        for _, column in _columns(part):
            yield column.tobytes()
            yield b"\0" * (_aligned(column.nbytes) - column.nbytes)


def _columns(part: Live) -> Iterator[tuple[str, Array]]:
    for name in _NAMES[:-1]:
        yield name, getattr(part.segment, name)
    yield "dead", part.dead


def _check(source: BinaryIO, key: bytes) -> None:
    """Read the whole file once, without mapping it, and compare its seal."""
    left = os.fstat(source.fileno()).st_size - _SEAL
    if left < _HEAD or source.read(len(MAGIC)) != MAGIC:
        raise _unreadable("is not a directory file of this version")
    source.seek(0)
    seal = hashlib.blake2b(digest_size=_SEAL, key=key[:64])
    while left and (chunk := source.read(min(left, _CHUNK))):
        seal.update(chunk)
        left -= len(chunk)
    if not hmac.compare_digest(seal.digest(), source.read(_SEAL)):
        raise _unreadable("was changed, or was written with another key")
    source.seek(0)


def _aligned(place: int) -> int:
    return -(-place // _BOUND) * _BOUND


def _unreadable(what: str) -> ConfigurationError:
    return ConfigurationError(
        f"The saved directory of people {what}.",
        field="directory_file",
        fix="Delete it and build the directory again from the SIS.",
    )

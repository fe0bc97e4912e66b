"""Signed checkpoints: how long the ledger was and what its last hash was, kept outside the database too.

The text is a C2SP signed note (Ed25519): origin, size, base64 hash, two lines of our own, a blank line, one signature
line. The hash is the head of the chain, not a tree root. Beside a note lies a file with the start of every entry's hash
since the checkpoint before; the note signs its digest. It is read only when the chain contradicts the note, to say
which entry was the first to change.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from store.keyfiles import create_once

ORIGIN = "provost-ledger"
SUFFIX = ".note"
HASH_START = 8
"""Bytes kept of each entry's hash beside a checkpoint."""
_NOTE = re.compile(
    rf"(?P<text>{ORIGIN}\n(?P<size>[0-9]+)\n(?P<hash>[A-Za-z0-9+/=]+)\n"
    rf"at (?P<at>[^\n]+)\nhashes (?P<first>[0-9]+) (?P<starts>[0-9a-f]{{64}})\n)"
    rf"\n— {ORIGIN} (?P<signature>[A-Za-z0-9+/=]+)\n"
)


class CheckpointRow(SQLModel, table=True):
    """A checkpoint as kept inside the database."""

    __tablename__ = "ledger_checkpoint"

    seq: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    note: str


@dataclass(frozen=True)
class Checkpoint:
    """A statement that the ledger had ``seq`` entries and that the last one's hash was ``hash``.

    ``starts_digest`` is the SHA-256 of the hash starts of the entries from ``first`` to ``seq``.
    """

    seq: int
    hash: bytes
    at: str
    first: int
    starts_digest: str
    note: str


def sign_checkpoint(key: Ed25519PrivateKey, head: tuple[int, bytes], at: str, starts: bytes) -> Checkpoint:
    """Make the signed note for a ledger whose last entry is ``head`` (seq, hash)."""
    seq, last = head
    first, digest = seq - len(starts) // HASH_START + 1, hashlib.sha256(starts).hexdigest()
    text = f"{ORIGIN}\n{seq}\n{base64.b64encode(last).decode()}\nat {at}\nhashes {first} {digest}\n"
    signature = key_hash(key.public_key()) + key.sign(text.encode())
    note = f"{text}\n— {ORIGIN} {base64.b64encode(signature).decode()}\n"
    return Checkpoint(seq, last, at, first, digest, note)


def open_checkpoint(key: Ed25519PublicKey, note: str) -> Checkpoint | None:
    """Read a note; None where it is damaged or not signed by this key."""
    match = _NOTE.fullmatch(note)
    if match is None:
        return None
    try:
        signature = base64.b64decode(match["signature"], validate=True)
        head = base64.b64decode(match["hash"], validate=True)
        key.verify(signature[4:], match["text"].encode())
    except (InvalidSignature, binascii.Error):
        return None
    if signature[:4] != key_hash(key):
        return None
    return Checkpoint(int(match["size"]), head, match["at"], int(match["first"]), match["starts"], note)


def key_hash(key: Ed25519PublicKey) -> bytes:
    """Return the four bytes by which a signed note names its key."""
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return hashlib.sha256(ORIGIN.encode() + b"\n\x01" + raw).digest()[:4]


def checkpoint_path(folder: Path, seq: int) -> Path:
    """Return where the checkpoint of that size is kept outside the database."""
    return folder / f"{seq:012d}{SUFFIX}"


def write_checkpoint(folder: Path, checkpoint: Checkpoint, starts: bytes) -> bool:
    """Write the note outside the database, durably and never over another one; tell whether it was new."""
    folder.mkdir(parents=True, exist_ok=True)
    path = checkpoint_path(folder, checkpoint.seq)
    if path.exists():
        return False
    create_once(path.with_suffix(".hashes"), starts, mode=0o444)
    return create_once(path, checkpoint.note.encode(), mode=0o444)


def read_starts(folder: Path, checkpoint: Checkpoint) -> bytes | None:
    """Return the hash starts kept beside a checkpoint, or None where they are missing or not what it signed."""
    path = checkpoint_path(folder, checkpoint.seq).with_suffix(".hashes")
    starts = path.read_bytes() if path.exists() else b""
    return starts if hashlib.sha256(starts).hexdigest() == checkpoint.starts_digest else None


def read_notes(folder: Path) -> dict[int, str]:
    """Return the notes kept outside the database by the size their file name gives."""
    if not folder.is_dir():
        return {}
    return {
        int(path.stem): path.read_text(errors="replace")
        for path in sorted(folder.glob(f"*{SUFFIX}"))
        if path.stem.isdecimal()
    }

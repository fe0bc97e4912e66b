"""Key files: secrets in files that only their owner may read, made once even when several processes start together."""

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from domain.errors import ConfigurationError

SECRET_BYTES = 32


def create_once(path: Path, content: bytes, mode: int = 0o600) -> bool:
    """Write ``content`` to ``path`` whole and durably unless it exists; tell whether this call made it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _sync_folder(path.parent)
    return True


def read_secret(path: Path) -> bytes:
    """Return the 32 bytes of a secret file, making it first where it does not exist.

    Raises ConfigurationError where others may read it or its length is wrong.
    """
    if not path.exists():
        create_once(path, secrets.token_bytes(SECRET_BYTES))
    content = _private_bytes(path)
    if len(content) != SECRET_BYTES:
        raise ConfigurationError("A key file does not hold 32 bytes.", field=path.name, fix="Restore it from a backup.")
    return content


def read_signing_key(path: Path) -> Ed25519PrivateKey:
    """Return the Ed25519 key of a PEM file, making it and its public half ``.pub`` first where there is none.

    Raises ConfigurationError where others may read it or it is no Ed25519 key.
    """
    if not path.exists():
        create_once(path, Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    fault = ConfigurationError("A key file holds no Ed25519 key.", field=path.name, fix="Restore it from a backup.")
    try:
        key = load_pem_private_key(_private_bytes(path), password=None)
    except ValueError as error:
        raise fault from error
    if not isinstance(key, Ed25519PrivateKey):
        raise fault
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    create_once(path.with_suffix(".pub"), public, mode=0o644)
    return key


def _private_bytes(path: Path) -> bytes:
    if path.stat().st_mode & 0o077:
        fix = f"Run: chmod 600 {path}"
        raise ConfigurationError("A key file may be read by other users.", field=path.name, fix=fix)
    return path.read_bytes()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

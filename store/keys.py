"""The key ring: what seals personal data at rest, digests it for comparison, and signs checkpoints and tokens.

Sealing is AES-256-GCM under the newest numbered key; older keys stay readable after a rotation, so nothing needs to be
rewritten at once.
"""

import base64
import binascii
import hmac
import re
import secrets
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.errors import ConfigurationError
from store.keyfiles import SECRET_BYTES, create_once, read_secret, read_signing_key

NONCE_BYTES = 12
DIGEST_LENGTH = 32
_SEAL_FILE = re.compile(r"^seal-k(?P<number>\d+)\.key$")


class KeyRing:
    """The keys of one installation, kept in one folder of files that only the owner may read.

    ``ledger_key`` signs checkpoints, ``principal_key`` signs tokens; their public halves lie beside them as ``.pub``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ledger_key: Ed25519PrivateKey = read_signing_key(folder / "ledger.pem")
        self.principal_key: Ed25519PrivateKey = read_signing_key(folder / "principal.pem")
        self._digest_key = read_secret(folder / "digest.key")
        read_secret(folder / "seal-k1.key")
        self._ciphers = self._read_ciphers()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the ring in ``folder``, making folder and keys on first use.

        Raises ConfigurationError where a key file is damaged or other users may read it.
        """
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(folder)

    @property
    def active_key_id(self) -> str:
        """The id of the key that new values are sealed under, such as ``k2``."""
        return f"k{max(int(key_id[1:]) for key_id in self._ciphers)}"

    def rotate(self) -> str:
        """Make a new sealing key and return its id; values sealed before stay readable."""
        made = False
        while not made:
            self._ciphers = self._read_ciphers()
            number = int(self.active_key_id[1:]) + 1
            made = create_once(self.folder / f"seal-k{number}.key", secrets.token_bytes(SECRET_BYTES))
        self._ciphers = self._read_ciphers()
        return self.active_key_id

    def seal_bytes(self, plaintext: bytes, aad: bytes) -> tuple[str, bytes]:
        """Seal under the active key; ``aad`` binds the value to its place. Returns key id and nonce with ciphertext."""
        key_id = self.active_key_id
        nonce = secrets.token_bytes(NONCE_BYTES)
        return key_id, nonce + self._ciphers[key_id].encrypt(nonce, plaintext, aad)

    def unseal_bytes(self, key_id: str, sealed: bytes, aad: bytes) -> bytes:
        """Open what ``seal_bytes`` made with the same ``aad``.

        Raises ConfigurationError where the key is not in this ring, or the value was changed or moved.
        """
        try:
            return self._cipher(key_id).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], aad)
        except (InvalidTag, ValueError) as error:
            raise _cannot_open() from error

    def seal(self, plaintext: bytes, aad: bytes) -> str:
        """Seal to text, ``key id.base64``; see ``seal_bytes``."""
        key_id, sealed = self.seal_bytes(plaintext, aad)
        return f"{key_id}.{base64.urlsafe_b64encode(sealed).decode()}"

    def unseal(self, text: str, aad: bytes) -> bytes:
        """Open what ``seal`` made; see ``unseal_bytes``."""
        key_id, _, encoded = text.partition(".")
        try:
            sealed = base64.urlsafe_b64decode(encoded)
        except binascii.Error as error:
            raise _cannot_open() from error
        return self.unseal_bytes(key_id, sealed, aad)

    def digest(self, value: str) -> str:
        """Return a keyed digest of a personal value, 32 hex digits, that cannot be guessed without the key."""
        return hmac.digest(self._digest_key, value.encode(), "sha256").hex()[:DIGEST_LENGTH]

    def derive(self, purpose: str) -> bytes:
        """Return a secret of 32 bytes for one named purpose; it tells nothing about the others."""
        return hmac.digest(self._digest_key, f"purpose:{purpose}".encode(), "sha256")

    def _cipher(self, key_id: str) -> AESGCM:
        if key_id not in self._ciphers:
            self._ciphers = self._read_ciphers()
        if key_id not in self._ciphers:
            raise _cannot_open()
        return self._ciphers[key_id]

    def _read_ciphers(self) -> dict[str, AESGCM]:
        found = ((_SEAL_FILE.match(path.name), path) for path in self.folder.iterdir())
        return {f"k{match['number']}": AESGCM(read_secret(path)) for match, path in found if match}


def _cannot_open() -> ConfigurationError:
    return ConfigurationError(
        "A sealed value does not open with this key ring: it was changed, or the keys are of another installation.",
        field="key_folder",
        fix="Point the key folder at the keys this database was made with, or restore the missing key file.",
    )

"""The key ring: keys in files only their owner reads, rotation, and sealed values that cannot be moved or changed."""

import multiprocessing
import stat

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from domain.errors import ConfigurationError
from store.keys import KeyRing

FILES = ["digest.key", "ledger.pem", "principal.pem", "seal-k1.key"]


def test_keys_are_made_once_and_only_their_owner_may_read_them(tmp_path):
    first, again = KeyRing.open(tmp_path / "keys"), KeyRing.open(tmp_path / "keys")
    assert again.digest("A00123456") == first.digest("A00123456")
    assert again.unseal(first.seal(b"secret", b"here"), b"here") == b"secret"
    private = {path.name for path in first.folder.iterdir() if stat.S_IMODE(path.stat().st_mode) == 0o600}
    assert sorted(private) == FILES
    assert stat.S_IMODE(first.folder.stat().st_mode) == 0o700


def test_the_public_halves_lie_beside_the_signing_keys(keyring):
    public = load_pem_public_key((keyring.folder / "ledger.pub").read_bytes())
    public.verify(keyring.ledger_key.sign(b"note"), b"note")
    assert (keyring.folder / "ledger.pub").read_bytes() != (keyring.folder / "principal.pub").read_bytes()


def test_after_a_rotation_new_values_use_the_new_key_and_old_ones_still_open(keyring):
    old = keyring.seal(b"secret", b"")
    other_process = KeyRing.open(keyring.folder)
    assert keyring.rotate() == "k2" == keyring.active_key_id
    new = keyring.seal(b"secret", b"")
    assert (old.split(".")[0], new.split(".")[0]) == ("k1", "k2")
    assert keyring.unseal(old, b"") == other_process.unseal(new, b"") == b"secret"


def test_the_same_value_never_looks_the_same_twice(keyring):
    assert keyring.seal(b"A00123456", b"") != keyring.seal(b"A00123456", b"")
    assert len(keyring.digest("A00123456")) == 32


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-2] + ("AA" if text[-2:] != "AA" else "BB"),
        lambda text: text.replace("k1.", "k9."),
        lambda text: text[:8],
        lambda text: "k1.x",
        lambda text: "",
    ],
)
def test_a_spoiled_value_is_a_configuration_error_with_a_next_step(keyring, spoil):
    with pytest.raises(ConfigurationError) as caught:
        keyring.unseal(spoil(keyring.seal(b"secret" * 3, b"here")), b"here")
    assert caught.value.fix


def test_a_value_moved_to_another_place_does_not_open(keyring):
    with pytest.raises(ConfigurationError):
        keyring.unseal(keyring.seal(b"secret", b"row 1"), b"row 2")


@pytest.mark.parametrize("name", FILES)
def test_a_key_file_others_may_read_is_refused(keyring, name):
    (keyring.folder / name).chmod(0o640)
    with pytest.raises(ConfigurationError, match="other users"):
        KeyRing.open(keyring.folder)


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_key_file_is_refused(keyring, name):
    (keyring.folder / name).write_bytes(b"damaged")
    with pytest.raises(ConfigurationError) as caught:
        KeyRing.open(keyring.folder)
    assert caught.value.field == name


def digest_in(folder, results):
    results.put(KeyRing.open(folder).digest("A00123456"))


def test_processes_that_start_together_share_one_set_of_keys(tmp_path):
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    workers = [context.Process(target=digest_in, args=(tmp_path / "keys", results)) for _ in range(3)]
    for worker in workers:
        worker.start()
    assert len({results.get(timeout=60) for _ in workers}) == 1
    for worker in workers:
        worker.join(60)

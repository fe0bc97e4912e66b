"""The real parts of the boundary over the people of the cases and 2,000 others, with a provider that records."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.leaks.cases import read_people
from evals.leaks.provider import EchoProvider, echo_provider
from evals.privacy.people import campus_people
from graphs.checkpoints import SealedRows, open_checkpoints
from graphs.privacy import NobodySees
from privacy.check import DirectoryIds, SecondLook
from privacy.detect.finder import AnalyzerFinder
from privacy.directory.index import Directory
from privacy.models.call_record import CallRecord
from privacy.models.clients import open_chat, open_embeddings
from privacy.models.door import ModelDoor
from privacy.models.embedding_door import EmbeddingDoor
from privacy.models.entrance import Entrance
from privacy.models.provider import Provider
from privacy.models.usage import ModelCounters
from privacy.people import PeopleInMemory
from privacy.scrub import ConversationScrubber
from privacy.vault import Vault
from privacy.vault.throwaway import throwaway_vault
from privacy.vocabulary import Finder, LeakCheck
from store.database import open_database
from store.keys import KeyRing
from store.ledger import Ledger
from store.migrations import upgrade

DISTRACTORS, SEED = 2_000, 77
KEY = b"a key for the leak suite, no other"


@dataclass(frozen=True)
class LeakParts:
    """What the doors are tried on; ``configure_logs`` sets structlog up as the service does."""

    scrubber: ConversationScrubber
    check: LeakCheck
    finder: Finder
    vault: Vault
    door: ModelDoor
    embedding_door: EmbeddingDoor
    provider: EchoProvider
    ledger: Ledger
    saver: SealedRows
    folder: Path
    configure_logs: Callable[[str, str], None]

    def checkpoint_bytes(self) -> str:
        """Return every byte of the checkpoint files, one character each, in lower case."""
        return "".join(
            file.read_bytes().decode("latin-1").lower() for file in sorted((self.folder / "threads").iterdir())
        )


@contextmanager
def open_parts(configure_logs: Callable[[str, str], None]) -> Iterator[LeakParts]:
    """Put the boundary together until the block ends; every part is the one that an installation has."""
    people = [*read_people(), *campus_people(DISTRACTORS, SEED)]
    known = PeopleInMemory(people)
    finder = AnalyzerFinder(Directory.build(people, KEY))
    check = SecondLook(known, DirectoryIds(each.identity for each in people))
    with ExitStack() as closing:
        folder = Path(closing.enter_context(TemporaryDirectory(prefix="provost-leaks-")))
        provider = closing.enter_context(echo_provider())
        vault = closing.enter_context(throwaway_vault())
        scrubber = ConversationScrubber(vault, finder, NobodySees(), known)
        named = Provider(
            name="echo", model="test-model", embedding_model="test-embedding", base_url=provider.url, contract=True
        )
        ledger = _ledger(folder, closing)
        entrance = Entrance(named, scrubber, check, CallRecord(ledger, named, ModelCounters()))
        tls = ssl.create_default_context()
        chat, embeddings = open_chat(named, tls), open_embeddings(named, tls)
        closing.callback(lambda: [client.close() for client in (chat.http_client, embeddings.http_client) if client])
        keyring = KeyRing.open(folder / "keys")
        saver = closing.enter_context(open_checkpoints("sqlite://", keyring, folder / "threads"))
        yield LeakParts(
            scrubber=scrubber,
            check=check,
            finder=finder,
            vault=vault,
            door=ModelDoor(inner=chat, entrance=entrance),
            embedding_door=EmbeddingDoor(embeddings, entrance),
            provider=provider,
            ledger=ledger,
            saver=saver,
            folder=folder,
            configure_logs=configure_logs,
        )


def _ledger(folder: Path, closing: ExitStack) -> Ledger:
    database = open_database(f"sqlite:///{folder}/provost.db")
    closing.callback(database.close)
    upgrade(database)
    return Ledger(database, KeyRing.open(folder / "ledger-keys"), folder / "ledger")

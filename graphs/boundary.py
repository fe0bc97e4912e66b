"""The privacy boundary of one installation, put together over its directory of people.

Everything is opened when first needed: Presidio, the vault, the model. Until a directory was built, whatever would
scrub a text refuses.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from domain.records import Record
from graphs.foundation import Foundation
from graphs.known_people import join_people
from privacy.directory.known import KnownDirectory
from privacy.vocabulary import LeakCheck
from store.known_people import KnownPeopleStore

if TYPE_CHECKING:
    from graphs.connections import Readers
    from privacy.scrub import ConversationScrubber
    from privacy.vault import Vault


class RefreshReport(Record):
    """What a refresh of the directory changed, and whether everything came."""

    people: int
    changed: int
    removed: int
    complete: bool


class PrivacyBoundary:
    """Finder, vault, scrubber and second check, over who the source systems say exists."""

    def __init__(self, base: Foundation, readers: Callable[[], "Readers"]) -> None:
        self._base, self._readers = base, readers
        settings = base.settings
        self.engine = settings.privacy.engine
        self.known = KnownPeopleStore(base.database, base.keyring)
        self.directory = KnownDirectory(
            settings.home / "directory",
            self.known,
            base.keyring,
            clock=base.clock,
            hours=settings.privacy.directory_hours,
        )

    def refresh(self, actor: str) -> RefreshReport:
        """Read everybody's identifiers from SIS and LMS and bring the directory up to date; on record (S224, S229).

        Where not everything came, nobody is taken out (R70). Raises what stands in the way of reading.
        """
        base, readers = self._base, self._readers()
        identities, users = readers.identities.read_identities(), readers.lms.read_users()
        complete = identities.complete and users.complete
        people = tuple(join_people(identities.rows, users.rows, base.identities))
        base.ledger.record_reads(
            actor,
            agent="directory",
            purpose="privacy directory",
            run="",
            what="identities",
            people=[person.handle for person in people],
        )
        difference = self.directory.refresh(people, complete=complete)
        return RefreshReport(
            people=len(people),
            changed=len(difference.put),
            removed=len(difference.removed),
            complete=complete,
        )

    @cached_property
    def vault(self) -> "Vault":
        """What turns codes back, sealed, for as long as a conversation lasts."""
        from privacy.vault import Vault

        base = self._base
        days = timedelta(days=base.settings.privacy.conversation_days)
        tenant = base.settings.knowledge.tenant
        return Vault(base.database, base.keyring, tenant=tenant, clock=base.clock, lifetime=days)

    @cached_property
    def scrubber(self) -> "ConversationScrubber":
        """Replaces identifiers by codes and puts them back for whoever may see them."""
        from privacy.fresh import DirectoryFinder
        from privacy.scrub import ConversationScrubber

        finder = DirectoryFinder(self.directory, self.engine)
        return ConversationScrubber(self.vault, finder, self._base.access, self.known)

    @cached_property
    def check(self) -> LeakCheck:
        """The second look at whatever is about to leave."""
        from privacy.fresh import DirectoryCheck

        return DirectoryCheck(self.directory, self.known)

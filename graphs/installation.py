"""An installation without what it may do: its database, keys and policy, and the readers of its systems."""

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Self

from domain.errors import ConfigurationError
from domain.ids import TermCode
from domain.ports import Feed, LmsReader, RelationshipReader, SisReader
from domain.rules.cross_lists import course_homes
from graphs.foundation import Foundation
from store.canonical import JSON

if TYPE_CHECKING:
    from domain.drop_policy import DropPolicy
    from graphs.connections import Readers
    from graphs.event_reading import EventReader


class Installation:
    """What an installation has: its own parts, and the systems it reads.

    Attributes for screens: ``settings``, ``institution``, ``policy``, ``database``, ``ledger``, ``plans``, ``runs``,
    ``approvals`` (find and show), ``access`` (who may see what), ``principals``, ``identities``, ``casedesk``,
    ``grading`` (what is kept of grades on their way), ``keyring``, ``clock``, and the readers ``sis``, ``lms`` and
    ``feed``, which are opened when first asked for.
    """

    def __init__(self, foundation: Foundation, closing: ExitStack) -> None:
        self._base, self._closing = foundation, closing
        self.settings, self.institution, self.policy = foundation.settings, foundation.institution, foundation.policy
        self.database, self.ledger, self.plans = foundation.database, foundation.ledger, foundation.plans
        self.runs, self.approvals, self.principals = foundation.runs, foundation.approvals, foundation.principals
        self.identities, self.casedesk, self.clock = foundation.identities, foundation.casedesk, foundation.clock
        self.access, self.grading, self.drops = foundation.access, foundation.grading, foundation.drops
        self.keyring = foundation.keyring
        foundation.connect_relationships(self._relationships)
        self.outbox, self.locks, self.kill_switch = foundation.outbox, foundation.locks, foundation.kill_switch

    def course_of(self, term: TermCode) -> Mapping[str, str]:
        """Return the SIS id of the LMS course in which each section of a term is to be taught (R39)."""
        homes = course_homes(self.sis.read_sections(term).rows)
        return {section.sis_section_id: course for section, course in homes.items()}

    @property
    def sis(self) -> SisReader:
        """The student information system, for reading."""
        return self.readers.sis

    @property
    def lms(self) -> LmsReader:
        """The learning management system, for reading."""
        return self.readers.lms

    @property
    def feed(self) -> Feed:
        """The change notifications of the SIS; ConfigurationError where it has none."""
        if self.readers.feed is None:
            fix = "Connect Banner through Ethos; OneRoster bundles have no notifications."
            raise ConfigurationError("This student information system has no feed.", field="banner.url", fix=fix)
        return self.readers.feed

    @property
    def last_event(self) -> datetime | None:
        """When the newest event was taken up or accepted; None before the first."""
        from store.workers import Inbox

        newest = self.runs.latest("event", limit=1)
        moments = (newest[0].started_at if newest else None, Inbox(self.database).last_accepted())
        return max((one for one in moments if one is not None), default=None)

    def drain(self) -> None:
        """Ask every run of this process to stop at the end of its step; it goes on wherever it is run again."""
        self._base.draining.request()

    def _relationships(self) -> RelationshipReader:
        """Return how people stand to each other: as the SIS says, and as the registrar named delegates (R92)."""
        from graphs.delegates import WithDelegates

        return WithDelegates(self.readers.relationships, self.sis, self.identities, self.grading.attestations)

    @cached_property
    def drop_policy(self) -> "DropPolicy | None":
        """The drop policy, where the settings name one; ConfigurationError names the key at fault in it."""
        from agents.drop.policy_file import load_drop_policy

        file = self.settings.drop_policy_file
        return load_drop_policy(file) if file is not None else None

    @cached_property
    def events(self) -> "EventReader | None":
        """Reads what notifications are about, where the SIS has any."""
        from graphs.event_reading import EventReader
        from tools.scoped import ScopedBanner

        sis = self.readers.sis
        return EventReader(sis, self.readers.lms, self.clock) if isinstance(sis, ScopedBanner) else None

    @cached_property
    def readers(self) -> "Readers":
        """The readers, opened when first asked for."""
        from graphs.connections import open_readers

        self._record_waiver()
        base = self._base
        return open_readers(
            base.settings, base.institution, base.identities, base.clock, self._closing, turns=base.turns
        )

    def _record_waiver(self) -> None:
        """Put a waiver of the TLS floor on record, once a day while it is in force (S225)."""
        from graphs.connections import tls_policy

        waiver = tls_policy(self.settings).waiver
        if waiver is None or not self._base.notices.claim(f"tls.waiver:{waiver.host}", "", timedelta(days=1)):
            return
        body: dict[str, JSON] = {
            "host": waiver.host,
            "reason": waiver.reason,
            "approved_by": waiver.approved_by,
            "expires_on": waiver.expires_on.isoformat(),
        }
        self.ledger.append("tls.waiver", "operator", "", body)

    def close(self) -> None:
        """Release connections; safe to call twice."""
        self._closing.close()

    def __enter__(self) -> Self:
        """Give the installation to a ``with`` block."""
        return self

    def __exit__(self, *_exc: object) -> None:
        """Close it at the end of the block."""
        self.close()

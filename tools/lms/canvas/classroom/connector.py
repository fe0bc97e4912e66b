"""The Canvas connector for what happens in classes; it reads and holds nothing it could write with (S222, S223)."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.engagement import EngagementRead
from domain.grades import GradebookRow, MarkChange
from domain.ids import RecordHandle, SectionKey
from domain.learning import ActivityDay, Assignment, Contribution, LastAccess, Resource, ResourceUse, Submission
from domain.ports import Capabilities, Clock, Fetch, IdentityResolver
from store.clock import SYSTEM_CLOCK
from tools.lms.canvas.classroom import activity, discussion, engagement, gradebook, mark_changes, resources, uses, work
from tools.lms.canvas.classroom.engagement import EVERY_PART, Part
from tools.lms.canvas.classroom.reading import Reading
from tools.wire import WireClient

READS = frozenset(
    {"assignments", "submissions", "discussion", "activity", "last_access", "engagement", "gradebook", "scheme"}
    | {"mark_changes", "resources", "uses"}
)


class CanvasClassroom:
    """Reads classes of one Canvas root account; fits ``domain.learning_ports.Classroom``.

    Every section is found by its SIS id and every row by the enrolment of its student in that section, so a section
    that is taught in the course of another is read like any (R90). ``zone`` is where a campus day begins and ends.
    """

    def __init__(
        self,
        client: WireClient,
        account_id: str,
        identities: IdentityResolver,
        *,
        zone: ZoneInfo,
        clock: Clock = SYSTEM_CLOCK,
        page_size: int = 100,
    ) -> None:
        self._client, self._account, self._identities = client, account_id, identities
        self._zone, self._clock, self._page_size = zone, clock, page_size

    def capabilities(self) -> Capabilities:
        """Say what can be read here."""
        return Capabilities(system="canvas", version="v1", reads=READS)

    def read_assignments(self, section: SectionKey) -> Fetch[Assignment]:
        """Read what the section is asked for."""
        reading = self._begin(section)
        return reading.fetch(work.read_assignments(reading))

    def read_submissions(self, section: SectionKey, since: datetime | None = None) -> Fetch[Submission]:
        """Read what was handed in; with ``since`` what was handed in or marked from then on."""
        reading = self._begin(section)
        return reading.fetch(work.read_submissions(reading, since))

    def read_contributions(self, section: SectionKey, since: datetime | None = None) -> Fetch[Contribution]:
        """Read who wrote in discussions."""
        reading = self._begin(section)
        return reading.fetch(discussion.read_contributions(reading, since))

    def read_activity(self, section: SectionKey, since: datetime | None = None) -> Fetch[ActivityDay]:
        """Read clicks by campus day; incomplete where Canvas analytics are off (R122)."""
        reading = self._begin(section)
        return reading.fetch(activity.read_activity(reading, self._zone, since))

    def read_last_access(self, section: SectionKey) -> Fetch[LastAccess]:
        """Read when each student was last seen in the class."""
        reading = self._begin(section)
        return reading.fetch(activity.read_last_access(reading))

    def read_engagement(
        self, section: SectionKey, person: RecordHandle, parts: Collection[Part] = EVERY_PART
    ) -> EngagementRead:
        """Read one student's events in a class; a part that is not named is not asked for."""
        return engagement.read_engagement(self._begin(section), person, parts)

    def read_gradebook(self, section: SectionKey) -> Fetch[GradebookRow]:
        """Read course grades."""
        reading = self._begin(section)
        return reading.fetch(gradebook.read_gradebook(reading))

    def read_mark_changes(self, section: SectionKey) -> Fetch[MarkChange]:
        """Read the log of grade changes."""
        reading = self._begin(section)
        return reading.fetch(mark_changes.read_mark_changes(reading))

    def has_scheme(self, section: SectionKey) -> bool | None:
        """Tell whether the class derives letters from scores (R87); None where it could not be read."""
        return gradebook.has_scheme(self._begin(section), self._account)

    def read_resources(self, section: SectionKey) -> Fetch[Resource]:
        """Read what the class offers."""
        reading = self._begin(section)
        return reading.fetch(resources.read_resources(reading))

    def read_uses(self, section: SectionKey, person: RecordHandle | None = None) -> Fetch[ResourceUse]:
        """Read what of it each student opened, or one of them."""
        reading = self._begin(section)
        return reading.fetch(uses.read_uses(reading, self._zone, person))

    def _begin(self, section: SectionKey) -> Reading:
        return Reading(self._client, self._identities, self._clock, section, self._page_size)

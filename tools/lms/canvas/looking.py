"""One look at Canvas: each section, account, course and sent message is read once, however many changes name it."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from domain.ids import RecordHandle, SectionKey, SisPersonId
from domain.ports import IdentityResolver, SisReader
from tools.lms.canvas import lookup
from tools.lms.canvas.collecting import Collected
from tools.lms.canvas.sent import has_sent
from tools.lms.canvas.wire import CourseRow, EnrollmentRow, SectionRow, UserRow
from tools.wire import WireClient, link_pages

K = TypeVar("K")
V = TypeVar("V")
_FEW = 3


class Look:
    """A moment's view of the records that a set of changes names; make a new one for each observation."""

    def __init__(
        self,
        client: WireClient,
        *,
        account: str,
        resolver: IdentityResolver,
        sis: SisReader | None,
        sent: WireClient | None,
        page_size: int,
    ) -> None:
        self._client, self._account, self._sis, self._sent = client, account, sis, sent or client
        self._resolver, self._page_size = resolver, page_size
        self._rosters: dict[SectionKey, tuple[EnrollmentRow, ...]] = {}
        self._users: dict[SisPersonId, UserRow | None] = {}
        self._courses: dict[str, CourseRow | None] = {}
        self._sections: dict[SectionKey, SectionRow | None] = {}
        self._accounts: dict[str, UserRow] | None = None

    def seal(self, value: str | None) -> str:
        """Return the keyed digest of a personal value; empty for none, so that an image never names a person."""
        return self._resolver.seal(value) if value else ""

    def person(self, handle: RecordHandle) -> SisPersonId:
        """Return the SIS id behind a handle."""
        return self._resolver.person(handle)

    def read_rosters(self, wanted: Iterable[tuple[SectionKey, RecordHandle]]) -> None:
        """Read the rosters that the changes touch: whole, or only the people named where they are few."""
        people: dict[SectionKey, set[SisPersonId]] = {}
        for section, handle in wanted:
            people.setdefault(section, set()).add(self.person(handle))
        for section, named in people.items():
            some = sorted(named) if len(named) <= _FEW else []
            self._rosters[section] = lookup.find_enrollment_rows(self._client, section, some, self._page_size)

    def rows_of(self, section: SectionKey, handle: RecordHandle) -> tuple[EnrollmentRow, ...]:
        """Return one person's rows in a section read before."""
        person = self.person(handle)
        return tuple(row for row in self._rosters[section] if row.person_id == person)

    def user(self, person: SisPersonId) -> UserRow | None:
        """Return the account of a person."""
        return _once(self._users, person, lambda: lookup.find_user_row(self._client, person))

    def course(self, sis_course_id: str) -> CourseRow | None:
        """Return a course."""
        return _once(self._courses, sis_course_id, lambda: lookup.find_course_row(self._client, sis_course_id))

    def section(self, section: SectionKey) -> SectionRow | None:
        """Return a section."""
        return _once(self._sections, section, lambda: lookup.find_section_row(self._client, section))

    def course_of(self, row: SectionRow) -> str:
        """Return the SIS id of the course a section is taught in, asking the course where the section does not say."""
        if row.sis_course_id:
            return row.sis_course_id
        course = lookup.find_one(self._client, f"{lookup.API}/courses/{row.course_id}", CourseRow)
        return (course.sis_course_id if course else None) or ""

    def earlier_user(self, person: SisPersonId, sealed: str) -> UserRow | None:
        """Return the account under an earlier SIS id: by the SIS's list of them, else by the digest seen before."""
        if self._sis is not None:
            known = self._sis.read_person(person)
            found = (self.user(prior) for prior in (known.prior_sis_ids if known else ()))
            return next((row for row in found if row is not None), None)
        return self._sealed_accounts().get(sealed)

    def has_sent(self, recipient: RecordHandle, marker: str) -> bool:
        """Tell whether a message with the marker was sent to the person."""
        user = self.user(self.person(recipient))
        return user is not None and has_sent(self._sent, user.id, marker)

    def _sealed_accounts(self) -> dict[str, UserRow]:
        """Read all accounts once, by the digest of their SIS id; only needed where no SIS is connected."""
        if self._accounts is None:
            collected = Collected(UserRow)
            params = (("per_page", str(self._page_size)),)
            rows = collected.take(link_pages(self._client, f"{self._account}/users", params), "users")
            self._accounts = {self.seal(row.sis_user_id): row for row in rows if row.sis_user_id}
        return self._accounts


def _once(known: dict[K, V], key: K, read: Callable[[], V]) -> V:
    if key not in known:
        known[key] = read()
    return known[key]

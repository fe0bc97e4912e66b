"""Reads rosters, courses and accounts from Canvas, and says honestly whether it saw all of them (R70, R90).

Enrolments are read section by section: a cross-listed section hangs under another course than its own, so the course is
never the key (R40).
"""

from collections.abc import Collection, Mapping, Sequence

from domain.changes import Change
from domain.errors import CredentialRejected, InvalidRecord
from domain.findings import Finding, Severity
from domain.ids import ChangeId, LmsCourseId, SectionKey, SisCourseId, SisPersonId, TermCode
from domain.images import Image
from domain.lms import CourseState, LmsCourse, LmsEnrollment, LmsSection, LmsUser
from domain.ports import Capabilities, Clock, Fetch, IdentityResolver, SisReader, T
from store.clock import SYSTEM_CLOCK
from tools.lms.canvas import lookup, records
from tools.lms.canvas.collecting import Collected
from tools.lms.canvas.looking import Look
from tools.lms.canvas.observing import observe
from tools.lms.canvas.wire import CourseRow, EnrollmentRow, SectionRow, TermRow, UserRow, W
from tools.wire import WireClient, escape_id, link_pages


class CanvasReader:
    """Reads one Canvas root account with a credential that may only read (S222, S223).

    ``resolver`` turns record handles into SIS ids and seals personal values for images. ``sis`` knows a person's
    earlier ids, which ChangeSisId needs. ``sent`` is the client of the user who sends messages: a conversation is seen
    by its own parties only, so without it messages are looked for among the reader's own.
    """

    def __init__(
        self,
        client: WireClient,
        account_id: str,
        resolver: IdentityResolver,
        *,
        sis: SisReader | None = None,
        sent: WireClient | None = None,
        clock: Clock = SYSTEM_CLOCK,
        page_size: int = 100,
    ) -> None:
        self._client, self._resolver, self._sis, self._sent = client, resolver, sis, sent
        self._account = f"{lookup.API}/accounts/{escape_id(account_id)}"
        self._clock, self._page_size = clock, page_size

    def capabilities(self) -> Capabilities:
        """Say what can be read here."""
        reads = frozenset({"users", "courses", "sections", "enrollments", "messages"})
        return Capabilities(system="canvas", version="v1", reads=reads)

    def read_users(self) -> Fetch[LmsUser]:
        """Read every account under the root account, and the deleted ones once all living ones are known (R4)."""
        collected = Collected(UserRow)
        params = (("include[]", "email"), ("per_page", str(self._page_size)))
        living = collected.take(link_pages(self._client, f"{self._account}/users", params), "users")
        gone = self._read_deleted_users({row.id for row in living}, collected) if collected.complete else []
        rows = [*(records.to_user(row) for row in living), *(records.to_user(row, deleted=True) for row in gone)]
        return self._fetch(collected, rows)

    def _read_deleted_users(self, living: Collection[int], collected: Collected[UserRow]) -> list[UserRow]:
        """Return the accounts that only a list with deleted ones shows; Canvas says of none that it is deleted.

        One made between the two lists looks deleted until the next run; only an offer rests on it, which then fails.
        """
        params = (("include_deleted_users", "true"), ("per_page", str(self._page_size)))
        rows = collected.take(link_pages(self._client, f"{self._account}/users", params), "deleted users")
        return [row for row in rows if row.id not in living]

    def read_courses(self, term: TermCode) -> Fetch[LmsCourse]:
        """Read the courses of a term in every state, deleted ones included; InvalidRecord for a term Canvas lacks."""
        params = (
            ("enrollment_term_id", str(self._find_term(term).id)),
            ("state[]", "all"),
            ("include[]", "term"),
            ("per_page", str(self._page_size)),
        )
        collected = Collected(CourseRow)
        collected.take(link_pages(self._client, f"{self._account}/courses", params), f"courses of {term}")
        collected.findings += [_restricted(row) for row in collected.rows if row.access_restricted_by_date]
        return self._fetch(collected, [records.to_course(row, term) for row in collected.rows])

    def read_sections(self, courses: Sequence[LmsCourse]) -> Fetch[LmsSection]:
        """Read the sections taught in each course; deleted courses have none."""
        collected = Collected(SectionRow)
        for course in courses:
            if course.state is not CourseState.DELETED and not collected.resting:
                self._read_course_sections(course, collected)
        return self._fetch(collected, [records.to_section(row) for row in collected.rows])

    def read_enrollments(self, sections: Sequence[LmsSection]) -> Fetch[LmsEnrollment]:
        """Read every row of every section in every state, ended ones included (R90)."""
        collected = Collected(EnrollmentRow)
        params = lookup.enrollment_params((), self._page_size)
        for section in sections:
            if not collected.resting:
                path = f"{lookup.API}/sections/{section.id}/enrollments"
                collected.take_part(link_pages(self._client, path, params), f"section {section.key or section.id}")
        return self._fetch(collected, [records.to_enrollment(row) for row in collected.rows])

    def find_section(self, section: SectionKey) -> LmsSection | None:
        """Return the section by term and CRN."""
        row = lookup.find_section_row(self._client, section)
        return records.to_section(row) if row else None

    def find_course(self, course: LmsCourseId | SisCourseId, term: TermCode) -> LmsCourse | None:
        """Return one course of a term by either id, for an event; None where there is none."""
        path = lookup.course_path(course) if isinstance(course, str) else f"{lookup.API}/courses/{course}"
        row = lookup.find_one(self._client, path, CourseRow)
        return records.to_course(row, term) if row else None

    def find_user(self, person: SisPersonId) -> LmsUser | None:
        """Return the account that carries the SIS id, a deleted one where there is no other (R4)."""
        row = lookup.find_user_row(self._client, person)
        if row is not None:
            return records.to_user(row)
        gone = lookup.find_deleted_user_row(self._client, self._account, person)
        return records.to_user(gone, deleted=True) if gone else None

    def find_section_enrollments(
        self, section: SectionKey, person: SisPersonId | None = None
    ) -> tuple[LmsEnrollment, ...]:
        """Return the rows of one section, of one person where named; IncompleteFetch rather than a part of them."""
        people = (person,) if person else ()
        rows = lookup.find_enrollment_rows(self._client, section, people, self._page_size)
        return tuple(records.to_enrollment(row) for row in rows)

    def observe(self, changes: Sequence[Change]) -> Mapping[ChangeId, Image]:
        """Return the present image of what each change touches, reading every section, account and course once."""
        look = Look(
            self._client,
            account=self._account,
            resolver=self._resolver,
            sis=self._sis,
            sent=self._sent,
            page_size=self._page_size,
        )
        return observe(changes, look)

    def _find_term(self, term: TermCode) -> TermRow:
        row = lookup.find_one(self._client, f"{self._account}/terms/sis_term_id:{escape_id(term)}", TermRow)
        if row is None:
            fix = "Send the term to Canvas with the SIS feed, or correct the code."
            raise InvalidRecord(f"Canvas has no term {term}.", field="term", fix=fix)
        return row

    def _read_course_sections(self, course: LmsCourse, collected: Collected[SectionRow]) -> None:
        """Read one course's sections; one that is closed to this credential is left out like an unreadable one."""
        pages = link_pages(
            self._client, f"{lookup.API}/courses/{course.id}/sections", (("per_page", str(self._page_size)),)
        )
        try:
            collected.take_part(pages, f"course {course.sis_course_id or course.id}")
        except CredentialRejected as error:
            if course.state is not CourseState.UNKNOWN:
                raise
            collected.leave_out(error.message, f"course {course.id}", error.fix)

    def _fetch(self, collected: Collected[W], rows: Sequence[T]) -> Fetch[T]:
        return Fetch(
            source="canvas",
            rows=tuple(rows),
            complete=collected.complete,
            read_at=self._clock.now(),
            findings=tuple(collected.findings),
        )


def _restricted(row: CourseRow) -> Finding:
    return Finding(
        code=CredentialRejected.code,
        severity=Severity.WARNING,
        subject=f"course {row.id}",
        message="Canvas shows nothing of this course but its id, because its dates close it to this credential.",
        fix="Give the reading credential an account role that sees all courses.",
    )

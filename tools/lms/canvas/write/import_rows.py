"""Which lines a change needs in a SIS import; names, logins and earlier ids are read now, not kept in the plan."""

from domain.changes import (
    BaseChange,
    Change,
    ChangeSisId,
    CreateCourse,
    CreatePerson,
    CreateSection,
    EnrolmentChange,
    RelinkSection,
    UpdatePersonField,
)
from domain.errors import InternalError, InvalidRecord, RefusedBySystem
from domain.ids import RecordHandle, SisPersonId
from domain.ports import IdentityResolver, SisReader
from domain.records import Person
from tools.lms.canvas.lookup import find_course_row, find_section_row, find_user_row
from tools.lms.canvas.write import sis_rows
from tools.lms.canvas.write.course_payload import require_sound
from tools.lms.canvas.write.sis_rows import SisRow
from tools.wire import WireClient

BY_IMPORT = (
    EnrolmentChange,
    CreatePerson,
    UpdatePersonField,
    ChangeSisId,
    CreateCourse,
    CreateSection,
    RelinkSection,
)
"""The kinds of change that a SIS import carries, because it leaves its provenance on every row (R53)."""


class RowSource:
    """Works out the lines of one import, asking the SIS for names and Canvas for what is there now."""

    def __init__(self, client: WireClient, resolver: IdentityResolver, sis: SisReader) -> None:
        self._client, self._resolver, self._sis = client, resolver, sis
        self._accounts: dict[SisPersonId, dict[str, str]] = {}

    def rows_for(self, change: Change) -> list[SisRow]:
        """Return the lines of one change; InvalidRecord or RefusedBySystem where it must not be sent."""
        match change:
            case EnrolmentChange():
                return sis_rows.enrolment_rows(change, self._resolver.person(change.person))
            case CreatePerson():
                return [sis_rows.person_row(change, self._person(change.person))]
            case UpdatePersonField():
                return [self._person_field(change)]
            case ChangeSisId():
                return self._sis_id(change)
            case CreateCourse():
                return [self._course(change)]
            case CreateSection():
                return [sis_rows.section_row(change)]
            case RelinkSection():
                return self._section_id(change)
        raise refuse_kind(change)

    def _person(self, handle: RecordHandle) -> Person:
        person = self._sis.read_person(self._resolver.person(handle))
        if person is None:
            fix = "Find out why; nothing is written without a record there."
            raise InvalidRecord("The SIS no longer has a record of this person.", field="person", fix=fix)
        return person

    def _person_field(self, change: UpdatePersonField) -> SisRow:
        """Return the line for one field; all fields of one person share it, whatever their order."""
        person = self._person(change.person)
        if person.sis_id not in self._accounts:
            self._accounts[person.sis_id] = self._account_values(person)
        column, value = sis_rows.field_value(person, change.field)
        self._accounts[person.sis_id][column] = value
        return SisRow(change.change_id, "users", self._accounts[person.sis_id])

    def _account_values(self, person: Person) -> dict[str, str]:
        account = find_user_row(self._client, person.sis_id)
        if account is None:
            raise RefusedBySystem("The person has no account to update.", field="person", fix="Make the account first.")
        return sis_rows.account_values(account, person)

    def _sis_id(self, change: ChangeSisId) -> list[SisRow]:
        """Return the line from the one earlier id that has an account; none where the new id is there already (R3)."""
        person = self._person(change.person)
        earlier = [prior for prior in person.prior_sis_ids if find_user_row(self._client, prior) is not None]
        present = find_user_row(self._client, person.sis_id) is not None
        if present and not earlier:
            return []
        if present or len(earlier) != 1:
            fix = "Have the accounts looked at; merging them takes two approvals (R1, R2)."
            raise RefusedBySystem("The person's ids do not lead to exactly one account.", field="sis_id", fix=fix)
        return [sis_rows.sis_id_row(change.change_id, earlier[0], person.sis_id)]

    def _section_id(self, change: RelinkSection) -> list[SisRow]:
        """Return the line that renames the section; none where it has the new id already (R37)."""
        present = find_section_row(self._client, change.section) is not None
        earlier = find_section_row(self._client, change.from_section) is not None
        if present and not earlier:
            return []
        if present or not earlier:
            fix = "Look at the sections of the course in Canvas; the next run compares them again."
            raise RefusedBySystem("The two ids do not lead to exactly one section.", field="section", fix=fix)
        return [sis_rows.section_id_row(change)]

    def _course(self, change: CreateCourse) -> SisRow:
        """Return the line of a new course whose payload is sound and whose template exists (S193, S194)."""
        require_sound(change)
        if change.template and find_course_row(self._client, change.template) is None:
            fix = "Correct the template of the department."
            raise InvalidRecord("The template course does not exist.", field="template", fix=fix)
        return sis_rows.course_row(change)


def refuse_kind(change: BaseChange) -> InternalError:
    """Return the failure for a change that Canvas has no way to make."""
    return InternalError(
        f"Canvas does not take a {type(change).__name__}.", field="target", fix="Send it to its own system."
    )

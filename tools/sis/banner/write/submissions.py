"""One grade as Ethos takes it, and the rules by which it is not even sent (APIS 4.8)."""

from dataclasses import dataclass

from domain.changes import PostGrade
from domain.errors import ConfigurationError, RefusedBySystem
from domain.grades import GradeColumn, GradeStage
from domain.ids import RecordHandle
from domain.records import RegistrationStatus
from tools.sis.banner.records.desk import Desk
from tools.sis.banner.records.held import NEVER_ATTENDED, HeldGrade, columns_by_type
from tools.sis.banner.records.images import NEVER, image_of
from tools.sis.reading import Reading
from tools.wire import JSON

NIL_GUID = "00000000-0000-0000-0000-000000000000"
_CLOSED = frozenset({GradeStage.ROLLED, GradeStage.CHANGE_OF_GRADE})
_CHANGE = "File a change of grade with the registrar; no grade is sent after the roll (R93)."


@dataclass(frozen=True, slots=True)
class Submission:
    """The body of one submission; ``entry`` is the record to merge it over, None to make a new one."""

    entry: str | None
    body: JSON


class Composer:
    """Turns changes into submissions for one tenant."""

    def __init__(self, desk: Desk, reading: Reading) -> None:
        self._desk, self._reading = desk, reading
        self._submitters: dict[RecordHandle, str | None] = {}

    def compose(self, change: PostGrade, held: HeldGrade) -> Submission:
        """Return the submission; RefusedBySystem where Banner says beforehand that it would not take the grade."""
        option = held.option(change.grade)
        _require_open(held)
        if option is None or option.grade is None:
            raise _refuse(f"Banner does not offer this student {change.grade}.", "grade", "Choose another grade (R76).")
        grade: dict[str, JSON] = {"type": {"id": self._type(change)}, "grade": {"id": option.grade.id}}
        if change.incomplete_default or change.extension_on:
            grade["incompleteGrade"] = self._incomplete(change, held)
        body: dict[str, JSON] = {
            "id": held.entry or NIL_GUID,
            "sectionRegistration": {"id": held.registration.source_guid},
            "grade": grade,
            "submittedBy": {"id": self._submitter(change)},
        }
        if change.never_attended:
            body["lastAttendance"] = {"status": NEVER_ATTENDED}
        elif change.last_engagement_on:
            body["lastAttendance"] = {"date": change.last_engagement_on.isoformat()}
        return Submission(held.entry, body)

    def _type(self, change: PostGrade) -> str:
        """Return the GUID of the column; an interim grade never goes to the final one (R94, S200)."""
        wanted = GradeColumn(change.grade_type)
        found = [guid for guid, column in columns_by_type(self._desk, self._reading).items() if column is wanted]
        if len(found) != 1:
            raise ConfigurationError(
                f"Banner has {len(found)} grade types for the {wanted.value} column.",
                field=f"{wanted.value}_type",
                fix="Set the code of the grade type in the dialect file.",
            )
        return found[0]

    def _incomplete(self, change: PostGrade, held: HeldGrade) -> JSON:
        terms: dict[str, JSON] = {}
        if change.extension_on:
            terms["extensionDate"] = change.extension_on.isoformat()
        if change.incomplete_default:
            option = held.option(change.incomplete_default)
            if option is None or option.grade is None:
                what = (
                    f"Banner does not offer {change.incomplete_default} to this student as what the incomplete becomes."
                )
                raise _refuse(what, "incomplete_default", "Choose another default grade (R81).")
            terms["finalGrade"] = {"id": option.grade.id}
        return terms

    def _submitter(self, change: PostGrade) -> str:
        """Return the GUID of whoever attested the grade: the system is never the grader (R92)."""
        who = change.attested_by
        if who not in self._submitters:
            self._submitters[who] = self._desk.people.guid(who, self._reading)
        guid = self._submitters[who]
        if guid is None:
            raise _refuse("Banner does not know who attested the grade.", "attested_by", "Check the instructor's id.")
        return guid


def is_held(change: PostGrade, held: HeldGrade) -> bool:
    """Tell whether Banner shows all that the change asks for, so that sending it would change nothing (R96)."""
    shown = image_of(held, GradeColumn(change.grade_type)).fields
    wanted = {
        "letter": change.grade,
        "engaged_on": NEVER if change.never_attended else str(change.last_engagement_on or ""),
        "incomplete_default": change.incomplete_default or "",
        "extension_on": str(change.extension_on or ""),
    }
    return all(shown.get(name) == value for name, value in wanted.items() if value)


def _require_open(held: HeldGrade) -> None:
    """Raise RefusedBySystem for a grade that is rolled, or a registration that takes none (R80, R93)."""
    if held.stage in _CLOSED:
        raise _refuse("The final grade has been rolled to academic history.", "stage", _CHANGE)
    if held.registration.status is not RegistrationStatus.REGISTERED:
        what = f"The registration is {held.registration.status.value} and takes no grade."
        raise _refuse(what, "status", "Ask the registrar (R80).")
    if held.options is None or held.options.section_gradability != "gradable":
        what = "Banner does not say that this registration can be graded."
        raise _refuse(what, "sectionGradability", "Ask the registrar why.")


def _refuse(what: str, field: str, fix: str) -> RefusedBySystem:
    return RefusedBySystem(what, field=field, fix=fix)

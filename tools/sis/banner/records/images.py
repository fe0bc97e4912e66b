"""The image of a grade that Banner holds, as plans and the gate compare it.

Fields: ``letter`` in the column that the change is for; ``stage`` of the final grade; ``engaged_on`` the last date of
academic engagement in ISO form, ``never`` for never attended, empty for not said; ``incomplete_default`` and
``extension_on`` of an incomplete, empty for none. A column without a letter is an absent record that shows ``stage``
alone.
"""

from collections.abc import Mapping, Sequence

from domain.changes import Change, PostGrade
from domain.errors import InternalError
from domain.grades import GradeColumn
from domain.ids import ChangeId, RecordHandle, SectionKey
from domain.images import Image
from tools.sis.banner.records.desk import Desk
from tools.sis.banner.records.held import HeldGrade, HeldReader
from tools.sis.reading import Reading

NEVER = "never"


class BannerObserver:
    """Looks at the grades that changes name, each section once (domain.ports.Observer)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def observe(self, changes: Sequence[Change]) -> Mapping[ChangeId, Image]:
        """Return the image of each change's grade; none where it cannot be told what Banner holds."""
        wanted = [_require_grade(change) for change in changes]
        sections = dict.fromkeys(change.section for change in wanted)
        seen = {section: read_held(self._desk, section) or {} for section in sections}
        return {
            change.change_id: image_of(held, GradeColumn(change.grade_type))
            for change in wanted
            if (held := seen[change.section].get(change.person)) is not None and held.whole
        }


def read_held(desk: Desk, section: SectionKey) -> dict[RecordHandle, HeldGrade] | None:
    """Return what Banner holds of a section's grades by student; None where not every row of it came."""
    reading = Reading("banner")
    row = desk.section_row(section, reading)
    if row is None:
        return None
    reader = HeldReader(desk, reading)
    held = reader.read(section, row.id)
    return held if reader.whole else None


def image_of(held: HeldGrade, column: GradeColumn) -> Image:
    """Return the image of one student's grade in one column."""
    letter = held.letters.get(column)
    if letter is None:
        return Image(exists=False, fields={"stage": held.stage.value})
    said = {
        "letter": letter,
        "stage": held.stage.value,
        "engaged_on": NEVER if held.never_attended else _iso(held.engaged_on),
        "incomplete_default": held.incomplete_default or "",
        "extension_on": _iso(held.extension_on),
    }
    return Image(fields=said)


def _iso(day: object) -> str:
    return str(day) if day else ""


def _require_grade(change: Change) -> PostGrade:
    if not isinstance(change, PostGrade):
        what = f"Banner cannot show what a {type(change).__name__} touches."
        raise InternalError(what, field="target", fix="Send it to its own system.")
    return change

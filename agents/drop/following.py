"""What all changes that follow a drop have in common: one reference, one topic, one registration as evidence (S120)."""

from datetime import date
from zoneinfo import ZoneInfo

from agents.drop.names import FigureName
from agents.drop.seat import Seat, SeatState
from agents.drop.statement import ImpactStatement
from agents.wording import read_template
from domain.changes import Tier, digest
from domain.drops import Drop
from domain.evidence import Evidence
from domain.ids import RunId
from domain.images import Image
from domain.records import Record, RegistrationStatus

TOPIC = "drop of a class"
"""What every change of a drop is about; the policy's rule for drop notices goes by it."""
AGAIN = "drop that was undone"
"""What the changes are about that take a drop back."""
TEMPLATE = "notices_v1"
_MARKER_LENGTH = 20
_REFERENCE_LENGTH = 12


class NoticeWords(Record):
    """The sentences of one version of the notices."""

    version: str
    left: dict[RegistrationStatus, str]
    access: dict[str, str]
    message: dict[str, str]
    again: dict[str, str]
    deadline: dict[str, str]
    case: dict[str, str]
    ticket: dict[str, str]


def read_words() -> NoticeWords:
    """Return the sentences of the version in use."""
    return read_template("agents.drop", TEMPLATE, NoticeWords)


class Following(Record):
    """One statement with what its notices need: the run, the seat, the reference all of them carry, and today.

    ``office`` is who decides what the tables do not; ``reinstating`` the office that can undo the drop.
    """

    run: RunId
    statement: ImpactStatement
    seat: Seat
    reference: str
    office: str
    reinstating: str
    today: date

    @property
    def reinstate_until(self) -> str:
        """The last second at which the drop can be undone, on campus; empty where there is none."""
        until = self.statement.figure(FigureName.REINSTATE_UNTIL)
        if until is None or until.instant is None:
            return ""
        return f"{until.instant.astimezone(ZoneInfo(self.statement.time_zone)):%Y-%m-%d %H:%M:%S %Z}"

    @property
    def due_on(self) -> date:
        """The last day on which the drop can be undone; where there is none, today (S98, S204)."""
        until = self.statement.figure(FigureName.REINSTATE_UNTIL)
        if until is None or until.instant is None:
            return self.today
        return until.instant.astimezone(ZoneInfo(self.statement.time_zone)).date()

    @property
    def place(self) -> dict[str, object]:
        """What every sentence may name."""
        drop, day = self.seat.drop, self.statement.campus_day
        return {
            "course": drop.course,
            "section": drop.section,
            "left": read_words().left[drop.status],
            "day": day.isoformat() if day else "an unknown day",
            "run": self.run,
            "reference": self.reference,
        }


def reference_of(drop: Drop, campus_day: date | None, earlier: int) -> str:
    """Return what names one drop on every notice; ``earlier`` is how often the student left and came back before."""
    day = campus_day.isoformat() if campus_day else ""
    parts = [str(drop.section), drop.person, drop.status.value, day, drop.sequence, earlier]
    return digest(parts)[:_REFERENCE_LENGTH]


def marker_of(reference: str, what: str) -> str:
    """Return the correlation marker of one notice of a drop: planned again it is the same one."""
    return f"provost-{digest([reference, what])[:_MARKER_LENGTH]}"


def common_to(seat: Seat, marker: str) -> dict[str, object]:
    """Return what every change of a drop has: nothing there before, its marker after, the registration as evidence."""
    return {
        "tier": Tier.AUTO,
        "topic": TOPIC,
        "before": Image.absent(),
        "after": Image(fields={"marker": marker}),
        "confidence_basis": "registration as the SIS shows it",
        "evidence": (_seen(seat),),
    }


def _seen(seat: Seat) -> Evidence:
    drop = seat.drop
    shows = drop.status.value if seat.state is SeatState.LEFT else seat.state.value
    record = f"registration {drop.section} {drop.person}"
    return Evidence(source=drop.source.system, record=record, shows=shows, read_at=drop.source.read_at)

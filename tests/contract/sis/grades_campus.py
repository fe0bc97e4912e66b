"""A campus in its grading days, with the records, observer and grader of Banner over it."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from domain.changes import PostGrade, Tier
from domain.ids import Crn, RecordHandle, RuleId, SectionKey, SisPersonId, TermCode
from domain.images import Image
from domain.institution import Institution
from simulator.banner.state import Touched
from simulator.banner.tables import Registration
from simulator.campus import Campus
from simulator.faults import FaultKind, FaultRule
from tests.contract.sis.campus import QUICK, make_institution
from tests.tools.people import OpenHandles
from tools.sis.banner.connect import connect_ethos
from tools.sis.banner.read import BannerReader
from tools.sis.banner.records.desk import Desk, open_desk
from tools.sis.banner.records.images import BannerObserver
from tools.sis.banner.records.read import BannerRecords
from tools.sis.banner.settings import EthosSettings
from tools.sis.banner.write import BannerGrader
from tools.wire import Timeouts, TlsPolicy, WireClient

GRADING_DAY = datetime.fromisoformat("2026-12-10T09:00-05:00")
SUBMITTING = r"/api/student-unverified-grades"


@dataclass
class GradesCampus:
    """A running campus with a reading and a writing client on its Ethos face."""

    campus: Campus
    reading: WireClient
    writing: WireClient
    institution: Institution
    term: TermCode
    handles: OpenHandles

    def now(self) -> datetime:
        return self.campus.clock.now()

    def desk(self, **settings: Any) -> Desk:
        dialect = EthosSettings.model_validate(settings)
        reader = BannerReader(self.reading, self.institution, settings=dialect, clock=self)
        return open_desk(reader.finder(), self.handles)

    def records(self, *, conduct: bool = False, **settings: Any) -> BannerRecords:
        return BannerRecords(self.desk(**settings), conduct=conduct)

    def observer(self) -> BannerObserver:
        return BannerObserver(self.desk())

    def grader(self, **settings: Any) -> BannerGrader:
        return BannerGrader(self.writing, self.desk(**settings))

    def fault(self, kind: FaultKind, path: str = SUBMITTING, **more: object) -> None:
        words = {"kind": kind.value, "face": "ethos", "path": path, **more}
        self.campus.faults.add(FaultRule.from_words(words))  # type: ignore[arg-type]

    def rows(self, wanted: Callable[[Registration], bool] = lambda row: True) -> list[Registration]:
        """Registered students of full-term lectures whom nobody graded yet, by section, who fit."""
        graded = {entry.registration.guid for entry in self.campus.banner.grades.values()}
        found = [
            row
            for row in self.campus.banner.registrations.values()
            if row.section.key.term == self.term
            and (row.section.part, row.section.primary, row.section.status) == ("F", None, "open")
            and row.status.registered
            and row.exported
            and row.guid not in graded
            and any(each.role == "primary" for each in self.campus.banner.teachers_of(row.section.key))
            and wanted(row)
        ]
        return sorted(found, key=lambda row: (row.section.key, row.guid))

    def key_of(self, row: Registration) -> SectionKey:
        return SectionKey(TermCode(row.section.key.term), Crn(row.section.key.crn))

    def handle_of(self, row: Registration) -> RecordHandle:
        return self.handles.handle(SisPersonId(row.person.banner_id))

    def change(self, row: Registration, grade: str, grade_type: str = "final", **more: Any) -> PostGrade:
        """The change that carries a grade which the instructor of record attested."""
        teachers = self.campus.banner.teachers_of(row.section.key)
        teacher = next(each.person for each in teachers if each.role == "primary")
        usual = {
            "attested_by": self.handles.handle(SisPersonId(teacher.banner_id)),
            "before": Image.absent(),
            "after": Image(fields={"letter": grade}),
        }
        return PostGrade(
            target="banner",
            rule=RuleId("R92"),
            tier=Tier.AUTO,
            topic="grades",
            section=self.key_of(row),
            person=self.handle_of(row),
            grade_type=grade_type,  # type: ignore[arg-type]
            grade=grade,
            **{**usual, **more},
        )

    def count_submissions(self) -> "Counted":
        """Count what is entered from now on, whoever enters it and whatever comes of the answer."""
        counted = Counted()
        self.campus.banner.publishers.append(counted)
        return counted


class Counted(list[str]):
    """The registrations for which something was entered, as often as it was."""

    def __call__(self, touched: Iterable[Touched]) -> None:
        self += [each.guid for each in touched if each.resource == "student-unverified-grades"]


@contextmanager
def open_grades_campus(*, students: int = 160, seed: int = 11) -> Iterator[GradesCampus]:
    """Build a campus in the days in which grades are taken, and connect both applications."""
    with Campus.build(students=students, seed=seed) as campus:
        campus.clock.set(GRADING_DAY)
        handle: dict[str, Any] = campus.handle

        def client(key: str, read: float = 5.0) -> WireClient:
            return connect_ethos(
                handle["ethos"]["url"],
                SecretStr(handle["ethos"][key]),
                tls=TlsPolicy(ca_file=Path(handle["ca_file"])),
                timeouts=Timeouts(read=read),
                retry=QUICK,
            )

        with client("read_key") as reading, client("write_key", 1.0) as writing:
            institution = make_institution(handle)
            yield GradesCampus(campus, reading, writing, institution, TermCode(handle["term"]), OpenHandles())

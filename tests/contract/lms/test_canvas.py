"""Canvas against the LMS specification, over TLS sockets to the simulated Canvas."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.ids import SectionKey, SisCourseId
from tests.contract.lms.specification import LmsSpecification
from tests.tools.canvas_campus import CanvasCampus, Stage, open_campus, open_stage
from tests.tools.people import FrozenClock, OpenHandles
from tools.lms.canvas.read import CanvasReader
from tools.lms.canvas.write import CanvasWriter


@dataclass
class CanvasUnderTest:
    """The Canvas of one test, with one reader and one writer."""

    campus: CanvasCampus
    reader: CanvasReader
    writer: CanvasWriter

    @property
    def handles(self) -> OpenHandles:
        return self.campus.handles

    def cross_list_by_hand(self, section: SectionKey, course: SisCourseId) -> None:
        found, target = (
            self.campus.state.section_by_sis(section.sis_section_id),
            self.campus.state.course_by_sis(course),
        )
        assert found is not None
        assert target is not None
        self.campus.state.crosslist(found.id, target.id)

    def effects(self) -> int:
        return len(self.campus.state.writes)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, str, Path]]:
    with open_stage(tmp_path_factory.mktemp("ca")) as opened:
        yield opened


@pytest.fixture
def lms(stage: tuple[Stage, str, Path]) -> Iterator[CanvasUnderTest]:
    with open_campus(*stage) as campus:
        campus.state.import_csv({"users.csv": "user_id,login_id,full_name,status\nA00000909,ida9,Ida P,active\n"})
        dee = campus.state.user_by_sis("A00000004")
        assert dee is not None
        campus.state.import_csv(
            {"users.csv": "user_id,login_id,full_name,sortable_name,status\nA00000004,dee4,DEE F,DEE F,active\n"}
        )
        writing = campus.client(campus.write_token)
        reading = campus.client(campus.read_token)
        reader = CanvasReader(
            reading, "1", campus.handles, sis=campus.sis, sent=writing, clock=FrozenClock(), page_size=3
        )
        yield CanvasUnderTest(campus, reader, campus.writer)


class TestCanvas(LmsSpecification):
    """Canvas meets the specification whole."""

    def test_nothing_is_missing(self, lms: CanvasUnderTest) -> None:
        assert len(lms.writer.capabilities().writes) == 15

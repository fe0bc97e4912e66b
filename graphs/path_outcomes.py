"""Keeps what was recommended to whom, sealed under the student's own key, and reads it back for the next path (S97)."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from agents.paths import LearningPath
from agents.paths.outcomes import Outcome, Tried
from domain.calendar import local_day
from domain.ids import RecordHandle, ResourceId, SectionKey
from store.canonical import JSON
from store.ledger import Subject

if TYPE_CHECKING:
    from graphs.doors import Doors

RECOMMENDED = "path.recommended"


def read_tried(doors: "Doors", person: RecordHandle, section: SectionKey) -> Iterator[Tried]:
    """Yield what was recommended to a student in a class before; nothing once the student's key was erased."""
    for line in doors.ledger.export(person=person):
        entry = json.loads(line)
        if entry["kind"] != RECOMMENDED or entry["body"]["section"] != str(section):
            continue
        for subject in entry["subjects"]:
            for one in (subject["detail"] or {}).get("recommended", ()):
                yield Tried.model_validate(one)


def record_path(
    doors: "Doors",
    actor: str,
    run: str,
    path: LearningPath,
    *,
    opened: Mapping[ResourceId, int] | None,
    outcomes: Mapping[ResourceId, Outcome],
) -> None:
    """Append one entry with what is recommended now and what came of earlier recommendations."""
    today = local_day(doors.clock.now(), doors.institution.zone)
    recommended: list[JSON] = [_tried(one.resource, today, opened) for one in path.recommendations]
    came: dict[str, JSON] = {resource: outcome.value for resource, outcome in sorted(outcomes.items())}
    counts: dict[str, JSON] = {each.value: list(outcomes.values()).count(each) for each in Outcome}
    body: dict[str, JSON] = {"section": str(path.section), "recommended": len(recommended), "outcomes": counts}
    subject = Subject(path.person, {"recommended": recommended, "outcomes": came})
    doors.ledger.append(RECOMMENDED, actor, run, body, [subject])


def _tried(resource: ResourceId, today: date, opened: Mapping[ResourceId, int] | None) -> JSON:
    views = opened.get(resource, 0) if opened is not None else None
    return Tried(resource=resource, on=today, views=views).model_dump(mode="json")

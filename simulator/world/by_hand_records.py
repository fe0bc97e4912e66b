"""What people do by hand to whole records in the campus's Canvas: accounts deleted, sections given another SIS id."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from simulator.banner.tables import Person, Section
from simulator.canvas.refusals import NotFound
from simulator.canvas.state import CanvasState
from simulator.world.carriage import HandAction
from simulator.world.chance import draw_share
from simulator.world.practice import sis_section_id
from simulator.world.targets import Targets, find_section, find_user


def tamper_records(targets: Targets) -> list[HandAction]:
    """Every record that somebody removed or renamed."""
    return [*delete_accounts(targets), *retype_sections(targets)]


def delete_accounts(targets: Targets) -> Iterator[HandAction]:
    """Someone deletes a student's account, which keeps the SIS id and takes every enrolment along (R4, R9)."""
    disturbed = {key[-1] for key in targets.busy}
    candidates = [person for person in targets.seated if person.banner_id not in disturbed and not person.prior_ids]
    for person in draw_share(targets.rng, candidates, 0.002):
        key = ("user", person.banner_id)
        if targets.claim(key):
            yield HandAction(targets.moment(), "delete account", (key,), partial(_delete, person))


def _delete(person: Person, canvas: CanvasState) -> None:
    canvas.delete_user(find_user(canvas, person).id)


def retype_sections(targets: Targets) -> Iterator[HandAction]:
    """Someone gives a section the CRN under which the department had it before (R37)."""
    known = {section.key.crn for section in targets.banner.sections.values()}
    candidates = [each for each in targets.undisturbed(targets.lone_sections) if targets.is_taught(each)]
    for section in draw_share(targets.rng, candidates, 0.004):
        key = ("section", sis_section_id(section.key))
        old = f"9{section.key.crn[1:]}"
        if old not in known and targets.claim(key):
            perform = partial(_retype, section, f"{section.key.term}-{old}")
            yield HandAction(targets.moment(), "retype section id", (key,), perform)


def _retype(section: Section, sis_id: str, canvas: CanvasState) -> None:
    if canvas.section_by_sis(sis_id) is not None:
        raise NotFound
    canvas.change(find_section(canvas, section), {"sis_section_id": sis_id})

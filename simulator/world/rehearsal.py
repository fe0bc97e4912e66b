"""From a world to a campus at its as-of time: Banner, the Canvas the campus has, and the one it should have.

Every operation is applied to Banner and worded by the feed once. The faithful twin receives every message; the
campus's own Canvas receives what its transport makes of them, and what people change by hand. What people
rightly do by hand happens in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import NamedTuple

from simulator.banner.forms import apply_operation
from simulator.banner.state import BannerState
from simulator.banner.tables import Section, SectionKey
from simulator.canvas.state import CanvasState
from simulator.clock import CampusClock
from simulator.world.benign import arrange
from simulator.world.by_hand import tamper
from simulator.world.by_hand_records import tamper_records
from simulator.world.campus_world import World
from simulator.world.carriage import Carrier, Delivery, HandAction, Key, furnish
from simulator.world.feed import Feed
from simulator.world.practice import FeedRow, Message, sis_section_id
from simulator.world.targets import Targets
from simulator.world.transport import Transport, faithfully


class Cause(NamedTuple):
    """Why something differs: the operation concerned and what befell it."""

    operation: Mapping[str, object]
    fault: str


@dataclass(slots=True)
class Rehearsed:
    """A campus at its as-of time, with what explains every difference between its two Canvases."""

    banner: BannerState
    canvas: CanvasState
    twin: CanvasState
    feed: Feed
    causes: dict[Key, Cause]
    benign_actions: Sequence[HandAction]


def former_ids(banner: BannerState) -> dict[str, str]:
    """Former public ids and the present one each stands for."""
    return {prior: person.banner_id for person in banner.persons.values() for prior, _ in person.prior_ids}


def rehearse(world: World, seed: int, clock: CampusClock) -> Rehearsed:
    """Let a world's history happen, faithfully and as the campus's transport has it."""
    rng = Random(f"transport {seed}")
    banner = world.open_banner(clock)
    feed = Feed(banner)
    opening = list(feed.opening_rows())
    messages = _live_through(banner, feed, world)
    targets = Targets(banner, rng, world.as_of)
    transport = Transport(
        rng,
        world.term,
        world.as_of,
        addresses=_addresses(banner, feed, world),
        related=_related(banner),
        seated=frozenset(person.guid for person in targets.seated),
    )
    deliveries = transport.deliver(messages)
    causes = _struck_causes(transport, former_ids(banner))
    targets.busy.update(causes)
    wrongs, rights = tamper(targets), _by_time(arrange(targets))
    wrongs = _by_time([*wrongs, *tamper_records(replace(targets, rng=Random(f"records {seed}")))])
    twin, _ = _fill(world, clock, opening, faithfully(messages), rights)
    canvas, performed = _fill(world, clock, opening, deliveries, _by_time([*wrongs, *rights]))
    done = set(map(id, performed))
    for action in wrongs:
        if id(action) in done:
            described = {"at": action.at.isoformat(), "kind": "by hand", "what": action.what}
            causes.update(dict.fromkeys(action.keys, Cause(described, "by hand")))
    clock.set(world.as_of)
    return Rehearsed(banner, canvas, twin, feed, causes, rights)


def _live_through(banner: BannerState, feed: Feed, world: World) -> list[Message]:
    """Apply every operation to Banner and keep what the feed says of it."""
    messages = []
    for operation in world.operations:
        apply_operation(banner, operation)
        message = feed.message(operation)
        if message.rows:
            messages.append(message)
    return messages


def _by_time(actions: Iterable[HandAction]) -> list[HandAction]:
    return sorted(actions, key=lambda action: action.at)


def _fill(
    world: World,
    clock: CampusClock,
    opening: Iterable[FeedRow],
    deliveries: Iterable[Delivery],
    actions: Sequence[HandAction],
) -> tuple[CanvasState, list[HandAction]]:
    """A new Canvas with everything carried into it; nothing of that is on its effects log."""
    clock.set(world.operations[0].at if world.operations else world.as_of)
    canvas = CanvasState(clock, world.name)
    canvas.log.recording = False
    furnish(canvas, opening)
    carrier = Carrier(canvas, clock)
    carrier.carry(deliveries, actions)
    canvas.log.recording = True
    return canvas, carrier.performed


def _related(banner: BannerState) -> frozenset[SectionKey]:
    """Sections whose opening must arrive: others share their course, or they were cancelled and nobody needs them."""
    return frozenset(
        section.key
        for section in banner.sections.values()
        if section.has_labs or section.crosslist or section.status == "cancelled"
    )


def _addresses(banner: BannerState, feed: Feed, world: World) -> dict[str, list[str]]:
    """For each section the others of its course, or of its department where it is the only one."""
    today = world.calendar.local_day(world.as_of)
    shelves: dict[str, list[Section]] = {}
    seats = [
        section
        for section in banner.sections.values()
        if section.key.term == world.term and feed.seats_students(section, today) and section.status == "open"
    ]
    for section in seats:
        shelves.setdefault(section.course.code, []).append(section)
        shelves.setdefault(section.course.department.code, []).append(section)
    found: dict[str, list[str]] = {}
    for section in seats:
        for shelf in (section.course.code, section.course.department.code):
            others = [sis_section_id(each.key) for each in shelves[shelf] if each is not section]
            if others:
                found[sis_section_id(section.key)] = others
                break
    return found


def _struck_causes(transport: Transport, aliases: Mapping[str, str]) -> dict[Key, Cause]:
    """What the transport did, by keys that name people by their present ids."""
    causes: dict[Key, Cause] = {}
    for key, struck in transport.struck.items():
        present = (*key[:-1], aliases.get(key[-1], key[-1]))
        causes[present] = Cause(struck.operation.described(), struck.fault)
    return causes

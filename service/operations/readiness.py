"""Whether this installation can do its work now: database, engine, ledger; and what it cannot do for the moment."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from domain.records import Record
from service.operations.queue import read_queue

if TYPE_CHECKING:
    from graphs.assembly import Provost

MOST_UNSEALED = 100_000


class Part(Record):
    """One part: whether it is in order, and what was seen. ``needed`` says that nothing works without it."""

    name: str
    ok: bool
    seen: str
    needed: bool = True


class Readiness(Record):
    """All parts; ``ready`` is False where a part that is needed is not in order."""

    ready: bool
    parts: tuple[Part, ...]


def look_whether_ready(provost: "Provost") -> Readiness:
    """Look at each part; one that fails never keeps the others from being looked at."""
    looks: tuple[tuple[str, Callable[[Provost], tuple[bool, str]], bool], ...] = (
        ("database", _database, True),
        ("engine", _engine, True),
        ("ledger", _ledger, True),
        ("directory", _directory, False),
    )
    parts = tuple(_look(provost, *one) for one in looks)
    return Readiness(ready=all(part.ok for part in parts if part.needed), parts=parts)


def _look(provost: "Provost", name: str, at: "Callable[[Provost], tuple[bool, str]]", needed: bool) -> Part:
    try:
        well, seen = at(provost)
    except Exception as failure:  # noqa: BLE001 whatever is broken shows as not in order
        well, seen = False, f"It could not be looked at ({type(failure).__name__})."
    return Part(name=name, ok=well, seen=seen, needed=needed)


def _database(provost: "Provost") -> tuple[bool, str]:
    with provost.database.snapshot() as connection:
        connection.execute(text("SELECT 1"))
    return True, f"{provost.database.dialect} answers."


def _engine(provost: "Provost") -> tuple[bool, str]:
    found = read_queue(provost.settings)
    if found is None:
        return True, "No worker has run yet."
    return True, f"{found.of('ENQUEUED')} waiting, {found.of('PENDING')} begun, {found.failed} failed."


def _ledger(provost: "Provost") -> tuple[bool, str]:
    from store.figures import read_unsealed

    with provost.database.reading() as session:
        unsealed = read_unsealed(session)
    return unsealed < MOST_UNSEALED, f"{unsealed} entries since the last checkpoint."


def _directory(provost: "Provost") -> tuple[bool, str]:
    state = provost.boundary.directory.state
    if state is None:
        return False, "There is no directory of people, so no text may leave."
    age = provost.clock.now() - state.refreshed_at
    fresh = age <= timedelta(hours=provost.settings.privacy.directory_hours)
    return fresh, f"Refreshed {age.total_seconds() / 3600:.1f} hours ago."


def lines(readiness: Readiness) -> Iterator[str]:
    """Word each part in a line."""
    yield from (f"{part.name}: {'ok' if part.ok else 'NOT OK'}: {part.seen}" for part in readiness.parts)

"""Many events of one class, one run: a class that hands in within the hour is looked at a few times, not hundreds.

An event is kept before the engine is asked for a run, and a run takes what waits when it begins, on record; so whatever
dies between the two, each event is taken once, and by a run that began after it came (S74).
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from domain.ids import RunId, SectionKey
from graphs.hook_events import Wanted
from service.hook_passes import run_of_hook
from store.canonical import JSON
from store.gathered import Gathered, GatheredRow, people_of
from store.hooks import Kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphs.assembly import Provost
    from service.engine import WorkQueue

EARLY_ALERT, GATHERED = "early_alert", "gathered"
_WAIT_SECONDS = 20.0
_LEFT_AFTER = timedelta(minutes=10)
"""How long after its run should have begun an event counts as left behind."""


def keep_waiting(provost: "Provost", queue: "WorkQueue", run: RunId, kept: Kept, wanted: Wanted) -> None:
    """Keep an event for a run of its class, then see that there will be one that begins after this."""
    section = wanted.values["section"]
    source = (kept.sender, kept.event, kept.kind)
    Gathered(provost.database).keep(source, section, wanted.values["person"])
    _ask_for_run(provost, queue, run, section)


def take_waiting(provost: "Provost", run: RunId, section: str) -> Mapping[str, str] | None:
    """Give a run every event of its class that waits, on record, and return what it begins with; None for nothing.

    Asked again, as after a crash, it returns what the run took the first time.
    """
    gathered, key = Gathered(provost.database), SectionKey.parse(section)
    if key is None:
        return None
    with provost.locks.holding(f"gathered {key}", _WAIT_SECONDS):
        rows = gathered.taken_by(run)
        if not rows:
            with provost.ledger.session() as session:
                rows = gathered.take(key, run, session)
                for sender, of_sender in groupby(sorted(rows, key=_sender), key=_sender):
                    body = _body(list(of_sender))
                    provost.ledger.append("hook.taken", sender, run, body, session=session)
    return {"section": section, "people": " ".join(people_of(rows))} if rows else None


def ask_again(provost: "Provost", queue: "WorkQueue") -> int:
    """See that events get a run whose own was taken back or failed before it began; return for how many classes."""
    gathered, now = Gathered(provost.database), provost.clock.now()
    wait = timedelta(seconds=provost.settings.hooks.gather_seconds) + _LEFT_AFTER
    left = gathered.left_since(now - wait)
    for section in left:
        named = hashlib.sha256(f"{section}|{now.isoformat()}".encode()).hexdigest()[:24]
        _ask_for_run(provost, queue, RunId(f"evt_{named}"), section)
    gathered.forget_before(now - timedelta(days=provost.settings.hooks.keep_days))
    return len(left)


def _ask_for_run(provost: "Provost", queue: "WorkQueue", run: RunId, section: str) -> None:
    seconds = provost.settings.hooks.gather_seconds
    queue.gather(EARLY_ALERT, run, {"section": section, GATHERED: "yes"}, section, seconds)


def _sender(row: GatheredRow) -> str:
    return row.sender


def _body(rows: "Sequence[GatheredRow]") -> dict[str, JSON]:
    """Return what the ledger says of the events of one sender that a run took: each by its own id, and their kinds."""
    events: list[JSON] = [run_of_hook(row.sender, row.event) for row in rows]
    kinds: list[JSON] = [*sorted({row.kind for row in rows})]
    return {"workflow": EARLY_ALERT, "kinds": kinds, "events": events}

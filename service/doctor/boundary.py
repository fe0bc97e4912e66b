"""Whether text may leave: the directory of people by which identifiers are found."""

from collections.abc import Iterator
from datetime import timedelta

from graphs.settings import CampusClock, Settings
from service.doctor.check import Check, broken, note, ok

_REFRESH = "Run provost directory refresh, and let the worker or a timer repeat it each night."


def look_at_directory(settings: Settings) -> Iterator[Check]:
    """Say how old the directory is; without one, or with one that is too old, nothing leaves."""
    from privacy.directory.known import read_state

    state = read_state(settings.home / "directory")
    if state is None:
        yield note("directory", "There is no directory of people, so no text may leave.", _REFRESH)
        return
    age = CampusClock(settings.clock_offset_seconds).now() - state.refreshed_at
    seen = f"{state.people:,} people, refreshed {age.total_seconds() / 3600:.1f} hours ago."
    if age > timedelta(hours=settings.privacy.directory_hours):
        yield broken("directory", f"{seen} That is too old, so no text may leave.", _REFRESH)
    elif not state.complete:
        yield note("directory", f"{seen} Not everything came then, so somebody may be missing.", _REFRESH)
    else:
        yield ok("directory", seen)

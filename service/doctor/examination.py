"""The whole examination: every part in the order in which one depends on another, each on its own."""

from collections.abc import Callable, Iterable
from functools import partial

from domain.errors import ProvostError
from domain.records import Record
from graphs.settings import Settings, load_settings
from service.doctor import boundary, course_tool, files, models, storage, systems, work
from service.doctor.check import Check, Mark, failed, look

_PARTS: tuple[tuple[str, Callable[[Settings], Iterable[Check]]], ...] = (
    ("settings", files.look_at_settings),
    ("policy", files.look_at_policy),
    ("access", files.look_at_access),
    ("scope", files.look_at_scope),
    ("alerts", files.look_at_alerts),
    ("institution", files.look_at_institution),
    ("keys", files.look_at_keys),
    ("disk", files.look_at_disk),
    ("database", storage.look_at_database),
    ("ledger", storage.look_at_ledger),
    ("kill switch", storage.look_at_switch),
    ("checkpoints", storage.look_at_strictness),
    ("banner", systems.look_at_sis),
    ("banner records", systems.look_at_banner_records),
    ("banner writing", systems.look_at_banner_writing),
    ("canvas", systems.look_at_canvas),
    ("canvas classes", systems.look_at_canvas_classes),
    ("canvas writing", systems.look_at_canvas_writing),
    ("directory", boundary.look_at_directory),
    ("model", models.look_at_model),
    (course_tool.PART, course_tool.look_at_course_tool),
    ("events", work.look_at_events),
    ("engine", work.look_at_engine),
    ("queue", work.look_at_queue),
    ("notices", work.look_at_notices),
)


class Examination(Record):
    """Everything that was looked at; ``ok`` is False where a part must be fixed before it works."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing has to be fixed."""
        return all(check.mark is not Mark.FIX for check in self.checks)

    def summary(self) -> dict[str, object]:
        """Return what ``--json`` writes; the keys are stable."""
        return {"ok": self.ok, "checks": [check.model_dump(mode="json") for check in self.checks]}


def examine(load: Callable[[], Settings] = load_settings) -> Examination:
    """Look at every part; settings that are not valid end the examination, since every other part hangs on them."""
    try:
        settings = load()
    except ProvostError as failure:
        return Examination(checks=(failed("settings", failure),))
    checks = [check for part, at in _PARTS for check in look(part, partial(at, settings))]
    return Examination(checks=tuple(checks))

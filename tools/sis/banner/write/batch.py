"""One call of the grader: what Banner holds is read once per section, then each grade is submitted and answered for."""

from collections.abc import Sequence
from dataclasses import replace

from domain.changes import Change, PostGrade
from domain.errors import (
    ConfigurationError,
    IncompleteFetch,
    ProvostError,
    RefusedBySystem,
    TransientError,
    UncertainEffect,
)
from domain.ids import RecordHandle
from domain.ports import Receipt
from tools.sis.banner.records.desk import Desk
from tools.sis.banner.records.held import HeldGrade
from tools.sis.banner.records.images import read_held
from tools.sis.banner.write.submissions import Composer, Submission, is_held
from tools.sis.reading import Reading
from tools.wire import WireClient, escape_id

_SUBMISSIONS, _BASE = "student-unverified-grades-submissions", "student-unverified-grades"
_SHOWN = "Banner already shows this."
_SETTLED = "The answer was lost; Banner holds the grade."


class Batch:
    """Submits the grades of one call."""

    def __init__(self, client: WireClient, desk: Desk, changes: Sequence[Change]) -> None:
        self._client, self._desk = client, desk
        self._composer = Composer(desk, Reading("banner"))
        sections = dict.fromkeys(change.section for change in changes if isinstance(change, PostGrade))
        self._held = {section: read_held(desk, section) for section in sections}

    def post(self, change: Change) -> Receipt:
        """Submit one grade; its refusal becomes the receipt.

        Raises TransientError where nothing was sent, ConfigurationError where nothing can be.
        """
        try:
            if not isinstance(change, PostGrade):
                raise _refuse_kind(change)
            return self._submit(change)
        except UncertainEffect as lost:
            return self._settle(change, lost)
        except (ConfigurationError, TransientError):
            raise
        except ProvostError as error:
            return Receipt(change=change.change_id, accepted=False, reference=error.field, message=str(error))

    def _submit(self, change: PostGrade) -> Receipt:
        roster = self._held[change.section]
        held = _require_held(change.person, roster)
        if is_held(change, held):
            return _accept(change, held.entry or "", _SHOWN)
        entry = self._send(self._composer.compose(change, held))
        if roster is not None:
            roster[change.person] = replace(held, entry=entry or held.entry)
        return _accept(change, entry)

    def _send(self, submission: Submission) -> str:
        """Send a submission once and return the GUID of the record that Banner answers with.

        Not even a PUT is repeated after a lost answer, because each one is a submission on record.
        """
        settings = self._desk.settings
        path, method = settings.path(_SUBMISSIONS), "POST"
        if submission.entry:
            path, method = f"{path}/{escape_id(submission.entry)}", "PUT"
        headers = {"Content-Type": settings.media_type(_SUBMISSIONS), "Accept": settings.media_type(_BASE)}
        answer = self._client.request(method, path, json=submission.body, headers=headers, idempotent=False)
        guid = answer.json_object().get("id")
        return str(guid) if guid else ""

    def _settle(self, change: Change, lost: UncertainEffect) -> Receipt:
        """Let what Banner holds now say whether a submission without an answer was carried out."""
        try:
            roster = read_held(self._desk, change.section) if isinstance(change, PostGrade) else None
        except ProvostError:
            roster = None
        held = roster.get(change.person) if roster and isinstance(change, PostGrade) else None
        if held is not None and isinstance(change, PostGrade) and is_held(change, held):
            return _accept(change, held.entry or "", _SETTLED)
        return doubt(change, lost)


def doubt(change: Change, error: ProvostError) -> Receipt:
    """Return the receipt of a change that is neither accepted nor refused."""
    return Receipt(change=change.change_id, accepted=False, message=str(error), uncertain=True)


def _accept(change: Change, entry: str, message: str = "") -> Receipt:
    return Receipt(change=change.change_id, accepted=True, reference=f"{_BASE}:{entry}", message=message)


def _require_held(person: RecordHandle, roster: dict[RecordHandle, HeldGrade] | None) -> HeldGrade:
    """Return what is held for a student; a section or a student that is not whole gets no grade."""
    held = roster.get(person) if roster is not None else None
    if held is not None and held.whole:
        return held
    if roster is None or held is not None:
        what = "Not everything that Banner holds here could be read, so the grade was not sent."
        raise IncompleteFetch(what, field="reading", fix="Read the section again at a quieter time.")
    fix = "Read the section again; the student must be on its roster in Banner (R88)."
    raise RefusedBySystem("Banner shows no registration for this grade.", field="registration", fix=fix)


def _refuse_kind(change: Change) -> RefusedBySystem:
    fix = "Send it to its own system."
    return RefusedBySystem(f"Banner is never asked for a {change.kind}.", field="kind", fix=fix)

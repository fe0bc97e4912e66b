"""The changes that Canvas takes one by one over REST: dates, cross-lists, concluding a course, and messages."""

from collections.abc import Callable

from domain.changes import ArchiveCourse, Change, CrossList, SendMessage, UpdateDates
from domain.errors import MalformedSource, ProvostError, RefusedBySystem, TransientError, UncertainEffect
from domain.ports import IdentityResolver, Receipt
from tools.lms.canvas.lookup import API, course_path, find_user_row, section_path
from tools.lms.canvas.sent import has_sent
from tools.lms.canvas.wire import iso_utc
from tools.lms.canvas.write.import_rows import refuse_kind
from tools.lms.canvas.write.naming import name_people
from tools.wire import WireClient

_SUBJECT = 255


class DirectWriter:
    """Carries out single changes; a failure of one becomes its receipt and stops no other."""

    def __init__(self, client: WireClient, resolver: IdentityResolver) -> None:
        self._client, self._resolver = client, resolver

    def apply(self, change: Change) -> Receipt:
        """Make one change and return what Canvas answered."""
        return attempt(change, lambda: self._apply(change))

    def _apply(self, change: Change) -> str:
        match change:
            case UpdateDates():
                return self._update_dates(change)
            case CrossList():
                return self._cross_list(change)
            case ArchiveCourse():
                return self._conclude(change)
            case SendMessage():
                return self._send(change)
        raise refuse_kind(change)

    def _update_dates(self, change: UpdateDates) -> str:
        record = "course" if change.course else "course_section"
        path = course_path(change.course) if change.course else section_path(change.section)
        dates = {"start_at": iso_utc(change.start_at), "end_at": iso_utc(change.end_at)}
        self._client.put(path, form=tuple((f"{record}[{name}]", date) for name, date in dates.items()))
        return f"course:{change.course}" if change.course else f"section:{change.section}"

    def _cross_list(self, change: CrossList) -> str:
        """Move the section, by its own id: an import would leave alone what was moved by hand before (R40)."""
        path = f"{section_path(change.section)}/crosslist"
        if change.undo:
            self._client.delete(path)
        else:
            target = course_path(change.course).removeprefix(f"{API}/courses/")
            self._client.post(f"{path}/{target}", idempotent=True)
        return f"section:{change.section}"

    def _conclude(self, change: ArchiveCourse) -> str:
        """Conclude the course: its work stays, it is never deleted (R36)."""
        self._client.put(course_path(change.course), form=(("course[event]", "conclude"),))
        return f"course:{change.course}"

    def _send(self, change: SendMessage) -> str:
        """Send once: the marker is looked for before, and again where the answer was lost (R75)."""
        account = find_user_row(self._client, self._resolver.person(change.recipient))
        if account is None:
            raise RefusedBySystem(
                "The person has no account to write to.", field="recipient", fix="Tell them otherwise."
            )
        reference = f"conversation:{change.marker}"
        if has_sent(self._client, account.id, change.marker):
            return reference
        try:
            body = name_people(change.body, self._client, self._resolver)
            self._client.post(f"{API}/conversations", form=_message_form(change, body, account.id))
        except UncertainEffect:
            if not has_sent(self._client, account.id, change.marker):
                raise
        return reference


def _message_form(change: SendMessage, text: str, recipient: int) -> tuple[tuple[str, str], ...]:
    """Return the fields of a private message; the marker stands in the body, because Canvas may drop the subject."""
    body = text if change.marker in text else f"{text}\n\n[{change.marker}]"
    return (
        ("recipients[]", str(recipient)),
        ("subject", change.subject[:_SUBJECT]),
        ("body", body),
        ("group_conversation", "false"),
        ("mode", "sync"),
    )


def attempt(change: Change, act: Callable[[], str]) -> Receipt:
    """Run one effect; its failure becomes the receipt, uncertain where Canvas may have carried it out."""
    try:
        return Receipt(change=change.change_id, accepted=True, reference=act())
    except ProvostError as error:
        return to_refusal(change, error, uncertain=isinstance(error, TransientError | MalformedSource))


def to_refusal(change: Change, error: ProvostError, *, uncertain: bool) -> Receipt:
    """Return the receipt of a change that failed; ``uncertain`` where it may have been carried out all the same."""
    unsure = uncertain or isinstance(error, UncertainEffect)
    return Receipt(change=change.change_id, accepted=False, message=str(error), uncertain=unsure)

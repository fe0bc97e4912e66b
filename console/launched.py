"""Pages that the LMS shows inside a course: a student's own path, or a sentence; no script, no form, no menu (S96)."""

from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse

from console.templating import environment
from console.wording import resource_kind
from domain.errors import ProvostError
from graphs.desks.paths import OwnPaths

if TYPE_CHECKING:
    from graphs.assembly import Provost


class Note(StrEnum):
    """Why nothing of anybody is shown."""

    STAFF = "staff"
    OBSERVER = "observer"
    TEST_STUDENT = "test_student"
    MASQUERADER = "masquerader"
    STRANGER = "stranger"
    NOT_RELEASED = "not_released"
    NOT_KNOWN = "not_known"


_EACH = "This page shows each student their own learning path."
_ASK = "Ask the help desk of your institution; they can say why."
_SAID: dict[Note, tuple[str, str]] = {
    Note.STAFF: (_EACH, "As you teach or help in this course, there is nothing here for you to see."),
    Note.OBSERVER: (_EACH, "Nobody else sees it, also not somebody who observes a student."),
    Note.TEST_STUDENT: (_EACH, "The test student of the student view is in no class, so there is none to show."),
    Note.MASQUERADER: (_EACH, "It is not shown while somebody else acts as the student."),
    Note.STRANGER: (_EACH, "You are not a student of this course."),
    Note.NOT_RELEASED: (
        "This page cannot tell who you are.",
        f"The course system did not pass on your student number, so nothing is shown. {_ASK}",
    ),
    Note.NOT_KNOWN: (
        "There is no learning path for you yet.",
        f"Your student number is not known here so far. If you registered lately, try again tomorrow. {_ASK}",
    ),
}


def render_note(note: Note) -> HTMLResponse:
    """Return a page that says why nothing is shown."""
    title, said = _SAID[note]
    return _page("launched_note.html", title=title, said=said)


def render_paths(provost: "Provost", found: OwnPaths) -> HTMLResponse:
    """Return the page of a student's own paths."""
    return _page(
        "launched_paths.html",
        found=found,
        kind_of=resource_kind,
        opens=_opens,
        zone=provost.institution.zone,
        now=provost.clock.now(),
        institution=provost.institution.name,
    )


def render_refusal(status: int, failure: ProvostError) -> HTMLResponse:
    """Return the page of a launch that does not hold: what to do, the code, and nothing of anybody."""
    return _page("launched_refusal.html", status, failure=failure)


def _page(template: str, status: int = 200, **values: object) -> HTMLResponse:
    text = environment().get_template(template).render(**values)
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})


def _opens(url: str) -> bool:
    """Tell whether an address is one that a browser may be led to."""
    return urlsplit(url).scheme in ("https", "http")

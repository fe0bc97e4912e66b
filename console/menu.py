"""Which pages somebody is offered; what a page shows is decided again by the page itself, so nothing rests on this."""

from typing import NamedTuple

from domain.principals import OVERSEERS, Principal, Role

_APPROVERS = frozenset({Role.REGISTRAR, Role.ADVISOR, Role.INSTRUCTOR, Role.INSTRUCTIONAL_TECHNOLOGY})
_RECORD = frozenset({Role.REGISTRAR, Role.ADVISOR})


class Entry(NamedTuple):
    """One link of the menu; ``here`` marks the page that is open."""

    label: str
    href: str
    here: bool


def menu_for(who: Principal, path: str) -> tuple[Entry, ...]:
    """Return the pages that fit somebody's roles, in the order of a working day."""
    offered = [
        ("Home", "/", True),
        ("Ask", "/chat", True),
        ("Approvals", "/approvals", bool(who.roles & _APPROVERS)),
        ("Caseload", "/caseload", Role.ADVISOR in who.roles),
        ("Classes", "/sections", Role.INSTRUCTOR in who.roles),
        ("Students", "/students", bool(who.roles & _RECORD)),
        ("Sync board", "/sync", bool(who.roles & OVERSEERS)),
        ("My record", f"/students/{who.person}", Role.STUDENT in who.roles and who.person is not None),
    ]
    return tuple(Entry(label, href, _is_here(href, path)) for label, href, fits in offered if fits)


def _is_here(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))

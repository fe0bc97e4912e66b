"""Ids as Canvas takes them in any slot: its own numbers, `sis_…_id:` values, `self` and `default`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from simulator.canvas.coursework import Book, EmptyBook
from simulator.canvas.refusals import NotFound
from simulator.canvas.rows import Account, Course, Login, Row, Section, Term, User
from simulator.canvas.state import CanvasState
from simulator.canvas.wire.call import Call

RowT = TypeVar("RowT", bound=Row)


class Numbered(Protocol):
    """A part of a course's coursework."""

    @property
    def id(self) -> int:
        """Its number."""


PartT = TypeVar("PartT", bound=Numbered)

PREFIX: dict[type[Row], str] = {
    Account: "sis_account_id",
    Term: "sis_term_id",
    Course: "sis_course_id",
    Section: "sis_section_id",
}


def find_row(state: CanvasState, kind: type[RowT], text: str, *, deleted: bool = False) -> RowT:
    """Return the account, term, course or section that an id names; raises NotFound."""
    if text.isdigit():
        return state.find(kind, int(text), deleted=deleted)
    prefix, _, value = text.partition(":")
    if prefix == PREFIX[kind]:
        row = state.find_by_sis(kind, value)
    elif prefix == "sis_integration_id" and kind in (Course, Section):
        row_id = state.index.by_integration[kind].get(value)
        row = None if row_id is None else state.table_of(kind)[row_id]
    else:
        row = None
    if row is None or (row.workflow_state == "deleted" and not deleted):
        raise NotFound
    return row


def find_account(call: Call, slot: str = "account_id") -> Account:
    """Return the account of a slot; `self` and `default` are the root account."""
    text = call.slots[slot]
    return call.state.root_account if text in ("self", "default") else find_row(call.state, Account, text)


def find_term(call: Call, text: str) -> Term:
    """Return a term; `default` and `current` are the default term."""
    return call.state.default_term if text in ("default", "current") else find_row(call.state, Term, text)


def find_course(call: Call, slot: str = "course_id", *, deleted: bool = False) -> Course:
    """Return the course of a slot."""
    return find_row(call.state, Course, call.slots[slot], deleted=deleted)


def find_book(call: Call) -> tuple[Course, Book]:
    """Return the course of the slot with its coursework, which is empty where nothing is taught."""
    course = find_course(call)
    return course, call.state.coursework.book(course) or EmptyBook()


def find_part(parts: Iterable[PartT], text: str) -> PartT:
    """Return the part of a course's coursework that a slot names by its number; raises NotFound."""
    found = next((part for part in parts if str(part.id) == text), None)
    if found is None:
        raise NotFound
    return found


def find_section(call: Call, slot: str = "section_id") -> Section:
    """Return the section of a slot."""
    return find_row(call.state, Section, call.slots[slot])


def find_user(state: CanvasState, text: str, *, deleted: bool = False) -> User:
    """Return a user by number, SIS id, login, integration id or `self`; a deleted login names nobody."""
    if text == "self":
        return state.users[state.service_user]
    if text.isdigit():
        return state.find(User, int(text), deleted=deleted)
    prefix, _, value = text.partition(":")
    login: Login | None = None
    if prefix == "sis_user_id":
        login = state.find_by_sis(Login, value)
    elif prefix == "sis_login_id":
        login_id = state.index.login_names.get(value.lower())
        login = None if login_id is None else state.logins[login_id]
    elif prefix == "sis_integration_id":
        login_id = state.index.by_integration[Login].get(value)
        login = None if login_id is None else state.logins[login_id]
    if login is None or (login.workflow_state == "deleted" and not deleted):
        raise NotFound
    return state.find(User, login.user_id, deleted=deleted)

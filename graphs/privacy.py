"""Opens the parts of the privacy boundary from settings and files: the finder, the people it knows, the scrubber."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from domain.errors import MalformedSource
from domain.identities import Identity, KnownPerson
from domain.ids import RecordHandle
from domain.principals import Principal
from privacy.vocabulary import Finder, LeakCheck, Scope

if TYPE_CHECKING:
    from graphs.boundary import PrivacyBoundary
    from privacy.scrub import ConversationScrubber

ROSTER_LIMIT = 300
"""Up to so many people, a file counts as a roster: their single names are replaced too (PRIVACY.md 2.2)."""


class TextScrub(NamedTuple):
    """What scrubs one text outside any conversation that lasts."""

    scrubber: "ConversationScrubber"
    check: LeakCheck
    scope: Scope


def open_finder(people: Sequence[KnownPerson]) -> Finder:
    """Return what finds identifiers: every form of those of ``people``, and patterns and cues for anyone."""
    from privacy.detect.finder import AnalyzerFinder
    from privacy.directory.index import Directory

    return AnalyzerFinder(Directory.build(people, secrets.token_bytes(32)))


def read_people(file: Path) -> tuple[KnownPerson, ...]:
    """Read a file of identities, one JSON object a line, and give each a fresh record handle.

    Raises MalformedSource naming the line, never what stands in it.
    """
    from store.handles import new_handle

    people: list[KnownPerson] = []
    for number, line in enumerate(_lines(file), start=1):
        if line.strip():
            try:
                people.append(KnownPerson(handle=new_handle(), identity=Identity.model_validate_json(line)))
            except ValidationError as wrong:
                where = ".".join(str(part) for part in wrong.errors()[0]["loc"]) or "the whole line"
                fix = "Write one identity as a JSON object on each line; domain/identities.py lists the fields."
                raise MalformedSource(f"Line {number} is no identity.", field=where, fix=fix) from None
    return tuple(people)


@contextmanager
def open_text_scrub(people: Sequence[KnownPerson]) -> Iterator[TextScrub]:
    """Open a scrubber whose codes nobody can restore once the block ends."""
    from privacy.check import DirectoryIds, SecondLook
    from privacy.people import PeopleInMemory
    from privacy.scrub import ConversationScrubber
    from privacy.vault.throwaway import throwaway_vault

    known = PeopleInMemory(people)
    handles = frozenset(each.handle for each in people) if len(people) <= ROSTER_LIMIT else frozenset()
    with throwaway_vault() as vault:
        scrubber = ConversationScrubber(vault, open_finder(people), NobodySees(), known)
        check = SecondLook(known, DirectoryIds(each.identity for each in people))
        yield TextScrub(scrubber, check, Scope(people=handles))


@contextmanager
def open_known_scrub(boundary: "PrivacyBoundary") -> Iterator[TextScrub]:
    """Open the same over the saved directory of an installation: full names and identifiers of all it knows.

    Raises ConfigurationError where the directory is too old.
    """
    from privacy.fresh import DirectoryFinder
    from privacy.scrub import ConversationScrubber
    from privacy.vault.throwaway import throwaway_vault

    with throwaway_vault() as vault:
        finder = DirectoryFinder(boundary.directory, boundary.engine)
        yield TextScrub(ConversationScrubber(vault, finder, NobodySees(), boundary.known), boundary.check, Scope())


class NobodySees:
    """The access of a scrub that restores nothing."""

    def visible(
        self,
        reader: Principal,  # noqa: ARG002 named by the protocol
        people: Collection[RecordHandle],  # noqa: ARG002
        field: str,  # noqa: ARG002
        purpose: str,  # noqa: ARG002
    ) -> frozenset[RecordHandle]:
        """Return nobody."""
        return frozenset()


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        fix = "Name a UTF-8 file of JSON lines that can be read."
        raise MalformedSource("The file of people cannot be read.", field="--people", fix=fix) from error

"""What is known of each word of a text: looked up once per spelling, then remembered.

Most words of a message are ordinary and in lower case; for these the lexicon answers None and no step looks further.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from privacy.detect.glued import glued_people
from privacy.detect.words import (
    CAMPUS,
    FAREWELLS,
    FUNCTION,
    GREETINGS,
    NAME_KEYS,
    PLACES,
    RELATIVES,
    TITLES,
    common_words,
)
from privacy.directory.folding import token_form
from privacy.directory.forms import FormKind, written_form
from privacy.directory.hashing import Space
from privacy.directory.index import Directory, Ref, Token
from privacy.directory.names import PARTICLES, SUFFIXES
from privacy.directory.nicknames import other_names

REMEMBERED = 12_000
LONGEST_TOKEN = 40
_CLITICS = "وفبلك"
_SHORTEST_PLURAL = 4


class Owners(NamedTuple):
    """Whose an identifier is, each person once, and what it is to the first of them."""

    refs: tuple[Ref, ...]
    kind: FormKind


@dataclass(slots=True, frozen=True)
class Word:
    """One spelling, and what a step asks of it, worked out once.

    ``tokens`` are the name tokens it may be, the exact one first; ``nicknames`` those of its other names; ``ordinary``
    tells an English word, ``bare`` one in lower case, never a name by itself; ``odd`` one neither English nor a name;
    ``cue`` what it announces; ``people`` whose login it is; ``telling`` one that is a name, a login or a cue.
    """

    form: str
    tokens: tuple[Token, ...] = ()
    nicknames: tuple[Token, ...] = ()
    capital: bool = False
    ordinary: bool = False
    function: bool = False
    filler: bool = False
    cue: str = ""
    roles: int = 0
    people: Owners | None = None
    bare: bool = field(init=False)
    named: bool = field(init=False)
    odd: bool = field(init=False)
    is_letter: bool = field(init=False)
    telling: bool = field(init=False)

    def __post_init__(self) -> None:
        """Work out what follows from the rest."""
        object.__setattr__(self, "bare", self.ordinary and not self.capital)
        object.__setattr__(self, "named", bool(self.tokens or self.nicknames))
        object.__setattr__(self, "odd", not self.ordinary and not self.tokens)
        object.__setattr__(self, "is_letter", len(self.form) == 1)
        object.__setattr__(self, "telling", bool(self.named or self.people or self.cue))

    @property
    def every_token(self) -> tuple[tuple[Token, int], ...]:
        """Tokens with their rank: 0 exact, 1 by another name."""
        return (*((token, 0) for token in self.tokens), *((token, 1) for token in self.nicknames))


class Naming(NamedTuple):
    """Whom two words name: ``swapped`` where the last name comes first, ``by_nickname`` where one is another name."""

    refs: tuple[Ref, ...]
    swapped: bool
    by_nickname: bool


class Lexicon:
    """The words of one directory."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self._common = common_words()
        self._missing: Token = (-1,) * len(directory.segments)
        self._words: dict[str, Word | None] = {}
        self._glued: dict[tuple[str, bool], tuple[Ref, ...]] = {}
        self._near: dict[str, tuple[tuple[int, ...], ...]] = {}
        self._pairs: dict[tuple[str, str], tuple[Naming, ...]] = {}
        self._whose: dict[int, Owners | None] = {}

    def word(self, spelling: str) -> Word | None:
        """Return what is known of a spelling; None for an ordinary word that no step needs."""
        try:
            return self._words[spelling]
        except KeyError:
            if len(self._words) >= REMEMBERED:
                self._words = {}
            found = self._words[spelling] = self._look_up(spelling)
            return found

    def words(self, spellings: list[str]) -> list[Word | None]:
        """Return what is known of each spelling."""
        known = self._words
        try:
            return list(map(known.__getitem__, spellings))
        except KeyError:
            return [self.word(spelling) for spelling in spellings]

    def near(self, form: str) -> tuple[tuple[int, ...], ...]:
        """For each segment the name tokens about one typo away from a word."""
        found = self._near.get(form)
        if found is None:
            if len(self._near) >= REMEMBERED // 4:
                self._near = {}
            found = self._near[form] = self.directory.near(form)
        return found

    def glued(self, word: Word, *, joined: bool = False) -> tuple[Ref, ...]:
        """The people whose names are written as this one word, as in a file name or a login."""
        key = (word.form, joined)
        found = self._glued.get(key)
        if found is None:
            if len(self._glued) >= REMEMBERED // 4:
                self._glued = {}
            people = glued_people(self.directory, word.form, joined=joined)
            found = self._glued[key] = tuple(dict.fromkeys(people))
        return found

    def pairs(self) -> dict[tuple[str, str], tuple[Naming, ...]]:
        """Whom two words name together, as far as it was asked before; replaced by an empty one when it is full."""
        if len(self._pairs) >= REMEMBERED // 4:
            self._pairs = {}
        return self._pairs

    def whose(self, hashes: list[int]) -> list[Owners | None]:
        """Return for each hash of an identifier whose it is; a conversation names the same ones again and again."""
        known = self._whose
        if fresh := [hashed for hashed in hashes if hashed not in known]:
            if len(known) >= REMEMBERED:
                known, fresh = {}, hashes
                self._whose = known
            found = self.directory.form_refs(fresh)
            known.update((hashed, _owners(found.get(place))) for place, hashed in enumerate(fresh))
        return [known[hashed] for hashed in hashes]

    def exists(self, token: Token) -> bool:
        """Tell whether a name here has the token."""
        return token != self._missing

    def _look_up(self, spelling: str) -> Word | None:
        form = token_form(spelling)
        capital = spelling[0] != form[0]
        ordinary = form in self._common and spelling.isascii()
        tokens = self._tokens(form, ordinary=ordinary)
        nicknames = self._nicknames(form)
        cue = _cue_of(form)
        filler = form in PARTICLES or form in SUFFIXES or form in NAME_KEYS
        people = self._people(form)
        if ordinary and len(form) > 1 and not (tokens or nicknames or cue or filler or people):
            return None if not capital or form in FUNCTION else _plain(form)
        return Word(
            form,
            tokens,
            nicknames,
            capital,
            ordinary,
            form in FUNCTION and spelling.isascii(),
            filler,
            cue,
            self.directory.roles(tokens[0]) if tokens else 0,
            people,
        )

    def _tokens(self, form: str, *, ordinary: bool) -> tuple[Token, ...]:
        if len(form) > LONGEST_TOKEN:
            return ()
        if self.exists(exact := self.directory.token(form)):
            return (exact,)
        others: list[str] = []
        if not ordinary and len(form) >= _SHORTEST_PLURAL and form.endswith("s"):
            others.append(form[:-1])
        if form[0] in _CLITICS and len(form) >= _SHORTEST_PLURAL:
            others.append(form[1:])
        return tuple(token for other in others if self.exists(token := self.directory.token(other)))

    def _nicknames(self, form: str) -> tuple[Token, ...]:
        others = () if form in CAMPUS else sorted(other_names(form))
        found = (self.directory.token(other) for other in others)
        return tuple(token for token in found if self.exists(token))

    def _people(self, form: str) -> Owners | None:
        return self.whose([self.directory.hashed(Space.WRITTEN, written_form(form))])[0]


def _owners(people: list[tuple[Ref, FormKind]] | None) -> Owners | None:
    return Owners(tuple(dict.fromkeys(ref for ref, _ in people)), people[0][1]) if people else None


def _plain(form: str) -> Word:
    return Word(form, capital=True, ordinary=True)


def _cue_of(form: str) -> str:
    for cue, words in (
        ("title", TITLES),
        ("relative", RELATIVES),
        ("greeting", GREETINGS),
        ("farewell", FAREWELLS),
        ("place", PLACES),
    ):
        if form in words:
            return cue
    return ""

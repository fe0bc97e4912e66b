"""A stock of names as a real campus has them, because software fails on names and not on John Smith.

Among the family names are ones with diacritics, apostrophes, hyphens, particles and two surnames, and ones
that are ordinary English words; a few people have a single name.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from random import Random
from typing import NamedTuple

from simulator.world.chance import happens

STOCK = Path(__file__).parent / "stock"


def _read_stock(name: str) -> tuple[str, ...]:
    """A list of names, one per line."""
    return tuple((STOCK / f"{name}.txt").read_text(encoding="utf-8").split("\n")[:-1])


GIVEN = _read_stock("given")
"""First names, some with diacritics, hyphens and apostrophes."""
PLAIN_FAMILY = _read_stock("plain_family")
WORD_FAMILY = _read_stock("word_family")
"""Family names that are ordinary words, which a text scrubber must not miss nor over-reach on."""
HARD_FAMILY = _read_stock("hard_family")
"""Family names with apostrophes, diacritics, hyphens, particles, points and two surnames."""
MONONYMS = ("Suharto", "Sukarno", "Teller", "Indrawati", "Madhuri", "Björk")

PREFERRED = {
    "Alexander": "Alex",
    "Benjamin": "Ben",
    "Christopher": "Chris",
    "Daniel": "Danny",
    "Elizabeth": "Liz",
    "Gabriel": "Gabe",
    "Isabella": "Bella",
    "Jessica": "Jess",
    "Joshua": "Josh",
    "Katherine": "Kate",
    "Margaret": "Maggie",
    "Matthew": "Matt",
    "Michael": "Mike",
    "Mohammed": "Mo",
    "Natalie": "Nat",
    "Nicholas": "Nick",
    "Rebecca": "Becca",
    "Robert": "Rob",
    "Samantha": "Sam",
    "Samuel": "Sam",
    "Thomas": "Tom",
    "Victoria": "Vicky",
    "William": "Will",
    "Zachary": "Zach",
}
CHOSEN = ("River", "Sky", "Rowan", "Kai", "Quinn", "Avery", "Ash", "Wren")
"""Preferred names that share nothing with the legal one."""


class LegalName(NamedTuple):
    """First, middle and family name as the registrar holds them."""

    first: str
    middle: str
    last: str


def draw_name(rng: Random) -> LegalName:
    """Draw a legal name; about one in eight is a hard case and about one in thirty an ordinary word."""
    if happens(rng, 0.002):
        return LegalName("", "", rng.choice(MONONYMS))
    stock = rng.choices((PLAIN_FAMILY, HARD_FAMILY, WORD_FAMILY), (83, 13, 4))[0]
    last = rng.choice(stock)
    middle = rng.choice(GIVEN) if happens(rng, 0.4) else ""
    return LegalName(rng.choice(GIVEN), middle, last)


def draw_preferred(rng: Random, first: str) -> str:
    """A name the person would rather be called: usually the common short form, sometimes a chosen one."""
    if first in PREFERRED and happens(rng, 0.8):
        return PREFERRED[first]
    return rng.choice([name for name in CHOSEN if name != first])


def without_diacritics(text: str) -> str:
    """The name as a system without Unicode writes it."""
    strokes = str.maketrans("øØłŁđĐıİ", "oOlLdDiI")
    decomposed = unicodedata.normalize("NFKD", text.translate(strokes))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def login_stem(first: str, last: str) -> str:
    """The letters a login is made of: first initial and family name, plain ASCII and lower case."""
    letters = without_diacritics(f"{first[:1]}{last}").lower()
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())[:10]

"""A stock of names as a real campus has them, because software fails on names and not on John Smith.

Among the family names are ones with diacritics, apostrophes, hyphens, particles and two surnames, and ones
that are ordinary English words; a few people have a single name.
"""

from __future__ import annotations

import unicodedata
from random import Random
from typing import NamedTuple

GIVEN = tuple(
    "Aaliyah Aarav Abena Adaeze Aiden Aiko Alejandro Alexander Alexis Amara Amelia Amir Ana Andrea Andrew Angela "
    "Anna Anthony Arjun Ashley Austin Ava Ayesha Benjamin Bianca Brandon Brianna Brooke Caleb Camila Carlos "
    "Caroline Charlotte Chen Chloe Christian Christopher Daniel Daniela David Deepika Destiny Diego Dmitri "
    "Elena Eli Elijah Elizabeth Emily Emma Ethan Fatima Faith Felix Gabriel Gabriela Grace Hannah Haruto Hassan "
    "Henry Hiroshi Hope Ian Ibrahim Imani Isaac Isabella Ivan Jacob Jada Jamal James Jasmine Jessica Jin "
    "Jordan Joseph Joshua Juan Julia Kaitlyn Karen Katherine Kevin Kwame Lakshmi Lauren Layla Leah Leila Liam "
    "Linh Logan Lucas Lucia Madison Malik Marcus Margaret Maria Mark Mateo Matthew Maya Mei Michael Mia "
    "Mohammed Monique Natalie Nathan Ngozi Nicholas Noah Nora Olivia Omar Oscar Paige Patrick Paul Priya "
    "Rachel Rahul Rebecca Ricardo Robert Ryan Samantha Samuel Sara Sebastian Shreya Sofia Sophia Stephen Tariq "
    "Taylor Thomas Tyler Valentina Victoria Vikram Wei William Xavier Yara Yuki Yusuf Zachary Zainab Zoe "
    "José André Chloé Zoë Renée Sinéad Siân Jürgen Søren Łukasz Björn Ángel Nuño Siobhán Jean-Luc Anne-Marie "
    "Mary-Kate D'Andre Ta'Niyah Nguyệt Đức Beyza İrem Şule Želimir Ondřej".split()
)
"""First names; the last lines hold diacritics, hyphens and apostrophes."""

PLAIN_FAMILY = tuple(
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson "
    "Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis "
    "Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall "
    "Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes "
    "Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard "
    "Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price "
    "Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez Powell Jenkins Perry Russell Sullivan Bell "
    "Coleman Butler Henderson Barnes Fisher Vasquez Simmons Graham Murray Ford Castro Marshall Owens Harrison "
    "Fernandez McDonald Woods Washington Kennedy Wells Chen Wang Li Zhang Liu Yang Huang Singh Kaur Khan Ali "
    "Ahmed Hussein Okafor Mensah Adeyemi Tanaka Suzuki Sato Park Choi Tran Pham Le Ivanov Petrov Novak Kowalski "
    "Schmidt Weber Rossi Romano Silva Santos Haddad Cohen Levy Friedman Osei Diallo Traore Abebe Tesfaye".split()
)

WORD_FAMILY = tuple(
    "Rose May Grant Page Hope Summer Frost Banks Rich Best Strong Small Bishop Major Noble Swift Winter Field "
    "Day Law Pass Credit Worth Drew Ball Chance".split()
)
"""Family names that are ordinary words, which a text scrubber must not miss nor over-reach on."""

HARD_FAMILY = (
    "O'Brien",
    "O'Neill",
    "D'Angelo",
    "N'Diaye",
    "García",
    "Núñez",
    "Peña",
    "Muñoz",
    "Ibáñez",
    "Müller",
    "Böhm",
    "Grönholm",
    "Åström",
    "Sørensen",
    "Łoś",
    "Wójcik",
    "Dvořák",
    "Šimić",
    "Çelik",
    "Yıldız",
    "Nguyễn",
    "Đặng",
    "Lefèvre",
    "Smith-Jones",
    "Carter-Reyes",
    "Al-Masri",
    "Fitz-Gerald",
    "García Márquez",
    "Lopez Obrador",
    "de la Cruz",
    "van der Berg",
    "von Stein",
    "St. John",
    "Mac Giolla Phádraig",
)
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
    roll = rng.random()
    if roll < 0.002:
        return LegalName("", "", rng.choice(MONONYMS))
    if roll < 0.13:
        last = rng.choice(HARD_FAMILY)
    elif roll < 0.17:
        last = rng.choice(WORD_FAMILY)
    else:
        last = rng.choice(PLAIN_FAMILY)
    middle = rng.choice(GIVEN) if rng.random() < 0.4 else ""
    return LegalName(rng.choice(GIVEN), middle, last)


def draw_preferred(rng: Random, first: str) -> str:
    """A name the person would rather be called: usually the common short form, sometimes a chosen one."""
    if first in PREFERRED and rng.random() < 0.8:
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

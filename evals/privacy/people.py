"""A campus of invented people with names of many origins, the same for the same seed."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple
from unicodedata import normalize

from domain.identities import Identity, KnownName, KnownPerson, NameUse, PersonKind
from domain.ids import RecordHandle, SisPersonId

_TABLE = Path(__file__).with_name("names.tsv")
_SHARES = {
    "en_US": 46, "es_MX": 14, "es_ES": 4, "vi_VN": 3, "zh_CN_latin": 3, "zh_TW_latin": 3,
    "ja_JP_latin": 1, "en_IN": 5,
    "en_PK": 2, "de_DE": 2, "fr_FR": 2, "pt_BR": 2, "pl_PL": 2, "tr_TR": 1, "cs_CZ": 1, "yo_NG": 1, "ig_NG": 1,
    "ga_IE": 2,
    "nl_NL": 1, "sv_SE": 1, "hu_HU": 1, "en_TH": 1, "id_ID": 1, "zh_CN": 1, "zh_TW": 1, "ja_JP": 1, "ko_KR": 1,
    "ar_AA": 1,
    "ru_RU": 1, "el_GR": 1, "fa_IR": 1, "hi_IN": 1,
}  # fmt: skip
_TWO_SURNAMES = {"es_MX": 0.8, "es_ES": 0.9, "pt_BR": 0.5}
_SCRIPTS = frozenset({"zh_CN", "zh_TW", "ja_JP", "ko_KR", "ar_AA", "ru_RU", "el_GR", "fa_IR", "hi_IN"})
_KINDS = ((PersonKind.STUDENT, 85), (PersonKind.INSTRUCTOR, 5), (PersonKind.STAFF, 3), (PersonKind.GUARDIAN, 7))
_STREETS = [
    "Oak",
    "Maple",
    "Cedar",
    "Pine",
    "Washington",
    "Lakeview",
    "Hillcrest",
    "Sunset",
    "Willow",
    "Chestnut",
    "Magnolia",
    "Prospect",
]
_STREET_TYPES = ("St", "Street", "Ave", "Rd", "Lane", "Drive", "Blvd", "Court")
_FIRST_BIRTHDAY = date(1996, 1, 1)
_BIRTHDAYS = 4000


class _Stock(NamedTuple):
    given: tuple[str, ...]
    family: tuple[str, ...]


@cache
def _stocks() -> dict[str, _Stock]:
    rows = [line.split("\t") for line in _TABLE.read_text(encoding="utf-8").splitlines()]
    return {
        origin: _Stock(
            tuple(name for place, part, name in rows if (place, part) == (origin, "given")),
            tuple(name for place, part, name in rows if (place, part) == (origin, "family")),
        )
        for origin in _SHARES
    }


def campus_people(size: int, seed: int) -> Iterator[KnownPerson]:
    """Yield ``size`` people; ids, logins, e-mails and phones are unique, names are not."""
    random = Random(seed)  # noqa: S311 a simulation
    stocks = _stocks()
    origins = random.choices(list(_SHARES), list(_SHARES.values()), k=size)
    kinds = random.choices([kind for kind, _ in _KINDS], [share for _, share in _KINDS], k=size)
    for number in range(size):
        name = _name(random, origins[number], stocks[origins[number]])
        handle = RecordHandle(f"per_{random.getrandbits(80):020x}"[:20])
        yield KnownPerson(handle=handle, identity=_identity(random, number, name, kinds[number]))


def is_in_script(name: KnownName) -> bool:
    """Tell whether a name is written in letters other than Latin ones."""
    return not normalize("NFKD", name.first or name.last)[:1].isascii()


def _name(random: Random, origin: str, stock: _Stock) -> KnownName:
    first, last = random.choice(stock.given), random.choice(stock.family)
    if random.random() < _TWO_SURNAMES.get(origin, 0.0):
        last = f"{last} {random.choice(stock.family)}"
    elif origin not in _SCRIPTS and random.random() < 0.04:  # noqa: PLR2004 a share of hyphenated names
        last = f"{last}-{random.choice(stock.family)}"
    middle = random.choice(stock.given) if origin not in _SCRIPTS and random.random() < 0.5 else ""  # noqa: PLR2004
    return KnownName(first=first, middle=middle, last=last)


def _identity(random: Random, number: int, name: KnownName, kind: PersonKind) -> Identity:
    stem = _ascii(name.first)[:1] + _ascii(name.last)[:7]
    login = f"{stem or 'user'}{number}"
    personal = f"{_ascii(name.first) or 'me'}{random.choice('._-')}{_ascii(name.last) or 'x'}{random.randrange(10, 99)}"
    preferred = (KnownName(first=random.choice(_stocks()["en_US"].given), last=name.last, use=NameUse.PREFERRED),)
    street = f"{random.randrange(1, 9999)} {random.choice(_STREETS)} {random.choice(_STREET_TYPES)}"
    return Identity(
        sis_id=SisPersonId(f"A{10_000_000 + number * 7 + random.randrange(7):08d}"),
        kind=kind,
        names=(name, *(preferred if random.random() < 0.08 else ())),  # noqa: PLR2004 a share of preferred names
        lms_ids=(str(100_000 + number),),
        logins=(login,),
        emails=(f"{login}@campus.edu", f"{personal}@{random.choice(('gmail.com', 'outlook.com', 'proton.me'))}"),
        phones=(f"({random.randrange(201, 989)}) {random.randrange(201, 989)}-{random.randrange(10_000):04d}",),
        national_ids=(f"{random.randrange(100, 899)}-{random.randrange(10, 99)}-{random.randrange(1000, 9999)}",),
        born_on=_FIRST_BIRTHDAY + timedelta(days=random.randrange(_BIRTHDAYS)),
        addresses=(f"{street}, Springfield, IL 62704",),
    )


def _ascii(text: str) -> str:
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in plain if letter.isalpha())

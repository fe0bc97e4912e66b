"""The ways people write each other's identifiers: the taxonomy of the recall measure, one function per form.

A form returns nothing where a person has no such form: no middle name, a script without capitals.
"""

import base64
import html
from collections.abc import Callable
from random import Random
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import quote

from domain.identities import Identity
from evals.privacy.people import is_in_script

Write = Callable[[Identity, Random], str]


class SurfaceForm(NamedTuple):
    """One way of writing: ``floor`` is the recall it must reach with a roster, None where it is only printed."""

    name: str
    write: Write
    floor: float | None = None


FULL, SINGLE, TYPO = 0.995, 0.97, 0.90
_LATIN_TWINS = str.maketrans("aeopcyxABEHKMOPCTX", "аеорсухАВЕНКМОРСТХ")
_PLAIN = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae"})
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _parts(person: Identity) -> tuple[str, str]:
    return person.names[0].first, person.names[0].last


def _full(person: Identity) -> str:
    first, last = _parts(person)
    return f"{first} {last}"


def _latin(write: Callable[[str, str], str]) -> Write:
    """A form that only alphabets with capitals have."""
    return lambda person, _: "" if is_in_script(person.names[0]) else write(*_parts(person))


def _dropped(text: str) -> str:
    return "".join(letter for letter in normalize("NFKD", text.translate(_PLAIN)) if letter.isascii()).strip()


def _middle(person: Identity, _: Random) -> str:
    name = person.names[0]
    return f"{name.first} {name.middle} {name.last}" if name.middle else ""


def _middle_initial(person: Identity, _: Random) -> str:
    name = person.names[0]
    return f"{name.first} {name.middle[0]}. {name.last}" if name.middle else ""


def _nickname(person: Identity, random: Random) -> str:
    from nicknames import NickNamer

    first, last = _parts(person)
    known = sorted(NickNamer().nicknames_of(first))
    return f"{random.choice(known).title()} {last}" if known else ""


def _preferred(person: Identity, _: Random) -> str:
    return f"{person.names[1].first} {person.names[1].last}" if len(person.names) > 1 else ""


def _one_surname(person: Identity, _: Random) -> str:
    first, last = _parts(person)
    one = last.split()[0]
    return f"{first} {one}" if len(one) > 3 and one != last and not is_in_script(person.names[0]) else ""  # noqa: PLR2004


def _one_typo(person: Identity, random: Random) -> str:
    """One letter of one name left out, doubled, changed or exchanged with the next."""
    if is_in_script(person.names[0]):
        return ""
    parts = list(_parts(person))
    which = max((0, 1), key=lambda index: len(parts[index])) if min(map(len, parts)) < 4 else random.randrange(2)  # noqa: PLR2004
    parts[which] = _misspelt(parts[which], random)
    return " ".join(parts)


def _misspelt(word: str, random: Random) -> str:
    at = random.randrange(1, len(word) - 1) if len(word) > 2 else 0  # noqa: PLR2004
    match random.randrange(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at] + word[at:]
        case 2:
            return word[:at] + random.choice(_LETTERS) + word[at + 1 :]
        case _:
            return word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]


def _broken_line(first: str, last: str) -> str:
    half = len(last) // 2
    return f"{first} {last[:half]}-\n{last[half:]}" if half else f"{first} {last}"


def _digits(person: Identity) -> str:
    return person.sis_id[1:]


def _phone(person: Identity) -> str:
    return "".join(filter(str.isdigit, person.phones[0]))


NAME_FORMS = (
    SurfaceForm("First Last", lambda p, _: _full(p), FULL),
    SurfaceForm("first last", _latin(lambda f, n: f"{f} {n}".lower()), FULL),
    SurfaceForm("FIRST LAST", _latin(lambda f, n: f"{f} {n}".upper()), FULL),
    SurfaceForm("Last, First", lambda p, _: "{1}, {0}".format(*_parts(p)), FULL),
    SurfaceForm("Last First", lambda p, _: "{1} {0}".format(*_parts(p)), FULL),
    SurfaceForm("First Middle Last", _middle, FULL),
    SurfaceForm("First M. Last", _middle_initial, FULL),
    SurfaceForm("Preferred Last", _preferred, FULL),
    SurfaceForm("possessive", _latin(lambda f, n: f"{f} {n}'s"), FULL),
    SurfaceForm("diacritics dropped", _latin(lambda f, n: f"{_dropped(f)} {_dropped(n)}"), FULL),
    SurfaceForm("decomposed (NFD)", lambda p, _: normalize("NFD", _full(p)), FULL),
    SurfaceForm("zero-width", lambda p, _: "\u200b".join(_full(p)), FULL),
    SurfaceForm("homoglyph", _latin(lambda f, n: f"{f} {n}".translate(_LATIN_TWINS)), FULL),
    SurfaceForm("full width", _latin(lambda f, n: f"{_dropped(f)} {_dropped(n)}".translate(_WIDE)), FULL),
    SurfaceForm("HTML split", _latin(lambda f, n: f"<b>{f[:2]}</b>{f[2:]} <i>{n[:1]}</i>{n[1:]}"), FULL),
    SurfaceForm(
        "HTML entities", lambda p, _: html.escape(_full(p)).encode("ascii", "xmlcharrefreplace").decode(), FULL
    ),
    SurfaceForm("URL escaped", lambda p, _: quote(_full(p)), FULL),
    SurfaceForm("JSON escaped", lambda p, _: "".join(f"\\u{ord(letter):04x}" for letter in _full(p)), FULL),
    SurfaceForm("spaced out", _latin(lambda f, n: " ".join(f"{_dropped(f)}{_dropped(n)}".replace(" ", ""))), FULL),
    SurfaceForm("broken line", _latin(_broken_line), FULL),
    SurfaceForm("base64", lambda p, _: base64.b64encode(f"{_full(p)} wrote".encode()).decode(), FULL),
    SurfaceForm("file name", _latin(lambda f, n: f"{_dropped(n)}{_dropped(f)}_hw3.docx".replace(" ", "")), None),
    SurfaceForm("First_Last", _latin(lambda f, n: f"{f}_{n}_essay.pdf"), FULL),
    SurfaceForm("one of two surnames", _one_surname, FULL),
    SurfaceForm("Nickname Last", _nickname, FULL),
    SurfaceForm("F. Last", _latin(lambda f, n: f"{f[0]}. {n}"), None),
    SurfaceForm("Last, F.", _latin(lambda f, n: f"{n}, {f[0]}."), None),
    SurfaceForm("First L.", _latin(lambda f, n: f"{f} {n[0]}."), None),
    SurfaceForm("one typo", _one_typo, TYPO),
    SurfaceForm("First", lambda p, _: _parts(p)[0], SINGLE),
    SurfaceForm("Last", lambda p, _: _parts(p)[1], SINGLE),
    SurfaceForm("Last's", _latin(lambda _, n: f"{n}'s"), SINGLE),
)
IDENTIFIER_FORMS = (
    SurfaceForm("SIS id", lambda p, _: p.sis_id, FULL),
    SurfaceForm("SIS id, no letter", lambda p, _: _digits(p), FULL),
    SurfaceForm("SIS id dashed", lambda p, _: f"{_digits(p)[:4]}-{_digits(p)[4:]}", FULL),
    SurfaceForm("SIS id spaced", lambda p, _: f"{_digits(p)[:2]} {_digits(p)[2:5]} {_digits(p)[5:]}", FULL),
    SurfaceForm("SIS id zero padded", lambda p, _: f"00{_digits(p)}", FULL),
    SurfaceForm("SIS id in a word", lambda p, _: f"essay{_digits(p)}final", FULL),
    SurfaceForm("LMS id in a URL", lambda p, _: f"/users/{p.lms_ids[0]}", FULL),
    SurfaceForm("LMS id after a cue", lambda p, _: f"Canvas id {p.lms_ids[0]}", FULL),
    SurfaceForm("login", lambda p, _: p.logins[0], FULL),
    SurfaceForm("e-mail", lambda p, _: p.emails[0], FULL),
    SurfaceForm("personal e-mail", lambda p, _: p.emails[1], FULL),
    SurfaceForm("e-mail upper", lambda p, _: p.emails[0].upper(), FULL),
    SurfaceForm("e-mail [at]", lambda p, _: p.emails[1].replace("@", " [at] ").replace(".", " [dot] "), FULL),
    SurfaceForm("e-mail at dot", lambda p, _: p.emails[0].replace("@", " at ").replace(".", " dot "), FULL),
    SurfaceForm("phone", lambda p, _: p.phones[0], FULL),
    SurfaceForm("phone dotted", lambda p, _: f"{_phone(p)[:3]}.{_phone(p)[3:6]}.{_phone(p)[6:]}", FULL),
    SurfaceForm("phone bare", lambda p, _: _phone(p), FULL),
    SurfaceForm("phone +1", lambda p, _: f"+1 {_phone(p)[:3]} {_phone(p)[3:6]} {_phone(p)[6:]}", FULL),
    SurfaceForm("national id", lambda p, _: p.national_ids[0], FULL),
    SurfaceForm("national id bare", lambda p, _: p.national_ids[0].replace("-", ""), FULL),
    SurfaceForm("birth date", lambda p, _: f"born {p.born_on:%B %d, %Y}" if p.born_on else "", None),
    SurfaceForm("address", lambda p, _: p.addresses[0].partition(",")[0], None),
)

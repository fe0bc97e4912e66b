"""Birth dates: any date after a word for birth, and a date that is the birthday of someone in scope.

Other dates stay: due dates and last attendance must survive scrubbing exactly (PRIVACY.md 5).
"""

import re
from collections.abc import Iterator
from datetime import date

from privacy.detect.found import Found, Step
from privacy.detect.reading import Reading
from privacy.directory.index import Ref
from privacy.vocabulary import Facet

DATE_SCORE = 0.9
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
DATE = re.compile(
    rf"(?<!\d)(?:(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)"
    rf"|(?P<a>\d\d?)[-/.](?P<b>\d\d?)[-/.](?P<short>(?:19|20)?\d\d)"
    rf"|(?P<name>{_MONTH}) +(?P<named_day>\d\d?)(?:st|nd|rd|th)?,? +(?P<named_year>(?:19|20)\d\d)"
    rf"|(?P<first_day>\d\d?)(?:st|nd|rd|th)?(?: of)? +(?P<later>{_MONTH}),? +(?P<later_year>(?:19|20)\d\d))(?!\d)",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"(?<!\d)(?:19|20)\d{6}(?!\d)")
_CUE = re.compile(r"(?:\bborn|birth|\bdob\b|\bd\.o\.b|bday)[^\n]{0,40}$", re.IGNORECASE)
_CUES = ("born", "birth", "dob", "d.o.b", "bday")
_LOOK_BACK = 52
_CENTURY = 100
_LONGEST_DATE = 26
_YEAR = re.compile(r"(?:19|20)?\d\d|(?:19|20)\d{6}")


def find_birth_dates(reading: Reading) -> Iterator[Found]:
    """Yield dates that are, or are said to be, someone's birthday."""
    if not reading.scope.born and not any(cue in reading.lower for cue in _CUES):
        return
    for match in _dates(reading):
        refs = _born_on(reading, match)
        if refs or _CUE.search(reading.text[max(0, match.start() - _LOOK_BACK) : match.start()]):
            reason = "birth date of someone in scope" if refs else "a date after a word for birth"
            yield reading.found_at(*match.span(), Step.PATTERN, Facet.BIRTH_DATE, refs, DATE_SCORE, reason)


def _dates(reading: Reading) -> Iterator[re.Match[str]]:
    """Every date, looked for around the digits that can be its year."""
    end = 0
    for run in reading.digits:
        if run.end <= end or not _YEAR.fullmatch(run.text):
            continue
        start = max(end, run.start - _LONGEST_DATE)
        for match in DATE.finditer(reading.text, start, run.end + _LONGEST_DATE):
            end = match.end()
            yield match
        if compact := _COMPACT.match(reading.text, run.start):
            yield compact


def _born_on(reading: Reading, match: re.Match[str]) -> tuple[Ref, ...]:
    days = {reading.directory.hashed.birth(day) for day in _readings(match)} if reading.scope.born else ()
    return tuple(ref for day in days for ref in reading.scope.born.get(day, ()))


def _readings(match: re.Match[str]) -> Iterator[date]:
    """The days that a date may mean; the American and the European order of numbers both count."""
    for year, month, day in _parts(match):
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _parts(match: re.Match[str]) -> Iterator[tuple[int, int, int]]:
    if match.re is _COMPACT:
        yield int(match[0][:4]), int(match[0][4:6]), int(match[0][6:])
    elif match["year"]:
        yield int(match["year"]), int(match["month"]), int(match["day"])
    elif match["a"]:
        a, b, short = int(match["a"]), int(match["b"]), int(match["short"])
        for year in (short,) if short >= _CENTURY else (1900 + short, 2000 + short):
            yield from ((year, a, b), (year, b, a))
    else:
        name = match["name"] or match["later"]
        month = _MONTHS.index(name[:3].lower()) + 1
        yield int(match["named_year"] or match["later_year"]), month, int(match["named_day"] or match["first_day"])

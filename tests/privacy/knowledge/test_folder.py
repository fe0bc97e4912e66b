"""A folder as a source: heads, defaults, and files that cannot be read make the whole incomplete (R70)."""

from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from domain.materials import AccessClass, MaterialKind, MediaType
from privacy.knowledge.folder import MAX_BYTES, Head, read_folder
from tests.privacy.knowledge.house import Clock

STAFF = Head(access=AccessClass.STAFF, person_free=True)


def write(folder: Path, name: str, text: str | bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def test_a_file_says_what_it_is_and_the_folder_says_the_rest(tmp_path: Path) -> None:
    write(
        tmp_path, "a/late-drop.md", "---\ntitle: Late drops\naccess: public\nversion: 2026-08-01\n---\n# Late drops\nx"
    )
    write(tmp_path, "b.html", "<p>y</p>")
    write(tmp_path, "c.txt", "\ufeffz\r\nz")
    late, page, plain = read_folder(tmp_path, STAFF, Clock()).rows
    assert (late.key, late.title, late.access, late.kind) == (
        "a/late-drop.md",
        "Late drops",
        AccessClass.PUBLIC,
        MaterialKind.POLICY,
    )
    assert (late.version, late.body, late.person_free, late.trusted) == ("2026-08-01", "# Late drops\nx", True, True)
    assert (page.media, page.access, page.kind, page.title) == (
        MediaType.HTML,
        AccessClass.STAFF,
        MaterialKind.PROCEDURE,
        "b",
    )
    assert plain.body == "z\nz"


def test_a_text_that_may_name_people_is_not_trusted(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "---\naccess: public\ntrusted: true\n---\nx")
    assert not read_folder(tmp_path, Head(), Clock()).rows[0].trusted


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("---\naccess: everyone\n---\nx", "PV205"),
        ("---\nacces: public\n---\nx", "PV205"),
        ("---\n- a\n---\nx", "PV205"),
        ("---\n: : [\n---\nx", "PV205"),
        (b"caf\xe9", "PV204"),
        (b"x" * (MAX_BYTES + 1), "PV204"),
    ],
)
def test_r70_a_file_that_cannot_be_read_is_said_and_makes_the_whole_incomplete(
    tmp_path: Path, content: str | bytes, code: str
) -> None:
    write(tmp_path, "good.md", "---\naccess: public\n---\nx")
    write(tmp_path, "bad.md", content)
    fetch = read_folder(tmp_path, Head(), Clock())
    assert ([each.key for each in fetch.rows], fetch.complete) == (["good.md"], False)
    assert [each.code for each in fetch.findings] == [code]
    assert "bad.md" not in fetch.model_dump_json()


def test_hidden_files_other_kinds_and_links_out_are_left_alone(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    write(outside, "secret.md", "secret")
    write(inside, ".draft.md", "draft")
    write(inside, ".git/x.md", "x")
    write(inside, "sheet.xlsx", b"x")
    write(inside, "a.md", "a")
    (inside / "link.md").symlink_to(outside / "secret.md")
    assert [each.key for each in read_folder(inside, STAFF, Clock()).rows] == ["a.md"]


def test_a_file_with_no_access_class_is_open_to_nobody(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "x")
    assert read_folder(tmp_path, Head(), Clock()).rows[0].access is AccessClass.UNKNOWN


def test_a_folder_that_is_not_there_is_the_operators_to_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        read_folder(tmp_path / "none", Head(), Clock())

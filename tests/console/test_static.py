"""What the pages link: vendored scripts as they were published, nothing inline, nothing from elsewhere."""

import hashlib
import re
from pathlib import Path

from console.templating import STATIC, environment, static_path

TEMPLATES = Path(STATIC).parent / "templates"
ROW = re.compile(r"^\| (\S+\.js) \| (\S+) \| (\S+) \| ([0-9a-f]{64}) \|$", re.MULTILINE)


def test_vendored_scripts_are_those_that_the_readme_names() -> None:
    told = {name: digest for name, _, _, digest in ROW.findall((STATIC / "vendor" / "README.md").read_text())}
    there = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in (STATIC / "vendor").glob("*.js")}
    assert told == there
    assert len(list((STATIC / "vendor").glob("LICENSE*"))) == len(there)


def test_no_page_holds_a_script_a_style_or_a_foreign_address() -> None:
    forbidden = re.compile(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|(?:src|href|action)=\"https?:", re.IGNORECASE
    )
    for file in TEMPLATES.glob("*.html"):
        assert not forbidden.search(file.read_text(encoding="utf-8")), file.name
    for file in STATIC.glob("*.css"):
        assert not re.search(r"url\(|@import", file.read_text(encoding="utf-8")), file.name


def test_every_form_that_changes_something_carries_the_token() -> None:
    form = re.compile(r"<form[^>]*method=\"post\"[^>]*>(.*?)</form>", re.DOTALL)
    for file in TEMPLATES.glob("*.html"):
        for inside in form.findall(file.read_text(encoding="utf-8")):
            assert "csrf(visitor)" in inside or 'name="csrf"' in inside, f"{file.name}: {inside[:80]}"


def test_an_address_of_a_static_file_changes_with_its_content() -> None:
    digest = hashlib.sha256((STATIC / "base.css").read_bytes()).hexdigest()
    assert static_path("base.css") == f"/static/base.css?v={digest[:10]}"


def test_every_template_compiles_and_escapes() -> None:
    made = environment()
    for file in TEMPLATES.glob("*.html"):
        made.get_template(file.name)
    assert made.from_string("{{ word }}").render(word="<b>") == "&lt;b&gt;"

"""Workers ask the process that has the knowledge base open, and see no more than the reader they ask for."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import AccessDenied, ConfigurationError, Unreachable
from domain.materials import AccessClass, MaterialKind
from domain.principals import Principal, PrincipalKind, Role
from domain.request_errors import RouteDenied
from evals.knowledge.recall import FOLDER
from graphs.assembly import Provost, assemble
from graphs.early_alert import AGENT
from graphs.setting_groups import KnowledgeSettings
from graphs.settings import Settings
from privacy.knowledge.folder import Head
from privacy.knowledge.vocabulary import SearchScope
from tests.service.web.site import Site, open_site, settings_in

pytestmark = [pytest.mark.xdist_group("service knowledge"), pytest.mark.slow]
CLEAR = "http://provost.uni.example"
STAFF = SearchScope(classes=frozenset({AccessClass.STAFF}))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("site")) as opened:
        for name, role in (("keeper", Role.REGISTRAR), ("advisor", Role.ADVISOR), ("student", Role.STUDENT)):
            opened.add(name, role)
        opened.add("worker", Role.SERVICE, "knowledge:search")
        opened.add("other", Role.SERVICE, "runs:read")
        folder = tmp_path_factory.mktemp("corpus")
        for name in ("policies/incomplete.md", "staff/override.md"):
            shutil.copy(FOLDER / "corpus" / name, folder)
        head = Head(access=AccessClass.PUBLIC, kind=MaterialKind.POLICY)
        opened.provost.knowledge.ingest_folder(folder, "corpus", head, opened.who("keeper"))
        yield opened


def worker(site: Site, folder: Path, token: str, url: str = "") -> Provost:
    """An installation as a worker opens it, which asks elsewhere."""
    settings: Settings = settings_in(folder, knowledge=KnowledgeSettings(url=url or site.url, token=token))
    return assemble(settings)


def test_a_worker_asks_for_a_reader_and_gets_what_that_reader_may_see(site: Site, tmp_path: Path) -> None:
    with worker(site, tmp_path, site.tokens["worker"]) as asking:
        base = asking.knowledge.base
        assert asking.knowledge_if_open is not None
        question = "how long may a student complete an incomplete grade"
        passages = base.search(question, site.who("advisor"), SearchScope())
        assert passages == site.provost.knowledge.base.search(question, site.who("advisor"), SearchScope())
        assert passages[0].citation.title == "Incomplete grade"
        assert base.search(question, AGENT, SearchScope())
        claimed = site.who("student").model_copy(update={"roles": frozenset({Role.REGISTRAR})})
        with pytest.raises(AccessDenied):
            base.search("grade submission override", claimed, STAFF)
        assert base.search("grade submission override", site.who("advisor"), STAFF)
        nobody = Principal(id="nobody", kind=PrincipalKind.PERSON, roles=frozenset({Role.REGISTRAR}))
        with pytest.raises(AccessDenied):
            base.search(question, nobody, SearchScope())
        with pytest.raises(ConfigurationError):
            base.rebuild(site.who("keeper"))
    assert not (tmp_path / "home" / "knowledge").exists(), "the folder is the other process's"


def test_without_the_scope_or_an_answer_nothing_is_found(site: Site, tmp_path: Path) -> None:
    for name in ("one", "two", "three", "four"):
        (tmp_path / name).mkdir()
    with worker(site, tmp_path / "one", site.tokens["other"]) as asking, pytest.raises(RouteDenied):
        asking.knowledge.base.search("incomplete", AGENT, SearchScope())
    with worker(site, tmp_path / "two", "x", "http://127.0.0.1:9") as asking, pytest.raises(Unreachable):
        asking.knowledge.base.search("incomplete", AGENT, SearchScope())
    with worker(site, tmp_path / "three", "") as asking, pytest.raises(ConfigurationError):
        _ = asking.knowledge
    with (
        worker(site, tmp_path / "four", "x", "http://provost.uni.example") as asking,
        pytest.raises(ConfigurationError),
    ):
        _ = asking.knowledge

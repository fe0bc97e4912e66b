"""One scrubber with the real finder serves many threads: in one conversation all of them write the same codes."""

from concurrent.futures import ThreadPoolExecutor

from evals.privacy.messages import write_messages
from evals.privacy.people import campus_people
from privacy.detect.finder import AnalyzerFinder
from privacy.directory.index import Directory
from privacy.people import PeopleInMemory
from privacy.scrub import ConversationScrubber
from privacy.vault import Vault
from privacy.vocabulary import ConversationId, Scope
from tests.privacy.scrub.campus import Access


def test_thirty_two_threads_write_the_same_codes(vault: Vault, conversation: ConversationId) -> None:
    people = list(campus_people(40, seed=3))
    finder = AnalyzerFinder(Directory.build(people, b"a key for this test and no other"))
    scrubber = ConversationScrubber(vault, finder, Access(), PeopleInMemory(people))
    texts = write_messages(people, 12, seed=3)

    def scrub(_thread: int) -> list[str]:
        return [scrubber.scrub(text, conversation, Scope()).text for text in texts]

    with ThreadPoolExecutor(32) as pool:
        first, *others = pool.map(scrub, range(32))
    assert all("_" in text and text not in texts for text in first)
    assert all(other == first for other in others)

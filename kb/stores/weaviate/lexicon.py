"""In how many verified passages of a language each word stands: what makes a word rare. Follows the log, as they do.

The server would count the matches of a filter one by one for every question (0.1 s for a frequent word among 100,000
passages), so the counts are kept. Words share some hundred pages, so that an import of thousands of words writes no
more than those. One more page counts passages by their standing. A page remembers up to which change it was counted:
counting twice adds nothing.
"""

from __future__ import annotations

import json
import threading
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence, Set
from typing import NamedTuple, get_args

from kb.contract import Change, Counts
from kb.passage import Kind, Lang, Passage, Status
from kb.stores.ranking import TITLE_WEIGHT, Statistics
from kb.stores.weaviate import schema
from kb.stores.weaviate.connection import Connection
from kb.text import tokens

PAGES = 512  # of each language
ASKED = 256  # pages in one question
LONGEST = 100  # characters of a word in the index
DRIFT = 0.02  # share by which the log may grow before a remembered count is looked up again
ALL = ""  # the "word" that stands in every passage
STANDINGS = "standings"  # the page that counts passages by status and kind
LENGTH = " "  # the "word" whose count is the number of all words


class Page(NamedTuple):
    """Some words with the number of verified passages that hold each; counted up to the change `number`."""

    number: int
    counts: dict[str, int]


class Lexicon:
    """The words of one tenant's passages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._words = connection.collection(schema.WORDS)
        self._known: dict[tuple[Lang, str], tuple[int, int]] = {}  # passages, and the log's length at that time
        self._lock = threading.Lock()

    def statistics(self, terms: Sequence[str], lang: Lang, number: int) -> Statistics:
        """Of the verified passages of the language. `number`: how long the log is."""
        wanted = [ALL, LENGTH, *terms]
        with self._lock:
            fresh = {t: n for t in wanted for n, then in [self._known.get((lang, t), (0, -1))] if _near(then, number)}
        new = [term for term in wanted if term not in fresh]
        if new:
            pages = self._pages({_page(lang, term) for term in new})
            fresh |= {term: pages[_page(lang, term)].counts.get(term[:LONGEST], 0) for term in new}
            with self._lock:
                self._known |= {(lang, term): (fresh[term], number) for term in new}
        return Statistics(fresh[ALL], fresh[LENGTH], fresh)

    def standings(self) -> Counts:
        """How many passages there are of each status and kind, verified or not."""
        counts = self._pages({STANDINGS})[STANDINGS].counts
        keys = {f"{status} {kind}": (status, kind) for status in get_args(Status) for kind in get_args(Kind)}
        return {keys[words]: count for words, count in counts.items()}

    def follow(self, changes: Sequence[Change], step: Callable[[], None]) -> None:
        """Count what the changes, oldest first, brought and took away. `step` is called before each batch."""
        from weaviate.classes.data import DataObject

        steps: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
        for change in changes:
            for lang, word, more in _difference(change):
                steps[_page(lang, word)].append((change.number, word, more))
            for passage, more in ((change.before, -1), (change.after, 1)):
                if passage is not None:
                    steps[STANDINGS].append((change.number, f"{passage.status} {passage.kind}", more))
        objects = []
        for name, page in self._pages(set(steps)).items():
            for number, word, more in steps[name]:
                if number > page.number:
                    page.counts[word] = page.counts.get(word, 0) + more
            last = max(page.number, steps[name][-1][0])
            counts = {word: count for word, count in page.counts.items() if count > 0}
            document = json.dumps([last, counts], ensure_ascii=False)
            objects.append(DataObject(properties={"page": name, "document": document}, uuid=schema.uid("words", name)))
        self._connection.write(self._words, objects, step)

    def _pages(self, names: Set[str]) -> dict[str, Page]:
        from weaviate.classes.query import Filter

        pages = {name: Page(0, {}) for name in names}
        every = sorted(names)
        for first in range(0, len(every), ASKED):
            these = Filter.by_property("page").contains_any(every[first : first + ASKED])
            found = self._connection.patiently(
                lambda these=these: self._words.query.fetch_objects(filters=these, limit=ASKED)  # type: ignore[misc]
            )
            pages |= {
                str(o.properties["page"]): Page(*json.loads(str(o.properties["document"]))) for o in found.objects
            }
        return pages


def index_words(passage: Passage) -> tuple[list[str], list[str]]:
    """The words of a passage as the index holds them: those of its title, those of its text and codes."""
    body = " ".join([passage.text, *passage.codes])
    return [t[:LONGEST] for t in tokens(passage.title)], [t[:LONGEST] for t in tokens(body)]


def indexed(passage: Passage) -> str:
    """The text of the index: first the title's words, as often as they count, with two spaces at the end each time."""
    title, body = index_words(passage)
    return f"{' '.join(title)}  " * TITLE_WEIGHT + " ".join(body)


def counted(text: str, words: Set[str]) -> tuple[dict[str, int], int]:
    """How often each of `words` stands in a text from indexed(), those that do, and how many words the passage has."""
    every = text.split()
    again = TITLE_WEIGHT - 1
    found = {word: every.count(word) for word in words & set(every)}
    return found, len(every) - again * len(text.partition("  ")[0].split())


def _near(then: int, now: int) -> bool:
    return then >= 0 and abs(now - then) <= DRIFT * then


def _page(lang: Lang, word: str) -> str:
    """The name of the page that a word stands on."""
    return f"{lang}-{zlib.crc32(word[:LONGEST].encode()) % PAGES}"


def _difference(change: Change) -> Iterator[tuple[Lang, str, int]]:
    """Words whose number of verified passages changed: language, word, by how many."""
    before, after = _counted(change.before), _counted(change.after)
    if before is not None and after is not None and _worded(before) == _worded(after):
        return
    for passage, more in ((before, -1), (after, 1)):
        if passage is not None:
            title, body = index_words(passage)
            yield passage.lang, LENGTH, more * (len(title) + len(body))
            for word in {ALL, *title, *body}:
                yield passage.lang, word, more


def _counted(passage: Passage | None) -> Passage | None:
    return passage if passage is not None and passage.status == "verified" else None


def _worded(passage: Passage) -> tuple[object, ...]:
    return passage.title, passage.text, passage.codes, passage.lang

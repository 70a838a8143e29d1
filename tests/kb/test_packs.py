"""Packs: what is wrong is named with its file and id; loading into a store leaves people's knowledge alone."""

import shutil
import tomllib
from pathlib import Path

import pytest

import kb
from kb import packs
from kb.errors import KnowledgeError
from kb.packs import Pack, load
from kb.passage import Passage

SMALL_PACK = Path(__file__).parent / "fixtures/small_pack"


@pytest.fixture
def copy(tmp_path):
    """A pack that a test may break."""
    return Path(shutil.copytree(SMALL_PACK, tmp_path / "small_pack"))


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_whole_pack_is_typed(small_pack):
    assert len(small_pack.passages) == 6
    assert small_pack.passages[0].origin == "pack:small_pack"
    assert small_pack.relations[0].reason("zh") == "塞棒决定进入结晶器的流量。"
    fault = small_pack.faults[0]
    assert (fault.name("en"), fault.sign[0].weight, fault.against[0].weight) == ("Stopper clogging", 2.0, 1.0)
    assert fault.action[0].when == "now"
    assert fault.asks_for("zh") == ["塞棒氩气压力"]


@pytest.mark.parametrize(("file", "old", "new", "part", "id", "detail"), [
    ("passages/passages.toml", '"SP-001"\nlang = "en"', '"SP-001"\nlang = "fr"', "passages", "SP-001-en", "lang"),
    ("passages/passages.toml", 'id = "SP-003-zh"', 'id = "SP-003-en"', "passages", "SP-003-en", "twice"),
    ("passages/passages.toml", 'title = "导辊轴承卡死"', 'title = ""', "passages", "SP-002-zh", "title"),
    ("vocabulary.toml", 'patterns = ["level"]', 'patterns = ["level["]', "vocabulary", "ladle_level", "pattern"),
    ("vocabulary.toml", 'role = "actuator"', 'job = "actuator"', "vocabulary", "stopper_position", "job"),
    ("relations.toml", 'effect = "mould_level"', 'effect = "mold"', "relations", "SP-R01", "'mold'"),
    ("relations.toml", 'passage = "SP-001"', 'passage = "SP-404"', "relations", "SP-R01", "SP-404"),
    ("faults.toml", '["drift_up"]\nweight', '["sad"]\nweight', "faults", "stopper_clogging", "sign.0"),
    ("faults.toml", 'passages = ["SP-001"]', 'passages = ["SP-9"]', "faults", "stopper_clogging", "SP-9"),
    ("faults.toml", "[[fault]]", "[[default]]\n[[fault]]", "faults", "-", "default"),
    ("faults.toml", "[[fault]]", "[[fault]", "faults", "-", "line"),
])  # fmt: skip
def test_mistake_is_named_with_file_and_entry(copy, file, old, new, part, id, detail):
    edit(copy / file, old, new)
    with pytest.raises(KnowledgeError) as error:
        getattr(Pack(copy), part)
    assert error.value.code == "failure_kb_pack"
    assert error.value.values["id"] == id
    assert detail in error.value.values["detail"]
    assert Path(file).stem in error.value.values["file"] or file.startswith("passages")


def test_unknown_pack_is_named():
    with pytest.raises(KnowledgeError, match="no such pack"):
        load("rolling_mill_of_tomorrow")


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """The shipped packs, as a copy that a test may break."""
    shutil.copytree(packs.ROOT / "continuous_casting", tmp_path / "continuous_casting")
    monkeypatch.setattr(packs, "ROOT", tmp_path)
    load.cache_clear()
    yield tmp_path
    load.cache_clear()


@pytest.mark.parametrize(
    "part", ["faults.toml", "relations.toml", "vocabulary.toml", "glossary.toml", "passages", "asked"]
)
def test_a_shipped_pack_that_lost_a_part_is_not_opened(shipped, part):
    load("continuous_casting")
    load.cache_clear()
    (shipped / "continuous_casting" / part).rename(shipped / "elsewhere")
    with pytest.raises(KnowledgeError) as error:
        kb.open_store(":memory:")
    assert (error.value.code, error.value.values) == ("failure_kb_pack_part", {"file": f"continuous_casting/{part}"})


def test_a_pack_of_one_s_own_needs_no_faults(copy):
    (copy / "faults.toml").unlink()
    assert load(copy).faults == ()


def test_second_opening_loads_nothing(tmp_path, usem3, small_pack):
    kb.open_store(tmp_path, usem3, packs=[small_pack]).close()

    class Refusing:
        id, dims = "usem3", 512

        def encode(self, texts):
            raise AssertionError("nothing is new")

    store = kb.open_store(tmp_path, Refusing(), packs=[small_pack])
    assert len(store.list()) == 6
    store.close()


def test_changed_pack_is_taken_over_and_people_s_knowledge_stays(tmp_path, copy, usem3):
    store = kb.open_store(tmp_path, usem3, packs=[copy])
    store.add([Passage(id="K-1", title="Ours", text="Our own stopper rule.")])
    store.set_status("SP-002-en", "retired", by="anna")
    store.close()

    passages = copy / "passages/passages.toml"
    edit(passages, "A bearing that runs dry", "A bearing that is starved")
    edit(passages, "the earliest sign.", "the earliest sign of all. Vibrating zirconia wombats confirm it.")
    document = tomllib.loads(passages.read_text(encoding="utf-8"))["passage"]
    dropped = next(p for p in document if p["id"] == "SP-003-zh")["text"]
    edit(passages, 'id = "SP-003-zh"\npair = "SP-003"\nlang = "zh"', 'id = "SP-004-zh"\npair = "SP-004"\nlang = "zh"')

    store = kb.open_store(tmp_path, usem3, packs=[Pack(copy)])
    assert store.get("SP-002-en").text.startswith("A bearing that is starved")
    assert store.get("SP-002-en").status == "retired"  # the keeper's decision stays
    assert store.search("zirconia wombats")[0].passage.id == "SP-001-en"
    assert store.get("SP-003-zh").status == "retired"
    assert store.get("SP-003-zh").text == dropped.strip()
    assert store.get("SP-004-zh").status == "verified"
    assert store.get("K-1").text == "Our own stopper rule."
    assert [c.action for c in store.history("SP-001-en")] == ["pack", "pack"]
    store.close()


def test_own_passage_with_a_shipped_id_is_not_overwritten(tmp_path, usem3, small_pack):
    store = kb.open_store(tmp_path, usem3, packs=())
    store.add([Passage(id="SP-001-en", title="Ours", text="Our own text.")])
    store.close()
    store = kb.open_store(tmp_path, usem3, packs=[small_pack])
    assert store.get("SP-001-en").text == "Our own text."
    assert len(store.list()) == 6
    store.close()

"""Across languages and in other words: what the glossary does for the search, on the real embedder."""

import pytest

import kb
from kb import packs
from kb.passage import Passage
from kb.text import lang_of

SURE = 0.55


@pytest.fixture(scope="module")
def english(usem3):
    """The shipped pack in English alone."""
    store = kb.open_store(":memory:", usem3, packs=())
    store.add([p for p in packs.load("continuous_casting").passages if p.lang == "en"])
    yield store
    store.close()


@pytest.fixture(scope="module")
def both(usem3):
    store = kb.open_store(":memory:", usem3, packs=[packs.load("continuous_casting")])
    yield store
    store.close()


@pytest.mark.parametrize(("question", "pair"), [
    ("塞棒结瘤有哪些征兆？", "CC-001"), ("液压泄漏的征兆", "CC-059"), ("蓄能器里的残余能量怎么释放", "CC-062"),
    ("辊子轴承卡死的征兆", "CC-046"), ("负滑脱时间怎么算", "CC-041"), ("窄面水流量调节阀卡涩怎么处理", "CC-027"),
])  # fmt: skip
def test_chinese_question_finds_the_english_passage(english, question, pair):
    assert pair in [hit.passage.pair for hit in english.search(question, limit=5)]


@pytest.mark.parametrize("question", ["今天股市怎么样", "做蛋糕要放几个鸡蛋"])
def test_foreign_question_is_sure_of_nothing_across_languages(english, question):
    assert all(hit.confidence < SURE for hit in english.search(question))


@pytest.mark.parametrize("question", ["who was on shift at the last breakout?", "上次漏钢是哪天？",
                                      "part number of the stopper rod?", "塞棒的供应商是哪家"])  # fmt: skip
def test_question_for_what_no_manual_holds_is_not_answered(both, question):
    assert all(hit.confidence < SURE for hit in both.search(question))


def test_correction_wins_when_asked_in_synonyms_and_only_with_the_same_items(usem3):
    store = kb.open_store(":memory:", usem3, packs=[packs.load("continuous_casting")])
    store.add([Passage(id="FB-1", title="Why does the stopper of strand 2 rise slowly?", kind="feedback",
                       text="A shifted zero after the change of the servo.")])  # fmt: skip
    same = store.search("plug rod on strand 2 climbs slowly, why?")[0]
    assert same.passage.id == "FB-1"
    assert same.confidence >= SURE
    for other in ("plug rod on strand 1 climbs slowly, why?", "Why does the stopper of strand 2 fall slowly?"):
        hits = {hit.passage.id: hit for hit in store.search(other)}
        assert "FB-1" not in hits or hits["FB-1"].score < 1.0
    store.close()


def test_search_is_the_same_every_time(both):
    first = [(h.passage.id, h.score) for h in both.search("why does the level swing")]
    assert first == [(h.passage.id, h.score) for h in both.search("why does the level swing")]


@pytest.fixture(scope="module")
def stations(usem3):
    """A few pages of a wind farm, a hydropower station and a moulding shop, each in one language."""
    pages = {
        "yaw": ("风机维护手册 › 偏航系统", "偏航制动压力140～160 bar。偏航减速机加注齿轮油VG 320，每台12 L。"),
        "gearbox": ("风机维护手册 › 齿轮箱", "齿轮箱油温报警75℃，停机80℃。滤芯压差超过3 bar时更换。"),
        "carbon": ("水电站运行规程 › 励磁系统", "碳刷长度磨损到20 mm时更换，新碳刷长60 mm。"),
        "vanes": ("Kaplan manual › Governor", "Guide vane closing time is 7 s, cushioning takes 4 s."),
        "rack": ("Kaplan manual › Trash rack", "Start the rack cleaner at 150 mm. At 600 mm stop the unit."),
        "probe": ("Dryer guide › Thermocouple", "Push the thermocouple 60 mm deep into the hopper outlet."),
    }
    store = kb.open_store(":memory:", usem3, packs=())
    store.add([Passage(id=id, title=title, text=text, document="manual.md", lang=lang_of(text))
               for id, (title, text) in pages.items()])  # fmt: skip
    yield store
    store.close()


@pytest.mark.parametrize(("question", "page"), [
    ("yaw brake pressure", "yaw"), ("yaw gearbox oil quantity", "yaw"), ("gearbox oil temperature alarm", "gearbox"),
    ("导叶关闭时间", "vanes"), ("热电偶插多深", "probe"),
])  # fmt: skip
def test_trades_of_power_and_plastics_are_answered_across_languages(stations, question, page):
    first = stations.search(question)[0]
    assert first.passage.id == page
    assert first.confidence >= SURE


@pytest.mark.parametrize("question", ["yaw motor power", "generator bearing grease", "导叶漏水量", "拦污栅材质"])
def test_what_their_pages_do_not_say_is_not_answered(stations, question):
    assert all(hit.confidence < SURE for hit in stations.search(question))

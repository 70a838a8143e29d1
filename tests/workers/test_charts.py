"""Pictures: phone width, nothing lost by thinning, every kind of edge told apart, names drawn as they are written."""

import itertools
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from matplotlib import image
from matplotlib.font_manager import FontProperties, findfont, get_font

from roles.types import Edge, Graph, RootCause
from workers.charts import Mark, Strip, draw_graph, draw_strips
from workers.charts.canvas import WIDTH, font_family
from workers.charts.causal import MAX_ARROWS, MAX_NODES, STYLES, Arrow, _node_size, choose, lag_text, style_of, wrap
from workers.charts.overview import apart, broken, envelope, inside

INDEX = pd.date_range("2026-03-01 21:50", periods=20_000, freq="s", tz="UTC")
NASTY = ["结晶器液位", "a$b$_{x}", "<b>&amp;", "tag|with\\slash", 'quote"s']


def edge(cause, effect, origin="data", lag=1.0):
    return Edge(cause=cause, effect=effect, lag_s=lag, strength=0.3, origin=origin, source="CC-001-en")


def colours(path):
    return {tuple(np.round(c * 255).astype(int)) for c in image.imread(path)[..., :3].reshape(-1, 3)}


def rgb(hexcode):
    return tuple(int(hexcode[i : i + 2], 16) for i in (1, 3, 5))


def test_font_has_chinese_glyphs():
    font = get_font(findfont(FontProperties(family=font_family()[0])))
    assert all(font.get_char_index(ord(c)) for c in "结晶器液位塞棒")


def test_envelope_keeps_a_single_row_spike():
    values = np.zeros(20_000)
    values[12_345] = 9.0
    _, low, high, middle = envelope(pd.Series(values, index=INDEX))
    assert len(high) < 2_000
    assert high.max() == 9.0
    assert low.min() == 0.0
    assert middle.max() == 0.0


def test_envelope_leaves_gaps_open():
    values = np.ones(20_000)
    values[5_000:9_000] = np.nan
    _, _, high, _ = envelope(pd.Series(values, index=INDEX))
    assert 0.15 < np.isnan(high).mean() < 0.25


def test_a_stretch_without_rows_is_not_bridged():
    kept = INDEX.delete(np.arange(5_000, 9_000))
    times, low, _, middle = broken(*envelope(pd.Series(np.ones(len(kept)), index=kept)))
    (missing,) = np.flatnonzero(np.isnan(middle))
    assert times[missing - 1] < INDEX[7_000].timestamp() / 86_400 < times[missing + 1]
    assert np.isnan(low[missing])


def test_readings_that_come_irregularly_have_no_gaps():
    irregular = INDEX[np.cumsum(np.random.default_rng(1).choice([1, 9], 1_000))]
    assert not np.isnan(broken(*envelope(pd.Series(np.ones(1_000), index=irregular)))[3]).any()


def test_one_reading_far_out_does_not_flatten_the_others():
    values = np.random.default_rng(1).normal(1480, 2, 3_000)
    assert inside(values) is None
    values[1_500] = -9999.0
    low, high = inside(values)
    assert 1460 < low < high < 1500
    values[2_990:] = -9999.0  # still so at the end: that is no slip
    assert inside(values) is None


def test_labels_that_would_cover_each_other_are_thinned_out():
    marks = [Mark(INDEX[i], INDEX[i + 50], "event", str(i), weight) for i, weight in ((100, 1), (200, 9), (9_000, 2))]
    assert {mark.label for mark in apart(marks, 20_000 / 86_400)} == {"200", "9000"}


def test_a_file_of_one_night_has_times_along_its_axis(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr("workers.charts.canvas.save", lambda figure, *rest: seen.append(figure))
    midnight = pd.date_range("2026-03-04", periods=1_440, freq="min", tz="UTC")
    frame = pd.DataFrame({"a": np.arange(1_440.0)}, index=midnight)
    draw_strips(frame, [Strip("a", "a")], [], zone=ZoneInfo("UTC"), lang="en", title="", path=tmp_path / "a.png")
    seen[0].canvas.draw()
    labels = [tick.get_text() for tick in seen[0].axes[0].get_xticklabels()]
    assert labels[0] == "00:00"
    assert all(":" in label for label in labels)


def test_all_boxes_of_a_graph_have_one_size_of_letters():
    assert _node_size(["short", "a"]) > _node_size(["short", "a rather long name of one sensor"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_strips_are_drawn_with_any_name(tmp_path, lang):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.normal(size=len(INDEX)) for name in NASTY}, index=INDEX)
    strips = [Strip(name, f"{name} [mm]", note="+9 mm", band=(-2.0, 2.0), limit=3.0) for name in NASTY]
    marks = [Mark(INDEX[0], INDEX[5000], "reference"), Mark(INDEX[9000], INDEX[9900], "event", "1")]
    path = tmp_path / "strips.png"
    zone = ZoneInfo("Asia/Shanghai")
    picture = draw_strips(frame, strips, marks, zone=zone, lang=lang, title="$x^", path=path)
    assert (picture.width, picture.file) == (WIDTH, "strips.png")
    assert image.imread(path).shape[:2] == (picture.height, picture.width)
    assert rgb("#C1440E") in colours(path)  # the event's edge


def test_graph_tells_three_kinds_of_edges_apart(tmp_path):
    a, b, c, d, _ = NASTY
    graph = Graph(
        corrected=[edge(a, b), edge(b, a, lag=240), edge(c, d, origin="knowledge")],
        removed=[edge(b, c)],
        root_causes=[RootCause(sensor=a, score=0.6, reason="")],
    )
    path = tmp_path / "causal.png"
    picture = draw_graph(graph, {}, [a, c], lang="zh", path=path, title="因果", origin=a)
    assert picture.width == WIDTH
    assert {rgb(colour) for colour, _, _ in STYLES.values()} <= colours(path)


def test_an_edge_of_knowledge_that_the_data_do_not_show_is_drawn_apart_and_without_a_lag():
    known = edge("a", "b", origin="knowledge")
    unseen = known.model_copy(update={"strength": 0.0})
    assert (style_of(known), style_of(unseen), style_of(edge("a", "b"))) == ("knowledge", "unseen", "kept")
    assert Arrow(unseen, "unseen").text == "CC-001-en"
    assert Arrow(known, "knowledge").text.endswith(" CC-001-en")


def test_graph_stays_readable_with_many_sensors(tmp_path):
    names = [f"s{i}" for i in range(60)]
    arrows = [Arrow(edge(x, y), "kept") for x, y in itertools.pairwise(names)]
    nodes, drawn = choose(arrows, names[:8])
    assert set(names[:8]) <= set(nodes)
    assert len(nodes) <= MAX_NODES
    assert 8 <= len(drawn) <= MAX_ARROWS
    graph = Graph(corrected=[a.edge for a in arrows])
    picture = draw_graph(graph, {}, names[:8], lang="en", path=Path(tmp_path) / "g.png", title="")
    assert f"{60 - len(nodes)} sensors" in picture.caption


def test_a_sensor_without_an_arrow_is_not_drawn_unless_it_is_the_first():
    nodes, _ = choose([Arrow(edge("a", "b"), "kept")], ["alone", "a", "also alone"])
    assert nodes == ["alone", "a", "b"]


def test_a_wide_graph_is_turned_upright(tmp_path):
    star = Graph(corrected=[edge("hub", f"s{i}") for i in range(9)])
    picture = draw_graph(star, {}, ["hub"], lang="en", path=tmp_path / "star.png", title="")
    assert picture.height > picture.width


@pytest.mark.parametrize(("lag", "text"), [(0, "0 s"), (0.5, "0.5 s"), (12, "12 s"), (240, "4 min"), (9000, "2.5 h")])
def test_lags_are_written_as_people_say_them(lag, text):
    assert lag_text(lag) == text


def test_long_names_keep_both_ends():
    assert wrap("mould_temp_rise_wide_inner_x") == "mould_temp_rise_wide_\ninner_x"
    assert wrap("x" * 80).endswith("x" * 8)
    assert max(map(len, wrap("y" * 80).split("\n"))) <= 26

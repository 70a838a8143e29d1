"""Fault-code tables become exact look-ups, logs become cases, other tables groups of rows that say what they are."""

import pytest

from kb.ingest import passages_of
from kb.ingest.cells import flat
from kb.ingest.codes import codes_at_line_starts, codes_in_cell, codes_in_headings
from tests.kb.fixtures import documents

MARKDOWN = """# Drive VX

| Alarm | Text | Remedy |
|-------|------|--------|
| A101  | Low oil \\| level | Fill up |
| A102  | Hot oil | |
|       | | Check the cooler |
"""


@pytest.fixture
def csv(tmp_path):
    def make(rows, name="table.csv", delimiter=",", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes("\n".join(delimiter.join(map(str, row)) for row in rows).encode(encoding))
        return path

    return make


def test_fault_codes_become_one_passage_each(csv):
    found = passages_of(csv(documents.FAULTS))
    assert [(p.title, p.codes) for p in found] == [
        ("E-2041: Drive overtemperature", ["E-2041"]), ("E-2042: DC link undervoltage", ["E-2042"]),
        ("E-2050 - E-2052: Encoder fault", ["E-2050", "E-2051", "E-2052"]),
    ]  # fmt: skip
    assert {p.kind for p in found} == {"manual"}
    assert found[0].text == (
        "Code: E-2041; Meaning: Drive overtemperature; Cause: Fan blocked or filter dirty; "
        "Action: Clean the filter; check the fan"
    )
    assert found[0].source == "table.csv, row 2"


def test_chinese_fault_codes_are_read(csv):
    found = passages_of(csv(documents.FAULTS_ZH, encoding="gb18030"))
    assert (found[0].title, found[0].codes, found[0].lang) == ("F0004：变频器过热", ["F0004"], "zh")


@pytest.mark.parametrize("header", [
    ["Error no.", "Message", "Possible causes"], ["Fault", "Description", "Reason"], ["报警号", "报警内容", "可能原因"],
    ["Alarm", "Meaning", "Remedy"], ["代码", "故障名称", "对策"], ["故障代码 Code", "含义 Meaning", "处理 Action"],
])  # fmt: skip
def test_fault_table_is_known_by_its_columns(csv, header):
    found = passages_of(csv([header, ["F 07", "Overload", "Jam"], ["F 08", "Low voltage", "Mains"]]))
    assert [p.codes for p in found] == [["F 07"], ["F 08"]]


def test_table_in_markdown_counts_and_rows_without_a_code_go_on(tmp_path):
    path = tmp_path / "drive.md"
    path.write_text(MARKDOWN, "utf-8")
    found = passages_of(path)
    assert [p.text for p in found] == [
        "Alarm: A101; Text: Low oil | level; Remedy: Fill up", "Alarm: A102; Text: Hot oil; Remedy: Check the cooler",
    ]  # fmt: skip
    assert found[0].source == "drive.md, line 5"


def test_log_becomes_cases_with_their_asset(csv):
    found = passages_of(csv(documents.LOG), asset="caster")
    assert [(p.kind, p.title, p.asset) for p in found] == [
        ("case", "Mould level swings (strand 2)", "strand 2"), ("case", "Roll S8 current high (strand 1)", "strand 1"),
    ]  # fmt: skip
    assert "Cause: Stopper clogging; Action taken: Stopper changed" in found[0].text


def test_chinese_log_becomes_cases(csv):
    rows = [
        ["日期", "设备", "故障现象", "原因", "处理结果"],
        ["2025-03-04", "2号流", "液位波动", "塞棒结瘤", "更换塞棒"],
    ]
    found = passages_of(csv(rows, delimiter=";"))
    assert [(p.kind, p.title, p.asset) for p in found] == [("case", "液位波动（2号流）", "2号流")]


def test_troubleshooting_table_is_manual_and_not_a_case(csv):
    found = passages_of(csv([["Symptom", "Cause", "Remedy"], ["Noise", "Dry bearing", "Grease"]]))
    assert [(p.kind, p.title) for p in found] == [("manual", "Noise")]


def test_a_row_with_columns_of_its_own_is_one_passage_under_its_name(csv):
    rows = [["Grease points"], ["Point", "Grease", "Interval"], ["P1", "LGHP 2", "200 h"], ["P2", "LGMT 3", "400 h"]]
    found = passages_of(csv(rows))
    assert [(p.title, p.text) for p in found] == [
        ("Grease points › P1 LGHP 2", "Point: P1; Grease: LGHP 2; Interval: 200 h"),
        ("Grease points › P2 LGMT 3", "Point: P2; Grease: LGMT 3; Interval: 400 h"),
    ]
    parts = [["物料编码", "名称", "规格型号", "单价(元)"], ["010233", "篦板", "GB-4", "386"],
             ["010511", "滚子轴承", "22318CC", "1460"]]  # fmt: skip
    assert [(p.title, p.codes) for p in passages_of(csv(parts))] == [("篦板 GB-4", []), ("滚子轴承 22318CC", [])]


def test_a_name_that_stands_twice_is_told_apart_by_the_next_column(csv):
    rows = [
        ["设备", "位号", "润滑点", "油量"],
        ["立磨", "RM-201", "磨辊", "48 L"],
        ["立磨", "RM-201", "选粉机", "20 g"],
    ]
    assert [p.title for p in passages_of(csv(rows))] == ["立磨 RM-201 磨辊", "立磨 RM-201 选粉机"]


@pytest.mark.parametrize("rows", [
    [["Bolt", "Torque"], ["flange", "640 Nm"], ["cover", "210 Nm"]],
    [["窑尾温度", "转窑间隔", "转窑量"], ["100～250℃", "60 min", "1/4圈"], ["600℃以上", "连续", "辅传慢转"]],
])  # fmt: skip
def test_pairs_and_ranges_are_read_as_a_whole(csv, rows):
    found = passages_of(csv(rows))
    assert [p.text.count("\n") for p in found] == [len(rows) - 2]
    assert found[0].title.startswith(rows[0][0])


def test_headings_and_notes_within_a_table_are_kept(csv):
    rows = [["Part", "Type", "Stock"], ["Crusher", "", ""], ["hammer", "H-12", "40"], ["belt", "SPC-5000", "8"],
            ["Note: counted in May.", "", ""]]  # fmt: skip
    assert [(p.title, p.text) for p in passages_of(csv(rows))] == [
        ("Crusher › hammer H-12", "Part: hammer; Type: H-12; Stock: 40"),
        ("Crusher › belt SPC-5000", "Part: belt; Type: SPC-5000; Stock: 8"),
        ("Note: counted in May.", "Note: counted in May."),
    ]


def test_lines_of_a_form_are_no_rows_and_no_title(csv):
    rows = [["润滑卡"], ["编制：张三 审核：李四"], ["设备", "油品", "油量"], ["泵", "L-HM46", "6 L"],
            ["风机", "L-TSA46", "8 L"],
            ["批准：王五", "", "2024-03-18"]]  # fmt: skip
    assert [p.title for p in passages_of(csv(rows))] == ["润滑卡 › 泵", "润滑卡 › 风机"]


def test_merged_cells_stand_in_each_row(tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in [["Code", "Cause", "Action"], ["E-2041", "Fan", "Check"], [None, "Filter", "Clean"]]:
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "merged.xlsx")
    found = passages_of(tmp_path / "merged.xlsx")
    assert [p.text for p in found] == [
        "Code: E-2041; Cause: Fan; Action: Check", "Code: E-2041; Cause: Filter; Action: Clean",
    ]  # fmt: skip


@pytest.mark.parametrize(("cell", "codes"), [
    ("E-2041", ["E-2041"]), ("E-2041, E-2042", ["E-2041", "E-2042"]), ("F08-F10", ["F08", "F09", "F10"]),
    ("2041", ["2041"]), ("12-3", ["12-3"]), ("OC1 / OC2", ["OC1", "OC2"]), ("F0004、F0005", ["F0004", "F0005"]),
    ("see above", []), ("2025-03-04", []), ("", []),
])  # fmt: skip
def test_codes_of_a_cell_are_kept_as_written(cell, codes):
    assert codes_in_cell(cell) == codes


@pytest.mark.parametrize(("heading", "codes"), [
    ("Alarm E-2041", ["E-2041"]), ("4.2 E-2041 Drive overtemperature", ["E-2041"]), ("Fault code 37: overload", ["37"]),
    ("变频器过热（F0004）", ["F0004"]), ("报警代码 E2041 处理", ["E2041"]), ("故障 F07", ["F07"]),
    ("Roll S8 upper", []), ("ISO-9001 certification", []), ("M12 bolts", []), ("3.2 Roll change", []),
    ("Pressure 12 bar", []), ("Alarms of 2025-03-04", []), ("IEC-60204 safety", []),
])  # fmt: skip
def test_codes_in_headings(heading, codes):
    assert codes_in_headings([heading]) == codes


def test_codes_at_the_beginning_of_lines():
    assert codes_at_line_starts("Alarm E-2041: fan.\nSee alarm E-2042.\n- 报警 F07：过热") == ["E-2041", "F07"]


def test_code_of_a_heading_is_the_code_of_its_text(tmp_path):
    path = tmp_path / "alarms.md"
    path.write_text("# Alarms\n\n## Alarm E-2041\n\nThe drive is too hot.\n\n## Notes\n\nNothing else.\n", "utf-8")
    assert [p.codes for p in passages_of(path)] == [["E-2041"], []]


@pytest.mark.parametrize(("cell", "line"), [
    ("Clean the fins with air at no\nmore than 2 bar", "Clean the fins with air at no more than 2 bar"),
    ("Check that the pressure is not\nbelow 5 bar", "Check that the pressure is not below 5 bar"),
    ("Replace the oil separator element, part\n2901-1622", "Replace the oil separator element, part 2901-1622"),
    ("Outlet temperature above\n110 °C", "Outlet temperature above 110 °C"),
    ("用压缩空气清洗冷却器，压力不超\n过2 bar", "用压缩空气清洗冷却器，压力不超过2 bar"),
    ("1. Close the door.\n2. Reset S7", "1. Close the door. 2. Reset S7"), ("- fan\n- filter", "- fan, - filter"),
    ("Fan blocked\nFilter dirty", "Fan blocked, Filter dirty"), ("fan\n\nfilter", "fan, filter"),
    ("风机堵塞\n检查滤网并更换新的滤芯", "风机堵塞，检查滤网并更换新的滤芯"),
    ("(1) 清理\n(2) 更换", "(1) 清理，(2) 更换"),
])  # fmt: skip
def test_a_cell_broken_for_width_is_one_line_and_a_list_stays_one(cell, line):
    assert flat(cell) == line

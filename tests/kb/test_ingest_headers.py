"""Headers of two rows, cells merged over rows, and clauses with numbers: read as a person reads them."""

import pytest

from kb.ingest import passages_of

UPPER = ["设备", "压力 MPa", "", "温度 ℃", "", "备注"]
LOWER = ["", "下限", "上限", "下限", "上限", ""]
BODY = [["1号泵", "0.3", "0.6", "20", "65", "每班点检"], ["", "0.4", "0.7", "20", "70", "夏季"],
        ["2号泵", "0.2", "0.5", "15", "60", ""]]  # fmt: skip
MERGED = [((0, 1), (0, 2)), ((0, 3), (0, 4)), ((0, 0), (1, 0)), ((0, 5), (1, 5)), ((2, 0), (3, 0))]


def xlsx(path):
    import openpyxl

    book = openpyxl.Workbook()
    for row in (UPPER, LOWER, *BODY):
        book.active.append([cell or None for cell in row])
    for (top, left), (bottom, right) in MERGED:
        book.active.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    book.save(path)


def docx(path):
    import docx

    document = docx.Document()
    table = document.add_table(rows=5, cols=6)
    for r, row in enumerate((UPPER, LOWER, *BODY)):
        for c, cell in enumerate(row):
            table.cell(r, c).text = cell
    for begin, end in MERGED:
        table.cell(*begin).merge(table.cell(*end))
    document.save(path)


def pdf(path):
    from reportlab.lib import colors
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    spans = [("SPAN", begin[::-1], end[::-1]) for begin, end in MERGED]
    style = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), "STSong-Light"), *spans]
    SimpleDocTemplate(str(path)).build([Table([UPPER, LOWER, *BODY], style=TableStyle(style))])


@pytest.mark.parametrize("make", [xlsx, docx, pdf])
def test_a_header_of_two_rows_is_joined_and_merged_cells_fill_their_rows(tmp_path, make):
    path = tmp_path / f"参数.{make.__name__}"
    make(path)
    (found,) = passages_of(path)
    first, second, third = found.text.splitlines()
    limits = "压力 MPa › 下限：0.4；压力 MPa › 上限：0.7；温度 ℃ › 下限：20；温度 ℃ › 上限：70"
    assert first.startswith("设备：1号泵；压力 MPa › 下限：0.3；压力 MPa › 上限：0.6；")
    assert second == f"设备：1号泵；{limits}；备注：夏季"
    assert third.startswith("设备：2号泵；")


@pytest.mark.parametrize("rows", [
    ["设备,,检查,", "泵,离心泵,油位,正常", "风机,引风机,皮带,松动"],  # wide headings above words: rows of a table
    ["名称,说明,备注", "泵,离心泵,备用", "风机,引风机,在用"],
    ["参数,下限,上限", ",0.3,0.6", "温度,20,65"],
])  # fmt: skip
def test_a_first_row_of_words_is_no_second_header(tmp_path, rows):
    path = tmp_path / "table.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    found = passages_of(path)
    assert " › " not in "".join(passage.text for passage in found)
    last = [cell for cell in rows[1].split(",") if cell]
    assert all(any(cell in passage.text for passage in found) for cell in last)


@pytest.mark.parametrize(("upper", "lower", "row", "text"), [
    ("Alarm,,Pressure,,Temperature,,Response", "Code,Meaning,Low,High,Low,High,Action",
     "TP-201,Tyre press out of range,12 bar,21 bar,160 °C,178 °C,Check steam trap",
     "Code: TP-201; Meaning: Tyre press out of range; Pressure › Low: 12 bar; Pressure › High: 21 bar; "
     "Temperature › Low: 160 °C; Temperature › High: 178 °C; Action: Check steam trap"),
    ("报警,,压力,,温度,,", "代码,含义,下限,上限,下限,上限,处理", "TP-201,硫化机超限,1.2,2.1,160,178,检查疏水阀",
     "代码：TP-201；含义：硫化机超限；压力 › 下限：1.2；压力 › 上限：2.1；"
     "温度 › 下限：160；温度 › 上限：178；处理：检查疏水阀"),
])  # fmt: skip
def test_limits_below_two_quantities_keep_their_names_whatever_stands_above_the_others(
    tmp_path, upper, lower, row, text
):  # fmt: skip
    """Without them nobody knows whether 21 bar or 178 °C is meant by "High"."""
    (tmp_path / "alarms.csv").write_text(f"{upper}\n{lower}\n{row}\n", encoding="utf-8")
    (found,) = passages_of(tmp_path / "alarms.csv")
    assert found.text == text
    assert found.codes == ["TP-201"]


CLAUSES = """检修规程

5.1 检修前必须办理停电手续，挂牌上锁，并由班长确认，否则不得开工。
5.1.2 打开人孔前测量氧含量，低于19.5%不得进入，并有专人监护。
5.2 更换轴承：加热温度不得超过110℃，装好后盘车检查转动灵活。

第三条 交接班必须当面交接设备状况，双方在记录本上签字确认。

轴向间隙调整到
2.5 mm以内。
"""


def test_each_clause_is_a_passage_with_its_number_in_the_path(tmp_path):
    (tmp_path / "规程.txt").write_text(CLAUSES, encoding="utf-8")
    found = {passage.title: passage.text for passage in passages_of(tmp_path / "规程.txt")}
    assert list(found) == [f"检修规程 › {clause}" for clause in ("5.1", "5.1.2", "5.2 更换轴承", "第三条")]
    assert found["检修规程 › 5.1.2"].startswith("5.1.2 打开人孔前")
    assert found["检修规程 › 第三条"].endswith("2.5 mm以内。")  # no clause: it belongs to the one above


def test_clauses_in_english_are_told_from_amounts(tmp_path):
    text = (
        "# Rules\n\n5.1 The pump is isolated and tagged before any work on it begins.\n\n"
        "5.2 All seals are replaced when the shaft is drawn out of its housing.\n\nThe gap is\n5.1 mm.\n"
    )
    (tmp_path / "rules.md").write_text(text, encoding="utf-8")
    assert [passage.title for passage in passages_of(tmp_path / "rules.md")] == ["Rules › 5.1", "Rules › 5.2"]


@pytest.mark.parametrize(
    ("heading", "steps"),
    [
        (
            "换辊步骤",
            [
                "停机并挂牌上锁，由两人互相确认后开始。",
                "拆下联轴器护罩，做好标记后吊走旧辊。",
                "装上新辊，复查地脚螺栓。",
            ],
        ),
        (
            "Steps",
            ["Stop the drive and lock it out, two of you.", "Lift the old roll out and mark it.", "Fit the new one."],
        ),
    ],
)
def test_numbered_steps_stay_together(tmp_path, heading, steps):
    text = "\n\n".join([f"# {heading}", *(f"1.{n} {step}" for n, step in enumerate(steps, start=1))])
    (tmp_path / "roll.md").write_text(text, encoding="utf-8")
    (found,) = passages_of(tmp_path / "roll.md")
    assert all(step in found.text for step in steps)


UNITS = [["Machine", "Clamping", "", "Oil tank"], ["", "Force (t)", "Stroke (mm)", "Volume (l)"],
         ["IM-1", "160", "430", "240"], ["IM-2", "250", "540", "380"]]  # fmt: skip
SPANNED = """<table><tr><th rowspan=2>Model</th><th colspan=2>Cooling</th><th colspan=2>Water</th></tr>
<tr><th>at 7 °C</th><th>at 12 °C</th><th>Flow</th><th>Pressure</th></tr>
<tr><td>WK-20</td><td>58 kW</td><td>69 kW</td><td>10 m³/h</td><td>2.2 bar</td></tr>
<tr><td>WK-30</td><td>87 kW</td><td>103 kW</td><td>15 m³/h</td><td>2.6 bar</td></tr></table>"""


def test_a_name_of_words_over_one_column_of_numbers_is_joined_as_well(tmp_path):
    path = tmp_path / "machines.csv"
    path.write_text("\n".join(",".join(row) for row in UNITS), "utf-8")
    found = " ".join(passage.text for passage in passages_of(path))
    assert "Machine: IM-1; Clamping › Force (t): 160; Clamping › Stroke (mm): 430; Oil tank › Volume (l): 240" in found
    assert "Machine: Machine" not in found


def test_a_cell_that_spans_columns_of_a_page_stands_above_each_of_their_names(tmp_path):
    path = tmp_path / "chiller.html"
    path.write_text(SPANNED, "utf-8")
    texts = [passage.text for passage in passages_of(path)]
    assert texts[1].startswith("Model: WK-30; Cooling › at 7 °C: 87 kW; Cooling › at 12 °C: 103 kW; Water › Flow: 15")


def test_rows_of_words_below_a_header_are_no_second_header(tmp_path):
    path = tmp_path / "who.csv"
    path.write_text("Shift,Leader,,Room\nearly,Bo,Li,north\nlate,An,Wu,south\n", "utf-8")
    assert "early" in passages_of(path)[0].text

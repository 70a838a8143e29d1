"""Titles of documents, notices with their articles, and lines about the document itself."""

import docx
import pytest
from docx.oxml import parse_xml

import kb
from kb.ingest import ingest, intake, passages_of
from kb.ingest.forms import is_form
from tests.kb.conftest import WordEmbedder
from tests.kb.fixtures import documents

SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CARD = "风机检修卡\n\n型号：RRE-190   风量 62 m3/min\n\n1. 间隙\n\n叶轮与机壳 0.25 mm\n\n2. 试车\n\n空载30分钟。\n"
ARTICLE = "{}、进入设备内部作业前必须办理停电作业票，每个作业人员挂自己的锁，谁挂谁摘，不准代摘。\n\n"
NOTICES = (
    "检修挂牌管理通知\n\n生产处  2024年3月18日  签发：马某\n\n" + ARTICLE.format("一")
    + "二、空气炮：进入预热器作业前关闭气源、放空气包、断开电源，三样都要做完才能进入。\n\n" + ARTICLE.format("三")
    + "通知  2024年12月2日  冬季防冻\n\n停运设备的冷却水必须放空。\n"
)  # fmt: skip


@pytest.fixture
def read(tmp_path):
    def run(text, name="a.txt"):
        (tmp_path / name).write_text(text, "utf-8")
        return [(p.title, p.text) for p in passages_of(tmp_path / name)]

    return run


def test_title_of_a_text_stands_above_its_sections_and_what_is_between(read):
    assert [title for title, _ in read(CARD)] == ["风机检修卡", "风机检修卡 › 1. 间隙", "风机检修卡 › 2. 试车"]


@pytest.mark.parametrize("first", ["The press is old,", "风机停机后再检查。", "- belts", "the belts"])
def test_a_first_line_that_is_a_sentence_is_no_title(read, first):
    assert read(f"{first}\n\nSome words.\n\n1. SAFETY\n\nLock out.\n")[-1][0] == "1. SAFETY"


def test_title_of_a_word_document_stands_above_its_headings(tmp_path):
    document = docx.Document()
    document.add_paragraph("篦冷机规程", style="Title")
    for heading in ("红河", "跑偏"):
        document.add_heading(heading, 1)
        document.add_paragraph(f"{heading}时先查风机。")
    document.save(tmp_path / "a.docx")
    assert [p.title for p in passages_of(tmp_path / "a.docx")] == ["篦冷机规程 › 红河", "篦冷机规程 › 跑偏"]


def test_articles_of_a_notice_stand_alone_and_the_next_notice_begins_anew(read):
    found = read(NOTICES)
    assert [title for title, _ in found] == [
        "检修挂牌管理通知", "检修挂牌管理通知 › 二、空气炮", "检修挂牌管理通知", "通知  2024年12月2日  冬季防冻",
    ]  # fmt: skip
    assert "通知  2024" not in "".join(text for _, text in found)


@pytest.mark.parametrize("text", [
    "一、停机断电挂牌。\n\n二、拆下护罩。\n\n三、取出轴承。",
    "拆装步骤\n\n" + "".join(ARTICLE.format(n) for n in "一二三"),
    "1. Lock out the drive of the roll and hang your own tag on the switch, then try to start it once more.\n\n"
    "2. Wait until the pressure of the hydraulic station is below two bar and the cylinder does not move.\n\n"
    "3. Take off the guard with a second person and put it down where nobody walks while the work goes on.",
])  # fmt: skip
def test_steps_of_one_job_stay_together(read, text):
    assert len(read(text)) == 1


@pytest.mark.parametrize(
    "line", ["停机后等待中控室通知", "Notice the oil level", "设备科 2024年3月18日", "2024-12-02 更换滤芯"]
)
def test_other_lone_lines_begin_no_notice(read, line):
    assert line not in [title for title, _ in read(f"# x\n\nSome words of the text.\n\n{line}\n\n更换时先停机。\n")]


def test_keys_and_bracketed_steps_keep_their_lines(read):
    wide = "（4）拆轴承座，取出轴承，轴承用油浴加热到100℃安装，最高不超过120℃。"
    assert read(f"{wide}\n（5）装好后手盘转子两圈。")[0][1].count("\n") == 1
    wide = "设备名称：罗茨鼓风机 LC-501A/B/C（入窑喂料及均化库用，两开一备）"
    assert read(f"{wide}\n型号：RRE-190")[0][1].count("\n") == 1


@pytest.mark.parametrize("line", [
    "编制：机修车间  2023-10-12", "文件编号：SN-03　　版本：B/2　　审核：马某", "适用：B-101、B-203。填表人：巡检工。",
    "安全环保科整理，2024年6月", "编制：张三 审核：李四 批准：王五", "Prepared by: J. Smith, Revision 3, 12 May 2024",
    "Prepared by J. Smith  Rev. 3", "Revision 1, valid from 2023-05-01.", "Document no.: M-12 | Issue date: 2024-05-12",
    "Applies to: pumps P-1 and P-2",
])  # fmt: skip
def test_lines_of_a_form_are_told(read, line):
    assert is_form(line)
    assert read(f"# Pump\n\n{line}\n\nGrease it weekly.\n", "a.md") == [("Pump", "Grease it weekly.")]


@pytest.mark.parametrize("line", [
    "型号：RRE-190   风量 62.5 m3/min", "投产日期：2015年6月", "2号空压站 2024年投产", "审核油位后启动",
    "日期：冬季每班", "编号 010233 的篦板停产",
    "Version 2 of the controller needs firmware 4.", "Check the revision plate",
    "The pump was issued by the stores in May 2024.", "Scope of delivery: two pumps", "Issue 24 V to the coil",
])  # fmt: skip
def test_lines_about_the_machine_are_no_form(line):
    assert not is_form(line)


def test_a_line_keeps_what_it_says_beside_a_form_and_text_below_is_left_alone(read):
    text = "# 泵\n\n设备：水泵 P-1，流量61 m³，编写人：彭某\n\n## 启动\n\n适用：冷态启动。\n"
    assert [body for _, body in read(text, "a.md")] == ["设备：水泵 P-1，流量61 m³", "适用：冷态启动。"]


def numbered(document, levels):
    """A list of its own in the document's numbering, `levels` as (format, pattern)."""
    root = document.part.numbering_part.element
    rows = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for n, (kind, pattern) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {SPACE} w:abstractNumId="77">{rows}</w:abstractNum>'))
    for number, start in ((77, ""), (78, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')):
        of = '<w:abstractNumId w:val="77"/>'
        root.append(parse_xml(f'<w:num {SPACE} w:numId="{number}">{of}{start}</w:num>'))


def test_numbers_of_word_lists_are_kept(tmp_path):
    document = docx.Document()
    numbered(document, [("chineseCounting", "%1、"), ("decimal", "%1.%2"), ("bullet", "•")])
    for text, number, level in [
        ("停机", 77, 0), ("断电", 77, 1), ("挂牌", 77, 1), ("拆罩", 77, 0), ("轻放", 77, 2), ("装罩", 78, 0),
        ("3. 试车", 78, 0),
    ]:  # fmt: skip
        mark = f'<w:numPr {SPACE}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        document.add_paragraph(text)._p.get_or_add_pPr().append(parse_xml(mark))
    document.save(tmp_path / "a.docx")
    lines = passages_of(tmp_path / "a.docx")[0].text.split("\n")
    assert lines == ["1. 停机", "1.1. 断电", "1.2. 挂牌", "2. 拆罩", "- 轻放", "1. 装罩", "3. 试车"]


def test_lists_by_style_are_numbered_or_not_as_the_style_says(tmp_path):
    document = docx.Document()
    for style in ("List Number", "List Number", "List Bullet", "List Paragraph"):
        document.add_paragraph("Close the valve", style=style)
    document.save(tmp_path / "a.docx")
    assert passages_of(tmp_path / "a.docx")[0].text.split("\n") == [
        "1. Close the valve", "2. Close the valve", "- Close the valve", "Close the valve",
    ]  # fmt: skip


def test_a_cell_merged_over_columns_of_word_moves_no_other(tmp_path):
    rows = [["Part", "Daily", "Weekly", "Who"], ["belt", "look", "", "Ann"], ["chain", "oil", "wash", "Bob"]]
    path = documents.word(tmp_path / "a.docx", [rows])
    document = docx.Document(path)
    table = document.tables[0]
    table.cell(1, 1).merge(table.cell(1, 2))
    document.save(path)
    assert "Who: Ann" in passages_of(path)[0].text


@pytest.fixture
def store():
    opened = kb.open_store(":memory:", WordEmbedder(), packs=())
    yield opened
    opened.close()


def test_a_file_read_by_an_older_reader_takes_the_new_titles_and_cuts(tmp_path, store, monkeypatch):
    path = tmp_path / "card.md"
    text = "# {}\n\n## Gaps\n\nRotor and casing 0.25 mm.\n\n## Trial\n\nRun it empty.\n"
    path.write_text(text.format("Card"), "utf-8")
    monkeypatch.setattr(intake, "READING", "2")
    ids = ingest([path], store).taken[0].stored
    kept = [p.model_copy(update={"title": "Gaps"}) for p in store.list()[:1]]
    stale = store.add([store.list()[1].model_copy(update={"id": "K-0", "text": "Run it empty. As cut before."})]).stored
    edit = kb.contract.Edit(before=store.get(ids[0]), after=kept[0])
    store.revise([edit], action="add")
    assert store.search("Card gaps")[0].passage.title != "Card › Gaps"
    monkeypatch.undo()
    again = ingest([path], store).taken[0]
    assert (again.stored, again.renewed, again.retired) == ([], [ids[0]], [stale[0].id])
    assert store.search("Card gaps")[0].passage.title == "Card › Gaps"
    assert store.history(ids[0])[-1].action == "reread"
    assert ingest([path], store).taken[0].unchanged


def test_a_title_that_a_person_gave_and_the_second_heading_of_the_same_words_change_nothing(tmp_path, store):
    path = tmp_path / "care.md"
    path.write_text("# Belts\n\nCheck them weekly.\n\n# Chains\n\nCheck them weekly.\n", "utf-8")
    id = ingest([path], store).taken[0].stored[0]
    assert store.get(id).title == "Belts"
    mine = store.get(id).model_copy(update={"title": "Belts of line 2"})
    store.revise([kb.contract.Edit(before=store.get(id), after=mine)], action="amend", by="anna")
    path.write_text(path.read_text("utf-8").replace("# Chains", "# Ropes"), "utf-8")
    assert ingest([path], store).taken[0].renewed == []
    assert store.get(id).title == "Belts of line 2"

"""One page of a PDF: its words as lines with their size, its ruled tables, and what is hidden on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kb.ingest.aligned import aligned_tables
from kb.ingest.layout import Box, Line, PageLines
from kb.ingest.texts import tidy
from kb.ingest.values import Place, Row

MOST_RULES = 3000  # more lines and curves are a drawing, in which no table is looked for
DRAWN = 60  # curves on a page without a letter: its words are drawn
INVISIBLE = 3  # the text render mode in which nothing is painted
PICTURE, SCAN = 0.02, 0.5  # shares of the page from which a picture counts, and from which the page may be one
GUTTER = 9.0  # points between two columns of text
CROSSING = 0.34  # lines that may reach over the gutter (titles, abstracts), as a share of those in a column
COLUMN_LINES = 4  # lines that each column needs at least; both together BOTH_LINES
BOTH_LINES = 16
COLUMN_FILLED = 0.55  # mean share of its column that a line fills; less is a list beside another
SAME_START = 3.0  # points by which lines of a column may begin apart
STARTING = 0.5  # share of its lines that begin where the right column begins

Thing = dict[str, Any]


def read_page(page: Any, number: int, invisible: Sequence[Box]) -> PageLines:
    """Lines in reading order, tables between them; words that no reader sees are left out and counted."""
    dark = [_box(rect) for rect in page.rects if rect.get("fill") and not _is_white(rect.get("non_stroking_color"))]
    dark += [_box(image) for image in page.images]
    unseen = {id(char) for char in page.chars if _is_unseen(char, page, invisible, dark)}
    seen = page.filter(lambda thing: id(thing) not in unseen) if unseen else page
    rules = len(page.lines) + len(page.rects) + len(page.curves)
    tables = [table for table in seen.find_tables() if _is_table(table)] if rules <= MOST_RULES else []
    boxes = [Box(*table.bbox) for table in tables]
    placed: list[tuple[tuple[int, float], Line | list[Row]]] = []
    outside = _without(seen, boxes)
    loose = list(aligned_tables(outside.extract_words()))
    if loose:
        outside = _without(outside, [table.box for table in loose])
    middle = _gutter(outside.extract_words(), float(page.width))
    for place, group in enumerate(_groups(outside, middle)):
        lines = group.extract_text_lines(return_chars=True) if group.chars else []
        right = max((line["x1"] for line in lines), default=0.0)
        placed += [
            ((place, line["top"]), _line(line, right, page.height)) for line in lines if tidy(line["text"]).strip()
        ]
    found: list[tuple[Box, Any]] = [(box, _cells(table)) for box, table in zip(boxes, tables, strict=True)]
    for box, cells in [*found, *loose]:
        rows = [Row(Place("page", number), [tidy(cell or "").strip() for cell in row]) for row in cells]
        rows = [row for row in rows if any(row.cells)]
        if rows:
            placed.append(((1 if middle and box.left < middle else 2 if middle else 0, box.top), rows))
    shares = [_share(image, page) for image in page.images]
    return PageLines(
        number=number, parts=[part for _, part in sorted(placed, key=lambda entry: entry[0])], hidden=len(unseen),
        pictures=sum(share > PICTURE for share in shares),
        scan=sum(shares) > SCAN or (not page.chars and len(page.curves) > DRAWN),
    )  # fmt: skip


def invisible_boxes(page: Any) -> list[Box]:
    """Where text is painted invisibly, measured from the top; none when all text is, as on a scan with its words."""
    from pypdfium2 import raw

    texts = list(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT]))
    unseen = [text for text in texts if raw.FPDFTextObj_GetTextRenderMode(text) == INVISIBLE]
    height = page.get_height()
    bounds = [text.get_bounds() for text in unseen] if len(unseen) < len(texts) else []
    page.close()
    return [Box(left, height - top, right, height - bottom) for left, bottom, right, top in bounds]


def _without(page: Any, boxes: Sequence[Box]) -> Any:
    """The page without the letters in `boxes`."""
    if not boxes:
        return page
    return page.filter(lambda thing: thing["object_type"] != "char" or not _inside(thing, boxes))


def _is_unseen(char: Thing, page: Any, invisible: Sequence[Box], dark: Sequence[Box]) -> bool:
    """Painted invisibly, white on white, too small to read, or beside the page."""
    if char["text"].isspace():
        return False
    if char["size"] < 1.5 or not _inside(char, [Box(0, 0, float(page.width), float(page.height))]):
        return True
    if _is_white(char.get("non_stroking_color")) and not _inside(char, dark):
        return True
    return _inside(char, invisible)


def _is_white(color: Any) -> bool:
    """White in grey or RGB; in CMYK no ink."""
    if isinstance(color, int | float):
        color = (color,)
    if not isinstance(color, tuple | list) or not all(isinstance(part, int | float) for part in color):
        return False
    if len(color) == 4:
        return sum(color) < 0.05
    return len(color) in (1, 3) and min(color) > 0.97


def _is_table(table: Any) -> bool:
    """Two rows and two columns at least; a frame round some text is none."""
    return len(table.rows) >= 2 and max(len(row.cells) for row in table.rows) >= 2


def _cells(table: Any) -> list[list[str | None]]:
    """The texts of a table; a cell that reaches down over further rows stands in each of them."""
    texts: list[list[str | None]] = table.extract()
    boxes = [row.cells for row in table.rows]
    for row in range(1, len(texts)):
        middle = (table.rows[row].bbox[1] + table.rows[row].bbox[3]) / 2
        for column, box in enumerate(boxes[row]):
            above = boxes[row - 1][column]
            if box is None and above is not None and above[3] > middle:
                texts[row][column], boxes[row][column] = texts[row - 1][column], above
    return texts


def _line(line: Thing, right: float, height: float) -> Line:
    sizes = sorted(round(char["size"] * 2) / 2 for char in line["chars"])
    fonts = [str(char.get("fontname", "")) for char in line["chars"] if not char["text"].isspace()]
    bold = sum("bold" in font.casefold() or "black" in font.casefold() or "heavy" in font.casefold() for font in fonts)
    return Line(
        text=tidy(line["text"]).strip(), size=sizes[len(sizes) // 2], bold=bold * 10 > len(fonts) * 9, left=line["x0"],
        ends=line["x1"], top=line["top"], bottom=line["bottom"], right=right, depth=line["top"] / float(height),
    )  # fmt: skip


def _gutter(words: Sequence[Thing], width: float) -> float:
    """Where the gap between two columns of text is, 0 on a page of one column (also on lists side by side).

    Lines tell it, not words: on a page of one column nearly every line that reaches its right half crosses the middle,
    and each does so with a single word.
    """
    lines: dict[int, list[Thing]] = {}
    for word in words:
        lines.setdefault(round(word["bottom"] / 4), []).append(word)
    found, fewest = 0.0, len(lines)
    for x in range(int(width * 0.35), int(width * 0.65), 3):
        crossing = sum(_crosses(line, x) for line in lines.values())
        if crossing < fewest:
            found, fewest = float(x), crossing
    free = [line for line in lines.values() if not _crosses(line, found)]
    left = [beside for line in free if (beside := [word for word in line if word["x1"] < found])]
    right = [beside for line in free if (beside := [word for word in line if word["x0"] > found])]
    if not found or len(left) + len(right) < BOTH_LINES or fewest > CROSSING * max(len(left), len(right)):
        return 0.0
    if not _are_aligned(right):
        return 0.0
    return found if _is_column(left, width) and _is_column(right, width) else 0.0


def _crosses(line: Sequence[Thing], x: float) -> bool:
    return any(word["x0"] < x + GUTTER / 2 and word["x1"] > x - GUTTER / 2 for word in line)


def _are_aligned(lines: Sequence[Sequence[Thing]]) -> bool:
    """Do most of these lines begin at one place?"""
    starts = [min(word["x0"] for word in line) for line in lines]
    usual = max((sum(0 <= other - start <= SAME_START for other in starts) for start in starts), default=0)
    return usual >= STARTING * len(starts)


def _is_column(lines: Sequence[Sequence[Thing]], width: float) -> bool:
    """Are these lines many, and long enough, to be running text?"""
    spans = [max(word["x1"] for word in line) - min(word["x0"] for word in line) for line in lines]
    if len(spans) < COLUMN_LINES or max(spans) < 0.25 * width:
        return False
    return sum(spans) / len(spans) >= COLUMN_FILLED * max(spans)


def _groups(page: Any, middle: float) -> list[Any]:
    """The page as groups of letters in reading order: what stands above both columns, left, right, what is below."""
    if not middle:
        return [page]
    words = page.extract_words()
    spanning = [(w["top"], w["bottom"]) for w in words if _crosses([w], middle)]
    beside = [w for w in words if w["x0"] > middle and not _is_within(w, spanning)]
    first = min((w["top"] for w in beside), default=0.0)  # short lines above it are of the title or abstract
    last = max((w["bottom"] for w in beside), default=0.0)
    end = min((top for top, _ in spanning if top >= last), default=float(page.height))

    def group_of(char: Thing) -> int:
        y = (char["top"] + char["bottom"]) / 2
        if y < first:
            return 0
        if y > end or _is_within(char, spanning):
            return 3
        return 1 if char["x1"] <= middle else 2

    return [page.filter(lambda thing, n=n: thing["object_type"] != "char" or group_of(thing) == n) for n in range(4)]


def _is_within(thing: Thing, heights: Sequence[tuple[float, float]]) -> bool:
    return any(top <= (thing["top"] + thing["bottom"]) / 2 <= bottom for top, bottom in heights)


def _inside(thing: Thing, boxes: Sequence[Box]) -> bool:
    x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return any(box.left <= x <= box.right and box.top <= y <= box.bottom for box in boxes)


def _box(thing: Thing) -> Box:
    return Box(thing["x0"], thing["top"], thing["x1"], thing["bottom"])


def _share(image: Thing, page: Any) -> float:
    return float((image["x1"] - image["x0"]) * (image["bottom"] - image["top"]) / (page.width * page.height or 1))

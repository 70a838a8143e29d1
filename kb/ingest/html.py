"""HTML: headings, text, lists and tables as a reader sees them; what the page hides is dropped and noted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Comment, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from kb.ingest.texts import decode
from kb.ingest.values import Opened, Place, Row, Section, Table

_NEVER = {
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "footer",
    "head",
    "svg",
    "form",
    "button",
    "iframe",
    "object",
}
_BLOCKS = {
    "p", "div", "section", "article", "main", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "table", "tr", "td",
    "th", "hr", "header", "aside", "figure", "figcaption", "address", "details", "summary", "body",
}  # fmt: skip
_CLOSED = dict.fromkeys(_BLOCKS, "\n\n") | {"pre": "\n```\n\n"}  # what stands after a block
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0*)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*(?:0|1px)\w*\s*(?:;|!|$)|(?:text-indent|left|top|right|margin-left)\s*:\s*-\d{3,}"
    r"|clip\s*:\s*rect\(\s*0|(?:^|;)\s*(?:max-)?(?:height|width)\s*:\s*0\w*\s*(?:;|$)",
    re.IGNORECASE,
)
_COLOR = re.compile(r"(?:^|;)\s*color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_WHITE = re.compile(r"^(?:white|#fff(?:fff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255.*\)|transparent|rgba\(.*,\s*0\s*\))$")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_MARKS = re.compile(r"(?:\s|-|\d+\.)*")  # nothing yet but what stands before an item of a list
_SELECTOR = re.compile(r"^[\w-]*(?:([.#])([\w-]+))$")


def html(opened: Opened) -> Iterator[Section | Table]:
    """Sections and tables under their path of headings, with the line that each begins at."""
    soup = BeautifulSoup(decode(opened.path.read_bytes(), opened.name, declares=True), "html.parser")
    return _Page(soup, opened).parts()


class _Page:
    """One page being read."""

    def __init__(self, soup: BeautifulSoup, opened: Opened) -> None:
        self.soup, self.opened = soup, opened
        self.hiding = _hidden_by_sheets(soup)
        title = soup.title.get_text(" ", strip=True) if soup.title else ""
        self.path: list[str] = [] if soup.find("h1") or not title else [title]
        self.text, self.line = "", 1
        self.steps: dict[int, int] = {}  # numbered list -> the number of its last item

    def parts(self) -> Iterator[Section | Table]:
        """Walks the page with a stack of its own: pages nest deeper than Python likes to call itself."""
        stack: list[PageElement | str] = [self.soup]
        while stack:
            node = stack.pop()
            if isinstance(node, str) and not isinstance(node, NavigableString):
                self.text += node  # what stands after a block
            elif isinstance(node, NavigableString):
                self._words(node)
            elif isinstance(node, Tag) and not self._skipped(node):
                if level := _level(node):
                    yield from self._section()
                    title = " ".join(node.get_text(" ", strip=True).split())
                    self.path = [*self.path[: level - 1], *[""] * (level - 1 - len(self.path)), title]
                elif node.name == "table" and _is_data(node):
                    yield from self._section()
                    yield Table(self._headings(), list(self._rows(node)))
                else:
                    self._open(node)
                    stack += [_CLOSED.get(node.name, ""), *reversed(node.contents)]
        yield from self._section()

    def _open(self, node: Tag) -> None:
        if node.name == "br":
            self.text += "\n"
        elif node.name == "li":
            self.text += f"\n{self._mark(node)} "
        elif node.name in _BLOCKS:
            self.text += "\n\n```\n" if node.name == "pre" else "\n\n"

    def _mark(self, item: Tag) -> str:
        """What stands before an item of a list: its number, where readers see one."""
        numbered = item.parent
        if numbered is None or numbered.name != "ol":
            return "-"
        before = self.steps.get(id(numbered), _count(numbered, "start", 1) - 1)
        self.steps[id(numbered)] = number = _count(item, "value", before + 1)
        return f"{number}."

    def _words(self, node: NavigableString) -> None:
        if isinstance(node, Comment) and len(node.split()) > 2:
            self.opened.notes.add("hidden_text")
        if isinstance(node, PreformattedString):  # comments, declarations, CDATA
            return
        if node.strip() and self.text.endswith("\n") and node.find_parent("blockquote"):
            self.text += "> "  # as Markdown has it: a quotation is no statement of the page's own
        if _MARKS.fullmatch(self.text) and node.strip() and isinstance(node.parent, Tag):
            self.line = node.parent.sourceline or self.line
        kept = str(node) if node.find_parent("pre") else re.sub(r"\s+", " ", str(node))
        self.text += kept.lstrip(" ") if self.text.endswith(("\n", "- ", ". ", "> ")) else kept

    def _skipped(self, node: Tag) -> bool:
        if node.name in _NEVER or node.get("role") == "navigation":
            return True
        if self._is_hidden(node):
            if node.get_text(strip=True):
                self.opened.notes.add("hidden_text")
            return True
        if node.name == "img":
            self.opened.notes.add("images")
        return False

    def _is_hidden(self, node: Tag) -> bool:
        if node.has_attr("hidden") or str(node.get("aria-hidden", "")).casefold() == "true":
            return True
        names = {f".{name}" for name in node.get_attribute_list("class") if name} | {f"#{node.get('id')}"}
        style = str(node.get("style", ""))
        color = str(node.get("color") or "") if node.name == "font" else ""
        return bool(names & self.hiding or _hides(style) or _WHITE.match(color.casefold().strip()))

    def _headings(self) -> tuple[str, ...]:
        return tuple(part for part in self.path if part)

    def _section(self) -> Iterator[Section]:
        text = re.sub(r"[ \t]+\n", "\n", self.text).strip()
        if text:
            yield Section(self._headings(), Place("line", self.line), re.sub(r"\n{3,}", "\n\n", text))
        self.text = ""

    def _rows(self, table: Tag) -> Iterator[Row]:
        """Rows of cells; a cell that spans rows or columns stands in each of them."""
        spanning: dict[int, tuple[int, str]] = {}
        for row in table.find_all("tr"):
            if self._hidden_within(row, table):
                continue
            cells: list[str] = []
            for cell in row.find_all(["td", "th"], recursive=False):
                _fill(cells, spanning)
                text = self._cell(cell)
                for _ in range(_span(cell, "colspan")):
                    if (rows := _span(cell, "rowspan")) > 1:
                        spanning[len(cells)] = (rows - 1, text)
                    cells.append(text)
            _fill(cells, spanning)
            yield Row(Place("line", row.sourceline or 0), cells)

    def _hidden_within(self, node: Tag, top: Tag) -> bool:
        while node is not top:
            if self._skipped(node):
                return True
            if node.parent is None:
                return False
            node = node.parent
        return False

    def _cell(self, cell: Tag) -> str:
        parts: list[str] = []
        for text in cell.find_all(string=True):
            if isinstance(text, PreformattedString) or not isinstance(text.parent, Tag):
                continue
            if text.parent is cell or not self._hidden_within(text.parent, cell):
                parts.append("\n" if text.parent.name in ("p", "li", "div") and parts else "")
                parts.append(" ".join(str(text).split()))
            if isinstance(text.next_sibling, Tag) and text.next_sibling.name == "br":
                parts.append("\n")
        joined = " ".join(part for part in parts if part)
        return "" if self._is_hidden(cell) else re.sub(r" *\n *", "\n", joined).strip()


def _fill(cells: list[str], spanning: dict[int, tuple[int, str]]) -> None:
    """Put in the cells that reach down from rows above."""
    while len(cells) in spanning:
        left, text = spanning.pop(len(cells))
        if left > 1:
            spanning[len(cells)] = (left - 1, text)
        cells.append(text)


def _span(cell: Tag, which: str) -> int:
    number = str(cell.get(which, "1"))
    return min(int(number), 100) if number.isdigit() and int(number) else 1


def _count(tag: Tag, which: str, default: int) -> int:
    number = str(tag.get(which, ""))
    return int(number) if re.fullmatch(r"\d{1,4}", number) else default


def _level(node: Tag) -> int:
    return int(node.name[1]) if re.fullmatch(r"h[1-6]", node.name) else 0


def _is_data(table: Tag) -> bool:
    """A table of data, not one that only lays out the page."""
    rows = table.find_all("tr", limit=3)
    return table.find("table") is None and len(rows) >= 2 and len(rows[0].find_all(["td", "th"], recursive=False)) >= 2


def _hides(style: str) -> bool:
    color, ground = _COLOR.search(style), _BACKGROUND.search(style)
    ink = color[1].strip().casefold() if color else ""
    paper = ground[1].strip().casefold() if ground else "white"
    unseen = bool(ink) and (ink == paper or (_WHITE.match(ink) is not None and _WHITE.match(paper) is not None))
    return _HIDING.search(style) is not None or unseen


def _hidden_by_sheets(soup: BeautifulSoup) -> frozenset[str]:
    """Classes and ids (".x", "#y") that the page's own style sheets hide."""
    names: set[str] = set()
    for sheet in soup.find_all("style"):
        for selectors, style in _RULE.findall(re.sub(r"/\*.*?\*/", "", sheet.get_text(), flags=re.DOTALL)):
            if _hides(style):
                found = (_SELECTOR.match(selector.strip()) for selector in selectors.split(","))
                names |= {match[1] + match[2] for match in found if match}
    return frozenset(names)

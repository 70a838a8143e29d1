"""Is every number that a person reads measured somewhere in the document?"""

import re

# A number with a unit or with three significant digits; not part of a name (S8, F2, CC-012), a clock time or a date.
NUMBER = re.compile(
    r"(?<![\w.:\-/])-?\d[\d,]*(?:\.\d+)?(?![\w:\-/]|\.\d)(?P<unit>\s?(?:%|mm|A\b|bar|K\b|°?C\b|L/min|s\b|min\b|h\b|d\b|秒|分钟|小时|天|行))?"
)
SCALES = (1.0, 100.0, 0.01, 1 / 60, 1 / 3600, 1 / 86400, -1.0)


def numbers(document):
    """All JSON numbers of a document, without its texts."""
    if isinstance(document, bool) or document is None or isinstance(document, str):
        return
    if isinstance(document, int | float):
        yield float(document)
    elif isinstance(document, dict):
        for value in document.values():
            yield from numbers(value)
    else:
        yield len(document)
        for value in document:
            yield from numbers(value)


def spoken(text):
    """The numbers of a text that must be backed: (as written, value, half a unit of its last digit)."""
    for found in NUMBER.finditer(text):
        written = found.group().removesuffix(found.group("unit") or "").strip()
        digits = written.replace(",", "").lstrip("-")
        significant = len(digits.replace(".", "").lstrip("0"))
        if found.group("unit") is None and significant < 3:
            continue
        decimals = len(digits.split(".")[1]) if "." in digits else 0
        size = max(0, significant - 3) if decimals == 0 and digits.endswith("0") else 0
        yield written, float(digits), 0.51 * 10.0 ** (size - decimals)


def unbacked(text, document):
    """Numbers of `text` that stand nowhere in `document`, even scaled to another unit."""
    given = [abs(n) for n in numbers({k: v for k, v in document.items() if k not in ("text", "blocks")})]
    return [
        written
        for written, value, tolerance in spoken(text)
        if not any(abs(abs(n * scale) - value) <= tolerance for n in given for scale in SCALES)
    ]

"""What leaves the plant: a question's words, made fit for a search engine, and in private without the plant's own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable

from kb.text import STOP_WORDS, clean, stem

MOST_CHARS, MOST_WORDS = 300, 45  # Brave takes 400 characters and 50 words, Tavily 400 characters
_OPERATORS = "!?:<？！：-"  # before a word these choose engines, send elsewhere ("!!g") or leave words out
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_SENTENCE_ZH = "，。？！、；：（）《》“”‘’"
_RUN = re.compile(f"[^\\s{_HAN}{_SENTENCE_ZH}]+")
_SEEN_AS_NAMES = re.compile(r"[\d_@\\~$#]|://|\w\.\w|<|>")
# a file or person in Chinese text, where no space says where it begins
_FILES = re.compile(
    rf"[\w{_HAN}.\-]+\.(?:csv|tsv|xlsx?|parquet|zip|gz|txt|pdf|docx?|log|json|md|html?)\b", re.IGNORECASE
)
_PEOPLE = re.compile(
    rf"[{_HAN}]{{1,3}}?(?:师傅|工程师|主任|班长|组长|经理|厂长|总工|先生|女士|同志)|[老小][{_HAN}](?=[说问，。])"
)
_AMOUNT = re.compile(
    r"(?<![A-Za-z\d_.\-])[-+]?\d+(?:[.,:/]\d+)*\s*(?:%|°C|℃|mm|cm|m/min|kN|kPa|MPa|bar|A|V|K|kg|t|s|min|h|号|毫米|厘米|米|秒|分钟|小时"
    r"|天|点|分|度|安|伏|吨|公斤|千克)?(?![A-Za-z])"
)


def outgoing(text: str, *, private: bool = False, names: Iterable[str] = (), known: Container[str] = ()) -> str:
    """`text` as it is sent to a search engine: one line, no operators, at most MOST_CHARS and MOST_WORDS.

    `private`: without `names` (sensors, files), file names, addresses, numbers with their units, codes, people with
    their titles, and words with a capital whose stem is not in `known`. May be empty: then nothing is to be asked.
    """
    line = " ".join(unicodedata.normalize("NFKC", clean(text)).split())
    if private:
        line = _stripped(line, names, known)
    words = [bare for word in line.split() if (bare := word.lstrip(_OPERATORS))]
    kept = " ".join(words[:MOST_WORDS])
    return kept if len(kept) <= MOST_CHARS else kept[:MOST_CHARS].rpartition(" ")[0] or kept[:MOST_CHARS]


def _stripped(line: str, names: Iterable[str], known: Container[str]) -> str:
    for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
        whole = rf"(?<![A-Za-z\d]){re.escape(unicodedata.normalize('NFKC', name))}(?![A-Za-z\d])"
        line = re.sub(whole, " ", line, flags=re.IGNORECASE)
    for pattern in (_FILES, _PEOPLE, _AMOUNT):
        line = pattern.sub(" ", line)
    return _RUN.sub(lambda run: _kept(run[0], known), line).strip()


def _kept(run: str, known: Container[str]) -> str:
    """The parts of a run without spaces that are ordinary words; "" when it looks like a code, path or address."""
    if _SEEN_AS_NAMES.search(run):
        return " "
    parts = re.split(r"([/\-'’])", run)
    return "".join(part if _is_ordinary(part, known) else " " for part in parts)


def _is_ordinary(part: str, known: Container[str]) -> bool:
    word = re.sub(r"[^\w]", "", part)
    if word == word.lower():
        return True
    return word.lower() in STOP_WORDS or stem(word.lower()) in known

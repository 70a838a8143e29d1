"""Text in two languages: which one, words for the full-text search, sentences for quotes.

Chinese has no spaces, so runs of Chinese characters become overlapping pairs (bigrams), the usual dictionary-free
index for CJK text; Latin words are folded and lightly stemmed, codes such as "E-2041" are kept whole as well.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache

from kb.passage import Lang

_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{_CJK}]")
_LATIN = f"(?:(?![{_CJK}])[^\\W_])+"
_TOKEN = re.compile(f"(?P<han>[{_CJK}]+)|(?P<word>{_LATIN}(?:[-./_]{_LATIN})*)")
_LATIN_WORD = re.compile(_LATIN)
_CONTROL = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
_ESCAPE = re.compile("\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|.)")
_SENTENCE = re.compile(r"(?<=[。！？；])\s*|(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9\u3400-\u9fff])|\n+")
_ABBREVIATION = re.compile(  # an initial ("K. Smith"), but not a unit ("every 3000 h.", "at 25 N.")
    r"(?:^\W?\d{1,2}\.|\b(?i:e\.g|i\.e|cf|vs|approx|fig|no|eq|ca|etc|et al)\.|(?<![\d°])(?<!\d )\b[A-Z]\.)$"
)
LONGEST = 8  # characters that it matches

ROW = 420  # characters of a row of a table up to which it is one sentence
_ROW = re.compile(  # "Part: bearing; Price: 1460", "部位：减速机；标准：≤80℃": two cells at least, under their names
    r"[^:：;；。\n]{1,24}(?:：|:\s)[^;；\n]+[;；]\s*(?:[^\n]*[;；]\s*)?[^:：;；。\n]{1,24}(?:：|:\s)[^:：;；\n]"
)

_STOP_EN = (
    "a about all also am an and any are as at be been but by can could did do does doing for from get go had has have "
    "how i if in into is it its let like may me might more must my no not of on one or our out please shall should "
    "show so some such tell than that the their them then there these they thing this to up us was we were what when "
    "where which while who why will with would you your mean happen make way before after during again very much many "
    "too only just each other done use used does doesn don didn isn aren wasn weren won wouldn couldn shouldn haven "
    "hasn hadn ain ll ve re going come came now since while there here off per else another more most than as both "
    "being itself myself himself themselves without within until whether anyway actually really please thanks hello "
    "still keep keeps want wants need needs know knows anything something nothing somewhere everywhere exactly "
    "whole say says"
)
_TAGGED = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,5}[-_. ]?\d[A-Za-z0-9_.-]*")  # "K1112", "XY-401": in no language
STOP_WORDS = frozenset(_STOP_EN.split())
STOP_ZH = (  # Chinese question words and particles, as a regex
    "为什么|为啥|凭什么|凭啥|是什么|什么|啥时候|啥|怎么办|咋办|怎么|咋样|咋|怎么样|如何|怎样|怎|哪些|哪个|哪种|哪儿|哪里|哪|是不是|"
    "算不算|行不行|能不能|要不要|会不会|该不该|对不对|好不好|是否|有没有|有没|请问|到底|究竟|多少|几|谁|可能|应该|应当|该|"
    "需要|必须|可以|能否|能|会|吗|呢|吧|的|了|着|是|有|在|和|与|及|或|把|被|对|从|到|就|都|也|还|我们|我|你|请|"
    "这个|那个|这|那|一个|一下|一|个|些|儿|时候|时|后|前|之间|之前|之后|里|中|上|下|说明|表示|意思|回事|没|不|就是|才|又|再|很|挺|老是"
)
_STOP_ZH = re.compile(STOP_ZH)
_ORDERS_EN = (  # verbs that people order with
    "plot draw show list forecast predict compare label detect check find explain analyse analyze clean average ignore"
)
_ORDERS = frozenset(_ORDERS_EN.split())


def lang_of(text: str) -> Lang:
    """Chinese when there are at least as many Chinese characters as Latin words of two letters or more."""
    han = len(_HAN.findall(text))
    latin = sum(1 for word in _LATIN_WORD.findall(text) if len(word) > 1 and word.isalpha())
    return "zh" if han and han >= latin else "en"


def language_in(text: str) -> Lang | None:
    """The language that a question is in; None when it has none: "K1112", "P-201?". Where it has words of both, those
    that make a sentence decide: names of columns and machines may be in the other one ("why is 油温 rising?")."""
    rest = _TAGGED.sub(" ", text)
    words = [word.casefold() for word in _LATIN_WORD.findall(rest) if len(word) > 1 and word.isalpha()]
    if not words and not _HAN.search(rest):
        return None
    english = sum(word in STOP_WORDS or word in _ORDERS for word in words)
    return "en" if english > len(_STOP_ZH.findall(rest)) else lang_of(text)


def clean(text: str) -> str:
    """Text without terminal escapes, control and direction characters; line ends as "\\n"."""
    plain = _ESCAPE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROL.sub("", plain).strip()


def content_hash(*parts: str) -> str:
    """SHA-256 of the parts with form and white space levelled out: equal content, equal hash."""
    levelled = "\x00".join(" ".join(unicodedata.normalize("NFKC", part).split()) for part in parts)
    return hashlib.sha256(levelled.encode()).hexdigest()


def tokens(text: str) -> list[str]:
    """Words of `text` as the index holds them, in order, repeated words repeated."""
    found: list[str] = []
    for match in _TOKEN.finditer(unicodedata.normalize("NFKC", text).casefold()):
        if han := match["han"]:
            found += [han[i : i + 2] for i in range(len(han) - 1)] or [han]
        else:
            parts = _LATIN_WORD.findall(match["word"])
            found += [stem(part) for part in parts]
            if len(parts) > 1 and any(c.isdigit() for c in match["word"]):
                found.append("".join(parts))  # "E-2041" is found by "E2041" too
    return found


def query_terms(text: str) -> list[str]:
    """Distinct words of a question that say what it is about, in order; question words are left out."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = " ".join(w for w in _STOP_ZH.sub(" ", folded).split() if w.strip("?!.,;:'\"()") not in STOP_WORDS)
    return list(dict.fromkeys(t for t in tokens(kept) if t not in STOP_WORDS))


def is_filler(text: str) -> list[bool]:
    """For each character of `text`: is it part of a Chinese question word or particle?"""
    filler = [False] * len(text)
    if text.isascii():
        return filler
    for match in _STOP_ZH.finditer(text):
        filler[match.start() : match.end()] = [True] * (match.end() - match.start())
    return filler


def codes(text: str) -> frozenset[str]:
    """Words with a digit: which roll, strand, alarm or amount is meant."""
    return frozenset(token for token in tokens(text) if any(char.isdigit() for char in token))


@lru_cache(65_536)
def stem(word: str) -> str:
    """A light English stem (plural, -ing, -ed, final e): "clogging", "clogged", "clogs" -> "clog"."""
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def sentences(text: str) -> list[str]:
    """`text` cut at sentence ends of both languages and at line ends; abbreviations do not end a sentence, and the
    number of a step ("3. Vent") is none of its own. A row of a table is one sentence: its cells say nothing alone."""
    if any(is_row(line) for line in text.split("\n")):
        lines = ([line.strip()] if is_row(line) else _sentences(line) for line in text.split("\n"))
        return [sentence for found in lines for sentence in found]
    return _sentences(text)


def is_row(line: str) -> bool:
    """Is this line a row of a table, each cell under its name?"""
    cells = line.count(":") + line.count("：")
    return cells > 1 and len(line) <= ROW and _ROW.match(line.strip()) is not None


def _sentences(text: str) -> list[str]:
    whole: list[str] = []
    for piece in _SENTENCE.split(text):
        piece = piece.strip()
        if not piece:
            continue
        if whole and _is_abbreviated(whole[-1]):
            whole[-1] += " " + piece
        else:
            whole.append(piece)
    return whole


def _is_abbreviated(piece: str) -> bool:
    """Does `piece` end with the point of an abbreviation or of a number, which ends no sentence?"""
    return piece.endswith(".") and _ABBREVIATION.search(piece, max(len(piece) - LONGEST, 0)) is not None

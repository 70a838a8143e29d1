"""Single times of the calendar in a question, in English and Chinese: a day, week, month, quarter, half-year or year,
and those counted from today or from the end of the log."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from roles import numerals
from roles.timewords import MONTH, MONTHS
from workers.logbook.period import Period, month_of
from workers.logbook.values import moment

FLAGS = re.IGNORECASE | re.ASCII  # ASCII: \b stands between a letter and a Chinese character, too
PLACES = {"a": 1, "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4}
NUMERAL = r"\d{1,2}|十[一二]|[一二两三四五六七八九十]"
SPOKEN = r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
WORDS_TOO = ("may", "march", "mar")  # months that are other words as well
LEADS = r"\b(?:in|during|since|for|of|last|until|till|before|after|to|and|vs\.?|versus|from|with|between|through)\s*$"
FORMER = (
    r"(?<![以之目此年月的份节日号天周])前(?!一|1(?!\d))"  # 前两周; 前一周 is the one before, 10月前两周 its first two
)
YEAR = r"(?P<y>20\d\d)"
DAY_NAMES = r"mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun"
WEEKDAYS_ZH = "一二三四五六日"
WEEK_ZH = r"(?:周|星期|礼拜)"
WEEKDAY_RANGE = re.compile(  # "from Monday to Wednesday", 周一到周三; not "last Monday to ...", 上周一到周三
    rf"(?:\bfrom\s+|(?<!last )(?<!past )(?<!previous )\b)(?P<a>{DAY_NAMES})(?:day)?s?"
    rf"\s*(?:\b(?:to|until|till|through|thru)\b|[-–—~])\s*(?P<b>{DAY_NAMES})(?:day)?s?\b"
    rf"|\bbetween\s+(?P<a2>{DAY_NAMES})(?:day)?s?\s+and\s+(?P<b2>{DAY_NAMES})(?:day)?s?\b"
    rf"|(?<![上本这个]){WEEK_ZH}(?P<a3>[一二三四五六日天])\s*(?:到|至|[-–—~～])\s*"
    rf"(?:{WEEK_ZH}(?P<b3>[一二三四五六日天])|(?P<b4>[一二三四五六日天])(?![点时号日月天周个次十百\d]))", FLAGS,
)  # fmt: skip
LONGEST_RANGE = 40  # characters of one
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Scope:
    """First and last day of the log, today, and whether the log writes the day before the month."""

    first: date
    last: date
    today: date
    day_leads: bool = True


def number_of(word: str) -> int:
    """A number in digits or as a word, a place too: "first", "2nd". 0 where it is none."""
    return numerals.number_of(word) or PLACES.get(word.lower(), 0)


def units(text: str, scope: Scope) -> Iterator[tuple[int, int, Period]]:
    """Begin and end in the text, and what it means, of each single time; no character belongs to two."""
    taken = [False] * len(text)
    for pattern, make in RULES:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            try:
                period = make(match, scope)
            except (ValueError, OverflowError):  # the 31st of June
                period = None
            if period is not None:
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
                yield match.start(), match.end(), period


def _latest(make: Callable[[int], Period], year: str | None, scope: Scope) -> Period:
    """Of the year that is said, else the latest that begins before the log ends."""
    if year is not None:
        return make({"今": scope.today.year, "去": scope.today.year - 1}.get(year[0]) or int(year[:4]))
    made = make(scope.last.year)
    return replace(made if made.first <= scope.last else make(scope.last.year - 1), again=make)


def _year(match: re.Match[str]) -> str | None:
    return next((value for name, value in match.groupdict().items() if name.startswith("y") and value), None)


def _month(match: re.Match[str], scope: Scope) -> Period | None:
    word, text = match["m"], match.string
    if word.lower() in WORDS_TOO and not _year(match):
        ahead = re.search(LEADS, text[: match.start()], FLAGS)
        begins = re.match(r"\s+(?:i|we|you|it|be)\b", text[match.end() :], FLAGS)
        if not ahead and (word.islower() or begins):
            return None
    number = MONTHS.index(word[:3].lower()) + 1 if word[0].isascii() and word[0].isalpha() else number_of(word)
    return _latest(lambda y: month_of(date(y, number, 1)), _year(match), scope) if 1 <= number <= 12 else None


def _months(match: re.Match[str], scope: Scope) -> Period | None:
    """ "7到9月"."""
    a, b = number_of(match["a"]), number_of(match["b"])
    if not (1 <= a <= 12 and 1 <= b <= 12):
        return None
    last = _latest(lambda y: month_of(date(y, b, 1)), _year(match), scope)
    return Period(date(last.first.year - (a > b), a, 1), last.last)


def _named_day(match: re.Match[str], scope: Scope) -> Period:
    word = match["m"]
    number = MONTHS.index(word[:3].lower()) + 1 if word[0].isascii() and word[0].isalpha() else number_of(word)
    day = int(match["d"])
    return _latest(lambda y: Period(date(y, number, day), date(y, number, day)), _year(match), scope)


def _nth(match: re.Match[str], scope: Scope) -> Period:
    """ "the 15th", "15号": of the month in which the log ends, else of the one before."""
    day, ends = int(next(d for d in match.groups() if d)), scope.last
    found = ends.replace(day=day) if day <= ends.day else (ends.replace(day=1) - timedelta(days=1)).replace(day=day)
    return Period(found, found, bare=True)


def _day(match: re.Match[str], scope: Scope) -> Period | None:
    found = moment(match[0], day_leads=scope.day_leads)
    return Period(found.date(), found.date()) if found is not None else None


def _week(match: re.Match[str], scope: Scope) -> Period | None:
    number = number_of(match["w"])

    def made(year: int) -> Period:
        monday = date.fromisocalendar(year, number, 1)
        return Period(monday, monday + timedelta(days=6))

    return _latest(made, _year(match), scope) if 1 <= number <= 53 else None


def _parts(months: int) -> Callable[[re.Match[str], Scope], Period | None]:
    """Quarters (3 months) and half-years (6)."""

    def made(match: re.Match[str], scope: Scope) -> Period | None:
        word = next(v for k, v in match.groupdict().items() if k.startswith("n") and v)
        number = {"上": 1, "下": 2}.get(word) or number_of(word)

        def part(year: int) -> Period:
            end = month_of(date(year, months * number, 1)).last
            return Period(date(year, months * (number - 1) + 1, 1), end)

        return _latest(part, _year(match), scope) if 1 <= number <= 12 // months else None

    return made


def _ago(match: re.Match[str], scope: Scope) -> Period:
    """ "last 3 months": counted back from the end of the log."""
    said = next((v for k, v in match.groupdict().items() if k.startswith("n") and v), "1")
    unit = next(v for k, v in match.groupdict().items() if k.startswith("u") and v)[0].lower()
    count, last = 6 if said == "半" else number_of(said) if not said.isdigit() else int(said), scope.last
    unit = {"天": "d", "日": "d", "周": "w", "星": "w", "礼": "w", "月": "m", "年": "y", "q": "q"}.get(unit, unit)
    if said == "半" and unit == "m":
        return Period(last - timedelta(days=14), last, relative=True)
    if unit in "dw":
        return Period(last - timedelta(days=count * (7 if unit == "w" else 1) - 1), last, relative=True)
    months = count * {"m": 1, "q": 3, "y": 1 if said == "半" else 12}[unit]
    place = last.year * 12 + last.month - 1 - months
    year, month = divmod(place, 12)
    before = date(year, month + 1, min(last.day, monthrange(year, month + 1)[1]))
    return Period(before + timedelta(days=1), last, relative=True)


def weekday_of(word: str) -> int:
    """0 for "Mon", "monday", 一 to 6 for 日, 天."""
    return WEEKDAYS.index(word[:3].lower()) if word.isascii() else WEEKDAYS_ZH.index(word.replace("天", "日"))


def _weekday(match: re.Match[str], scope: Scope) -> Period | None:
    """ "last Friday", "since Friday": the one before today where the log reaches so far, else the last of the log;
    "last Friday to Monday": from there on."""
    near = WEEKDAY_RANGE.finditer(match.string, max(0, match.start() - LONGEST_RANGE), match.end() + LONGEST_RANGE)
    if any(days.start() <= match.start() < days.end() for days in near):
        return None  # "from Monday to Wednesday": days of every week
    place = weekday_of(next(value for name, value in match.groupdict().items() if name.startswith("w") and value))
    end = min(scope.last, scope.today - timedelta(days=1))
    day, to = end - timedelta(days=(end.weekday() - place) % 7), match.groupdict().get("z")
    return Period(day, day + timedelta(days=(weekday_of(to) - place) % 7 if to else 0))


def _weekday_of(match: re.Match[str], scope: Scope) -> Period:
    """ "上周五": the Friday of that week; "上周一到周三": its days from Monday on."""
    week = _relative("week 1" if match["wk"] == "上" else "week 0")(match, scope)
    first, last = (
        week.first + timedelta(days=(weekday_of(said) - week.first.weekday()) % 7)
        for said in (match["wz"], match["wz2"] or match["wz"])
    )
    return Period(first, max(first, last), week.relative)


def _weekend(match: re.Match[str], scope: Scope) -> Period:
    """The last Saturday and Sunday."""
    end = min(scope.last, scope.today - timedelta(days=1))
    sunday = end - timedelta(days=(end.weekday() - 6) % 7)
    return Period(sunday - timedelta(days=1), sunday)


def _relative(name: str) -> Callable[[re.Match[str], Scope], Period]:
    """The calendar's where the log reaches there, else counted back from the end of the log."""

    def made(match: re.Match[str], scope: Scope) -> Period:
        meant = _from(name, scope.today)
        if meant.first <= scope.last and meant.last >= scope.first:
            return meant
        size, back = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}[name.split()[0]], name.split()[1]
        end = scope.last - timedelta(days=size) if back == "2" else scope.last
        return Period(end - timedelta(days=size - 1), end, relative=True)

    return made


def _from(name: str, today: date) -> Period:
    """ "week 1": the calendar's week before the one of `today`."""
    unit, back = name.split()[0], int(name.split()[1])
    if unit == "day":
        return Period(today - timedelta(days=back), today - timedelta(days=back))
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return Period(monday, monday + timedelta(days=6))
    if unit == "year":
        return Period(date(today.year - back, 1, 1), date(today.year - back, 12, 31))
    size = 3 if unit == "quarter" else 1
    place = today.year * 12 + (today.month - 1) // size * size - back * size
    first = date(place // 12, place % 12 + 1, 1)
    last = place + size - 1
    return Period(first, month_of(date(last // 12, last % 12 + 1, 1)).last)


WORD_RULES = (
    ("day 2", r"\b(?:the )?day before yesterday\b|前天"), ("day 1", r"\byesterday\b|昨天|昨日"),
    ("day 0", r"\btoday\b|今天|今日"),
    ("week 2", r"\b(?:the )?week before last\b|上上个?(?:周|星期|礼拜)"),
    ("week 1", r"\b(?:the )?(?:last|previous|past) week\b|上个?(?:周|星期"
    r"|礼拜)"), ("week 0", r"\bthis week\b|本周|这个?(?:周|星期)(?!期)"),
    ("month 2", r"\b(?:the )?month before last\b|上上个?月"),
    ("month 1", r"\b(?:the )?(?:last|previous|past) month\b|上个?月"), ("month 0", r"\bthis month\b|本月|这个?月"),
    ("quarter 1", r"\b(?:last|previous|past) quarter\b|上个?季度"), ("quarter 0", r"\bthis quarter\b|本季度|这个?季度"),
    ("year 2", r"前年"), ("year 1", r"\b(?:last|previous|past) year\b|去年(?!\s*[\d一二三四五六七八九十]+月"
    r"|[上下]半年)"),
    ("year 0", r"\bthis year\b|今年(?!\s*[\d一二三四五六七八九十]+月|[上下]半年)"),
)  # fmt: skip
YZH = r"(?:(?P<yz>20\d\d|今|去)\s*年\s*)?"
RULES: list[tuple[re.Pattern[str], Callable[[re.Match[str], Scope], Period | None]]] = [
    (re.compile(pattern, FLAGS), make)
    for pattern, make in (
        (r"\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}日?|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{4}(?!\d)", _day),
        (rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m>{MONTH})\b\.?(?:,?\s+{YEAR}\b)?", _named_day),
        (rf"\b(?P<m>{MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+{YEAR}\b)?", _named_day),
        (rf"{YZH}(?<!\d)(?P<m>1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十])月\s*(?P<d>\d{{1,2}})[日号]", _named_day),
        (rf"{YZH}(?<![\d月])(?P<a>{NUMERAL})月?份?\s*[-~～到至]\s*(?P<b>{NUMERAL})月份?(?!\s*\d)", _months),
        (rf"{YZH}(?<!\d)(?P<m>1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十])\s*月份?(?!\s*\d)", _month),
        (rf"\b(?P<m>{MONTH})\b\.?(?:,?\s+(?:of\s+)?{YEAR}\b)?", _month),
        (r"(?<![\d-])(?P<y>20\d\d)[-/.](?P<m>0[1-9]|1[0-2])(?![-/.\d])", _month),
        (rf"{YZH}第?(?P<n1>[一二三四1-4])季度", _parts(3)),
        (rf"\bq(?P<n1>[1-4])\b(?:[\s/-]*{YEAR}\b)?|\b(?P<y2>20\d\d)[\s/-]*q(?P<n2>[1-4])\b", _parts(3)),
        (rf"\b(?P<n1>first|second|third|fourth|1st|2nd|3rd|4th) quarter\b(?: (?:of |in )?{YEAR}\b)?", _parts(3)),
        (rf"{YZH}(?P<n1>[上下])半年", _parts(6)),
        (rf"\b(?P<n1>first|second) half(?: of (?:the year|{YEAR}))\b|\bh(?P<n2>[12])\s*(?P<y2>20\d\d)\b", _parts(6)),
        (rf"{YZH}(?<!月)(?<!月的)第\s*(?P<w>\d{{1,2}})\s*(?:周|星期)", _week),
        (rf"\b(?:calendar )?(?:week|wk|cw|kw)\.?\s*(?:no\.?\s*|#\s*)?(?P<w>\d{{1,2}})\b(?:\s*(?:of |in "
        rf"|/)?\s*{YEAR}\b)?", _week),
        (rf"\b(?:the )?(?:last|past|previous)\s+(?P<n1>\d{{1,3}}|{SPOKEN})\s+(?P<u1>days?|weeks?|months?"
         rf"|quarters?|years?)\b"
         rf"|(?:最近|近|过去|{FORMER})\s*的?(?P<n2>\d{{1,3}}|半|{NUMERAL})\s*个?(?P<u2>[天日月年]|{WEEK_ZH})", _ago),
        (rf"\b(?:last|past|previous)\s+(?P<wd>{DAY_NAMES})(?:day)?\b"
         rf"(?:\s*(?:\b(?:to|until|till|through|thru)\b|[-–—~])\s*(?P<z>{DAY_NAMES})(?:day)?\b)?", _weekday),
        (rf"(?:(?<=\bsince )|(?<=\bafter )|(?<=\bbefore )|(?<=\buntil )|(?<=\bfrom ))(?P<wd>{DAY_NAMES})(?:day)?\b"
         r"|(?:(?<=自)|(?<=从)|(?<=自从))(?:周|星期|礼拜)(?P<wz>[一二三四五六日天])"
         r"|(?:周|星期|礼拜)(?P<wz2>[一二三四五六日天])(?=以来|之后|以后|起|之前|以前)", _weekday),
        (rf"(?P<wk>上|本|这)个?{WEEK_ZH}(?P<wz>[一二三四五六日天])"
         rf"(?:\s*(?:到|至|[-–—~～])\s*(?:(?P=wk)个?)?{WEEK_ZH}(?P<wz2>[一二三四五六日天]))?", _weekday_of),
        (r"\b(?:last|past|previous) weekend\b|上个?周末", _weekend),
        *((words, _relative(name)) for name, words in WORD_RULES),
        (r"(?<![\d-])(?P<y>20\d\d)\s*年(?:全年|度)?|(?:(?<=\bin )|(?<=\bduring )|(?<=\bof )|(?<=\bfor )"
        r"|(?<=\bsince )|(?<=\bbefore )|(?<=\bafter )"
         r"|(?<=\buntil )|(?<=\byear )|(?<=\band )|(?<=\bvs )|(?<=\bwith )|(?<=\bto )"
         r"|(?<=\bfrom ))(?P<y2>20\d\d)\b(?![-/.年])",
         lambda m, s: Period(date(int(_year(m) or 0), 1, 1), date(int(_year(m) or 0), 12, 31))),
        (r"\b(?:the\s+)?(?P<d>[0-3]?\d)(?:st|nd|rd|th)\b(?!\s+(?:week|time|quarter|shift|strand|line))"
         r"|(?<!\d)(?P<d2>[0-3]?\d)(?:日|号(?=之|以|到|至|起|那天|当天)"
        r"|号(?:(?<=[日号][到至]\d号)|(?<=[日号][到至]\d\d号))(?![机线流炉班]))",
         lambda m, s: _nth(m, s)),
    )
]  # fmt: skip

"""What a limit means that was read from its words alone: whether it shall be kept or is asked about, and its unit where
only capitals tell that."""

from __future__ import annotations

import re
from collections.abc import Collection

from roles.planning.limits.numbers import OPPOSITE, Limit
from roles.planning.wants.asked import YES_NO

CASED = {"mw": "mW", "mpa": "mPa"}  # which a text in lower case says like "MW" and "MPa"
# Asked of any moment, not of all of them: "was it ever at least 45?", "有没有不超过30的时候".
ASKED = re.compile(
    rf"{YES_NO.pattern}|\b(?:check|verify|confirm|make sure|see)(?: that| whether| if)?\b(?! when)|核实|确认|检查"
)
AT_ANY_TIME = re.compile(
    r"\b(?:ever|sometimes|at (?:any|some) time|when|how (?:often|long|many))\b"
    r"|有没有|(?<!未)曾|有时|几次|多久|什么时候|何时"
)


def cased(limit: Limit, text: str, units: Collection[str | None]) -> Limit:
    """A limit whose unit's case tells what it is, as written in `text`, the request with its capitals: "4 mW" is not
    "4 MW". All in lower case it is the one that `units`, those of the sensors, have."""
    unit = str(limit.values.get("unit") or "")
    small = CASED.get(unit.lower())
    if small is None:
        return limit
    written = {m[1] for m in re.finditer(rf"\d\s*({unit})(?![a-z])", text, re.ASCII | re.IGNORECASE)}
    own = small in units and unit not in units
    is_small = written == {small} or (own and written <= {small, unit.lower()})
    return Limit(limit.values | {"unit": small}, limit.span) if is_small else limit


def kept(limit: Limit, text: str, *, label: bool, ordered: bool) -> Limit:
    """What a limit that is not to be passed means. Rows to label are those that keep it. Whether it is kept ("is the
    flow not above 31?") turns on the rows that pass it: "denied", the answer says yes where there are none. A forecast
    and a plot (not `label`) have it as the limit that may be passed. `ordered`: a label was asked for by that word."""
    if "or_equal" not in limit.values:
        return limit
    asks = not ordered and ASKED.search(text) is not None and AT_ANY_TIME.search(text) is None
    values = {key: value for key, value in limit.values.items() if key != "or_equal"}
    if label and not asks:
        return Limit(values, limit.span) if "low" in values else limit
    values["side"] = OPPOSITE[values["side"]]
    return Limit(values | ({"denied": True} if label else {}), limit.span)

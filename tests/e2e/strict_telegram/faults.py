"""Faults on demand and by chance: what a network and a busy platform do to a bot."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

KINDS = ("rate", "error", "telegram_error", "cut_before", "cut_after", "slow")
DOWNLOAD = "download"  # the name under which file downloads stand among the methods


@dataclass
class Fault:
    """One fault; `options` by kind: retry_after (rate), status and html (error), code, description and parameters
    (telegram_error), seconds (slow)."""

    method: str
    kind: str
    left: int = 1
    options: dict = field(default_factory=dict)
    where: Callable[[dict], bool] | None = None

    def fits(self, method: str, args: dict) -> bool:
        """Whether this call is to be spoilt. `*` stands for every method and download, getUpdates included."""
        named = self.method == "*" or self.method.lower() == method.lower()
        return self.left > 0 and named and (self.where is None or self.where(args))

    @property
    def status(self) -> int:
        """The HTTP status it answers with, 0 for a cut connection."""
        given = {"rate": 429, "error": self.options.get("status", 500), "telegram_error": self.options.get("code", 400)}
        return given.get(self.kind, 0)

    @property
    def page(self) -> str:
        """A page of HTML, as a proxy gives it, when one is asked for (error, html=True)."""
        if self.kind != "error" or not self.options.get("html"):
            return ""
        return f"<html><head><title>{self.status}</title></head><body><h1>{self.status}</h1></body></html>"

    @property
    def body(self) -> dict:
        """The JSON answer; error_code 0 for a cut connection."""
        status = self.status
        if self.kind == "rate":
            wait = self.options.get("retry_after", 1)
            text, parameters = f"Too Many Requests: retry after {wait}", {"retry_after": wait}
        else:
            names = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}
            text = "" if not status else self.options.get("description", names.get(status, "Internal Server Error"))
            parameters = self.options.get("parameters", {})
        found = {"ok": False, "error_code": status, "description": text}
        return found | ({"parameters": parameters} if parameters else {})


class Faults:
    """The list of faults that wait for their call, and the dice."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self.done: list[tuple[str, str]] = []  # (method, kind), in order
        self._chances: dict[str, float] = {}
        self._dice = random.Random(0)
        self._options: dict = {}
        self._spared: tuple[str, ...] = ()

    def add(self, method: str, kind: str, times: int, where: Callable[[dict], bool] | None, options: dict) -> Fault:
        """Spoils the next `times` calls of a method."""
        assert kind in KINDS, f"no such fault: {kind}; there are {', '.join(KINDS)}"
        self.waiting.append(Fault(method, kind, times, options, where))
        return self.waiting[-1]

    def by_chance(self, chances: dict[str, float] | None, seed: int, spared: tuple[str, ...], options: dict) -> None:
        """Each call draws once: kind -> probability. None or {} stops it."""
        assert set(chances or {}) <= set(KINDS), f"there are {', '.join(KINDS)}"
        self._chances, self._dice = dict(chances or {}), random.Random(seed)
        self._spared, self._options = tuple(name.lower() for name in spared), options

    def choose(self, method: str, args: dict) -> Fault | None:
        """The fault for this call, if there is one."""
        found = next((fault for fault in self.waiting if fault.fits(method, args)), None)
        if found:
            found.left -= 1
        else:
            found = self._drawn(method)
        if found:
            self.done.append((method, found.kind))
        return found

    def _drawn(self, method: str) -> Fault | None:
        if not self._chances or method.lower() in self._spared:
            return None
        draw = self._dice.random()
        for kind, chance in self._chances.items():
            draw -= chance
            if draw < 0:
                return Fault(method, kind, 0, self._options)
        return None

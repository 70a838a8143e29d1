"""Sentences as data: every key in every language, placeholders filled by name."""

from __future__ import annotations

import tomllib
from functools import cached_property
from pathlib import Path


class Phrasebook:
    """A `.toml` file, or all of a folder, merged: `[key]` with `en = "..."` and `zh = "..."`.

    Placeholders are those of str.format. A missing key or placeholder raises KeyError that names it, so a test
    that says every key finds every gap.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    @cached_property
    def entries(self) -> dict[str, dict[str, str]]:
        """key -> language -> sentence. A key in two files is an error: one home per sentence."""
        merged: dict[str, dict[str, str]] = {}
        for path in sorted(self._home.glob("*.toml")) if self._home.is_dir() else [self._home]:
            for key, sentences in tomllib.loads(path.read_text(encoding="utf-8")).items():
                if key in merged:
                    raise KeyError(f"{key} stands twice, also in {path.name}")
                merged[key] = sentences
        return merged

    def say(self, key: str, lang: str, /, **values: object) -> str:
        """The sentence `key` in `lang`, its placeholders filled from `values`."""
        entries = self.entries
        try:
            sentence = entries[key][lang]
        except KeyError:
            raise KeyError(f"no sentence {key!r} in {lang!r}") from None
        try:
            return sentence.format(**values)
        except KeyError as missing:
            raise KeyError(f"sentence {key!r} ({lang}) misses the value {missing}") from None

"""The way out to each platform, made on first use in a process."""

from __future__ import annotations

import importlib
from functools import lru_cache
from typing import cast

from bot.outlet import Outlet
from workers.settings import Settings

OUTLETS = {"slack": "bot.slack.outlet:SlackOutlet", "telegram": "bot.telegram.outlet:TelegramOutlet"}


@lru_cache(maxsize=8)
def outlet_for(platform: str, settings: Settings) -> Outlet:
    """The outlet of `platform`; its SDK is loaded here and nowhere else."""
    module, name = OUTLETS[platform].split(":")
    return cast(Outlet, getattr(importlib.import_module(module), name)(settings))

"""The doctor's look at the settings: names that are none, lists and tokens in the wrong form, what a plant needs."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator

from workers.commands.check import Check, Status
from workers.commands.tokens import refused
from workers.settings import KNOWN, Settings
from workers.wording import say

FORMS = {  # of tokens, as the platforms document them
    "SLACK_BOT_TOKEN": re.compile(r"xox[be](?:\.xox[bp])?-\S+"),
    "SLACK_APP_TOKEN": re.compile(r"xapp-\S+"),
    "TELEGRAM_BOT_TOKEN": re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}"),
}
LISTS = ("slack_allowed", "telegram_allowed", "admins", "keepers", "viewers")
ID = re.compile(r"\*|-?[A-Za-z0-9_@:+.-]+")
LIKE = 0.75


def settings_(settings: Settings, lang: str) -> Check:
    """Names and values of settings as they stand in the environment."""
    wrong = [*_lists(settings, lang), *_forms(settings, lang)]
    wrong += [say("doctor_plant_redis", lang)] if settings.mode == "production" and not settings.redis_url else []
    doubtful = [*_unknown(lang), *_sqlite(settings, lang)]
    status: Status = "broken" if wrong else "missing" if doubtful else "ok"
    return Check("settings", status, settings.mode, " ".join([*wrong, *doubtful]))


def _unknown(lang: str) -> Iterator[str]:
    """Variables that begin as ours and are none: a misspelt one is as good as unset."""
    for name in sorted(os.environ):
        if name.startswith("ANDON_") and name not in KNOWN:
            near = difflib.get_close_matches(name, KNOWN, 1, LIKE)
            yield say("doctor_unknown_near" if near else "doctor_unknown", lang, name=name, near="".join(near))


def _lists(settings: Settings, lang: str) -> Iterator[str]:
    """Lists with quotes, brackets or blanks in an id: such an id is nobody's."""
    for field in LISTS:
        value = getattr(settings, field) or ""
        wrong = [part.strip() for part in value.split(",") if part.strip() and not ID.fullmatch(part.strip())]
        if wrong:
            yield say("doctor_list", lang, name=Settings.model_fields[field].alias, wrong=wrong[0])


def _forms(settings: Settings, lang: str) -> Iterator[str]:
    """Tokens that cannot be what their name says: swapped, or cut when they were copied."""
    for name, form in FORMS.items():
        secret = getattr(settings, name.lower())
        if secret is not None and not form.fullmatch(secret.get_secret_value()):
            yield say(f"doctor_form_{name.lower()}", lang)


def _sqlite(settings: Settings, lang: str) -> list[str]:
    """A plant on one machine may do with it; one on several may not."""
    alone = settings.mode == "production" and settings.database.startswith("sqlite")
    return [say("doctor_plant_database", lang)] if alone else []


def chat(settings: Settings, lang: str) -> Check:
    """Which chat platforms have their tokens, whether they are taken, and who is admitted."""
    slack = settings.slack_bot_token is not None and (settings.slack_app_token or settings.slack_signing_secret)
    named = [name for name, there in (("Slack", slack), ("Telegram", settings.telegram_bot_token)) if there]
    if not named:
        return Check("chat", "missing", "-", say("doctor_chat", lang))
    found = {name: why for name in named if (why := refused(name, settings)) is not None}
    away = [name for name, why in found.items() if why == ""]
    seen = ", ".join(named) + "".join(f"; {say('doctor_not_asked', lang, name=name)}" for name in away)
    wrong = {name: why for name, why in found.items() if why}
    if wrong:
        told = [say(f"failure_{name.lower()}_refused", lang, why=why, doc=f"docs/{name.lower()}.md")
                for name, why in wrong.items()]  # fmt: skip
        return Check("chat", "broken", seen, " ".join(told))
    if settings.mode == "production" and (shut := _shut(settings, bool(slack))):
        return Check("chat", "missing", seen, say("doctor_allowed", lang, names=", ".join(shut)))
    if settings.admit_everybody:
        return Check("chat", "missing", seen, say("doctor_everybody", lang, names=", ".join(settings.admit_everybody)))
    return Check("chat", "ok", seen)


def _shut(settings: Settings, slack: bool) -> list[str]:
    """The empty lists, which admit nobody in production mode."""
    lists = (("SLACK_ALLOWED", slack, settings.slack_allowed),
             ("TELEGRAM_ALLOWED", settings.telegram_bot_token is not None, settings.telegram_allowed))  # fmt: skip
    return [name for name, there, allowed in lists if there and not allowed]

"""Asking a platform whether it takes our token (auth.test, getMe), without its client: for doctor and workers."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

from workers.settings import Settings

TIMEOUT_S = 5.0
REFUSED = {"invalid_auth", "not_authed", "not_allowed_token_type", "account_inactive", "token_revoked",
           "token_expired", "Unauthorized", "Not Found"}  # fmt: skip


def refused(platform: str, settings: Settings) -> str | None:
    """The platform's word for why it refuses the token, None when it takes it, "" when it could not be asked."""
    request = _slack(settings) if platform == "Slack" else _telegram(settings)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:
            said = json.load(answer)
    except urllib.error.HTTPError as error:
        try:
            said = json.load(error)
        except (ValueError, OSError):
            return ""
    except (OSError, ValueError):  # no network, or something between that speaks no JSON
        return ""
    if not isinstance(said, dict) or said.get("ok"):
        return None if isinstance(said, dict) else ""
    why = str(said.get("error") or said.get("description") or "")
    return why if why in REFUSED else ""


def _slack(settings: Settings) -> urllib.request.Request:
    token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
    headers = {"Authorization": f"Bearer {token.strip()}"}
    return urllib.request.Request(f"{settings.slack_api_url}auth.test", data=b"", headers=headers)


def _telegram(settings: Settings) -> urllib.request.Request:
    token = settings.telegram_bot_token.get_secret_value() if settings.telegram_bot_token else ""
    return urllib.request.Request(f"{settings.telegram_api_url.rstrip('/')}/bot{token.strip()}/getMe")

"""The manifest asks for what the code uses, and for nothing else."""

import re
from pathlib import Path

import pytest

from bot.slack import events, outlet, uploads

yaml = pytest.importorskip("yaml", reason="PyYAML reads the manifest")
ROOT = Path(__file__).parents[3]
MANIFEST = yaml.safe_load((ROOT / "deploy" / "slack-manifest.yaml").read_text(encoding="utf-8"))
HISTORY = {"channels:history", "groups:history", "im:history", "mpim:history"}

# https://docs.slack.dev/reference/methods and /reference/events: the scopes that each needs
BY_METHOD = {
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "auth_test": set(),
    "views_open": set(),
    "views_push": set(),
    "assistant_threads_setStatus": {"assistant:write"},
    "users_info": {"users:read"},
    "conversations_history": HISTORY,
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_replies": HISTORY,
    "files_info": {"files:read"},
    "files_getUploadURLExternal": {"files:write"},
    "files_completeUploadExternal": {"files:write"},
}
BY_EVENT = {
    "app_mention": {"app_mentions:read"},
    "assistant_thread_started": {"assistant:write"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
}


def test_its_scopes_are_those_of_the_methods_and_events_used():
    code = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in (outlet, uploads))
    methods = set(re.findall(r"web\.([a-z]+_\w+)", code))
    assert methods == set(BY_METHOD)
    subscribed = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert set(subscribed) == set(BY_EVENT)
    needed = set().union({"commands"}, *BY_METHOD.values(), *BY_EVENT.values())
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == needed


def test_every_event_subscribed_to_is_read():
    code = Path(events.__file__).read_text(encoding="utf-8")
    for event in BY_EVENT:
        assert f'"{event.split(".")[0]}"' in code


def test_it_is_a_whole_app():
    assert MANIFEST["settings"]["socket_mode_enabled"] is True
    assert MANIFEST["settings"]["interactivity"]["is_enabled"] is True
    assert [command["command"] for command in MANIFEST["features"]["slash_commands"]] == ["/andon"]
    assert MANIFEST["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert "assistant_view" in MANIFEST["features"]
    assert len(MANIFEST["display_information"]["description"]) <= 140

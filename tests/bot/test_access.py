"""Who is heard and who may do what, from the settings alone."""

import pytest

from bot.access import Role, admitted, listed, role_of
from bot.incoming import Incoming
from workers.settings import Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """Nothing of the tester's environment is read."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)


def event(platform="slack", workspace="T1", channel="C1", user="U1", **more):
    given = {"team": workspace, **more}
    return Incoming(event_id="e", kind="message", platform=platform, workspace=workspace, channel=channel, user=user,
                    **given)  # fmt: skip


@pytest.mark.parametrize(("mode", "heard"), [("production", False), ("development", True)])
@pytest.mark.parametrize("empty", [None, "", " , "])
def test_an_empty_list_admits_nobody_in_production_and_everybody_in_development(mode, heard, empty):
    settings = Settings(mode=mode, slack_allowed=empty, telegram_allowed=empty)
    assert admitted(event(), settings) is heard
    assert admitted(event("telegram", "", "7", "7"), settings) is heard


@pytest.mark.parametrize("mode", ["production", "development"])
@pytest.mark.parametrize(
    ("allowed", "heard"),
    [("T1", True), ("C1", True), ("U1", True), ("C9, U1", True), (" U1 ,", True), ("*", True), ("T9,C9,U9", False),
     ("U", False), ("u1", False), ("U11", False)],
)  # fmt: skip
def test_any_of_workspace_channel_and_user_admits(mode, allowed, heard):
    assert admitted(event(), Settings(mode=mode, slack_allowed=allowed)) is heard


def test_a_workspace_admits_its_own_people_only_also_in_a_channel_shared_with_others():
    settings = Settings(mode="production", slack_allowed="T1")
    assert not admitted(event(team="T2"), settings)
    assert not admitted(event(team=""), settings)
    assert admitted(event(team="T2"), Settings(mode="production", slack_allowed="T2"))
    assert admitted(event(team="T2"), Settings(mode="production", slack_allowed="C1"))


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({}, []),
        ({"telegram_bot_token": "1:a"}, ["TELEGRAM_ALLOWED"]),
        ({"telegram_bot_token": "1:a", "slack_bot_token": "x", "slack_allowed": " , "},
         ["SLACK_ALLOWED", "TELEGRAM_ALLOWED"]),
        ({"telegram_bot_token": "1:a", "telegram_allowed": "*"}, []),
        ({"telegram_bot_token": "1:a", "mode": "production"}, []),
    ],
)  # fmt: skip
def test_lists_that_admit_everybody_because_nobody_set_them_are_known(given, names):
    assert Settings(**given).admit_everybody == names


def test_each_platform_has_its_own_list():
    settings = Settings(mode="production", slack_allowed="*", telegram_allowed="7")
    assert admitted(event(), settings)
    assert admitted(event("telegram", "", "7", "8"), settings)
    assert admitted(event("telegram", "", "-100", "7"), settings)
    assert not admitted(event("telegram", "", "-100", "8"), settings)
    assert not admitted(event("telegram", "", "U1", "U1"), settings)


def test_what_has_no_id_is_not_listed_by_an_empty_entry():
    assert not admitted(event(workspace="", channel="C2", user=""), Settings(mode="production", slack_allowed="C1,,"))


@pytest.mark.parametrize(
    ("given", "user", "role"),
    [
        ({}, "U1", Role.KEEPER),  # development: whoever tries it may try all but administration
        ({"mode": "production"}, "U1", Role.CREW),
        ({"keepers": "U2"}, "U1", Role.CREW),
        ({"keepers": "U1, U2"}, "U2", Role.KEEPER),
        ({"keepers": "*", "mode": "production"}, "U9", Role.KEEPER),
        ({"admins": "U1", "keepers": "U2"}, "U1", Role.ADMIN),
        ({"viewers": "U1", "mode": "production"}, "U1", Role.VIEWER),
        ({"viewers": "*", "keepers": "U2", "admins": "U3"}, "U1", Role.VIEWER),
        ({"viewers": "*", "keepers": "U2", "admins": "U3"}, "U2", Role.KEEPER),
        ({"viewers": "*", "keepers": "U2", "admins": "U3"}, "U3", Role.ADMIN),
    ],
)
def test_the_highest_role_counts(given, user, role):
    assert role_of(user, Settings(**given)) is role


def test_each_role_may_do_what_the_ones_below_may():
    assert Role.VIEWER < Role.CREW < Role.KEEPER < Role.ADMIN


def test_lists_are_read_with_spaces_and_empty_entries():
    assert listed(" a, b ,,c") == {"a", "b", "c"}
    assert listed(None) == frozenset()

"""A strict local Slack for tests: what Slack would refuse is refused here, with Slack's error code."""

from tests.e2e.strict_slack.errors import SlackError
from tests.e2e.strict_slack.interactions import Interaction
from tests.e2e.strict_slack.people import Shared
from tests.e2e.strict_slack.server import SlackServer
from tests.e2e.strict_slack.world import APP_ID, BOT_ID, BOT_USER, TEAM

__all__ = ["APP_ID", "BOT_ID", "BOT_USER", "TEAM", "Interaction", "Shared", "SlackError", "SlackServer"]

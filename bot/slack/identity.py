"""Who we are in Slack: the answer of auth.test that events are read with."""

from __future__ import annotations

from workers.contracts import Frozen


class Me(Frozen):
    """Our own ids in one workspace, as auth.test tells them."""

    team: str
    user: str  # the bot user: what people mention
    bot: str = ""  # bot_id: what our own messages carry
    name: str = ""
    team_name: str = ""

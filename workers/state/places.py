"""Where to look: some conversations by their ids, or all of a channel. A channel may have more threads than a statement
takes parameters, so those are never listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute

from workers.state.models import Conversation


@dataclass(frozen=True)
class Channel:
    """All conversations of a channel or chat."""

    platform: str
    workspace: str
    channel: str


Where = Sequence[int] | Channel


def within(column: InstrumentedAttribute[int], where: Where) -> ColumnElement[bool]:
    """The condition that `column` names a conversation there."""
    if isinstance(where, Channel):
        place = {"platform": where.platform, "workspace": where.workspace, "channel": where.channel}
        return column.in_(select(Conversation.id).filter_by(**place))
    return column.in_(where)

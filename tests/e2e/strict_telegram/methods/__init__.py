"""The methods of the Bot API, by name. Each takes (state, arguments) and returns the result or raises Refused."""

from tests.e2e.strict_telegram.methods import answers, chats, editing, media, passing, profile, receiving, sending
from tests.e2e.strict_telegram.methods.registry import METHODS

__all__ = ["METHODS", "answers", "chats", "editing", "media", "passing", "profile", "receiving", "sending"]

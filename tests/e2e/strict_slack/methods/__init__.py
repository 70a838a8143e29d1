"""The Web API methods; importing this package registers them all in METHODS."""

from tests.e2e.strict_slack.methods import chat, conversations, uploads, views
from tests.e2e.strict_slack.methods.base import METHODS, Arguments, Method

__all__ = ["METHODS", "Arguments", "Method", "chat", "conversations", "uploads", "views"]

"""Follow-up questions about an answer, told from what is stored of it: nothing is read, detected or asked again."""

from workers.followups.answering import KINDS, follow_up

__all__ = ["KINDS", "follow_up"]

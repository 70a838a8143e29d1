"""The conversation, the same on every platform: what an event means, what is said, and that it is said once.

accept -> (asking | reactions | commands) -> gathering -> [workers: stages] -> delivery. docs/conversation.md.
"""

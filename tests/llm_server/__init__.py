"""A strict OpenAI-compatible server for tests, over real HTTP; and a small real model behind the same protocol."""

from tests.llm_server.server import LlmServer, llm_server
from tests.llm_server.steps import (
    broken,
    cut,
    drip,
    error,
    huge,
    ok,
    raw,
    refusal,
    silent,
    slow,
    stalled,
    tool_call,
    without,
)

__all__ = [
    "LlmServer",
    "broken",
    "cut",
    "drip",
    "error",
    "huge",
    "llm_server",
    "ok",
    "raw",
    "refusal",
    "silent",
    "slow",
    "stalled",
    "tool_call",
    "without",
]

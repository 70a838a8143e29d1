"""The replies to "did the repair fix it?": fixed, not fixed, not yet. They count for the knowledge that was used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import evaluating, following
from bot.conversation.scene import Scene
from bot.conversation.speaking import opened, whisper

if TYPE_CHECKING:
    from workers.client import rows


def fixed(scene: Scene, answer: rows.Answer | None) -> None:
    """The repair helped."""
    if answer is not None:
        _note(scene, answer, "fixed")
        whisper(scene, "outcome_fixed")


def not_fixed(scene: Scene, answer: rows.Answer | None) -> None:
    """It did not: what was it then?"""
    if answer is None:
        return
    _note(scene, answer, "not_fixed")
    if not opened(scene, evaluating.right_form(scene, answer)):
        evaluating.ask_right(scene, answer)


def not_yet(scene: Scene, answer: rows.Answer | None) -> None:
    """Nobody has repaired it yet: asked again later."""
    if answer is None:
        return
    round_ = scene.event.value.partition(".")[2]
    following.expect(scene.office, answer, int(round_) + 1 if round_.isdigit() else following.MOST_ROUNDS)
    whisper(scene, "outcome_not_yet")


def _note(scene: Scene, answer: rows.Answer, verdict: str) -> None:
    evaluating.keep(scene, answer, verdict, aspect=following.ASPECT)

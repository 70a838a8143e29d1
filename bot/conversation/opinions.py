"""What is right, said in words: "that was wrong, it was the steam trap". Kept as the Disagree form keeps it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import verdict_words
from bot.conversation import asking, evaluating, followups, hearing, small_talk, subject
from bot.conversation.posting import notice
from bot.conversation.scene import Scene
from workers.contracts import LOOKED

if TYPE_CHECKING:
    from workers.client import rows

DIAGNOSED = (*LOOKED, followups.VERDICT)  # "it was the trap" is about an answer that looked for a cause
MOST_BACK = 12


def taken(scene: Scene) -> bool:
    """Take a message as a judgement of the answer before it, or of the one that it quotes; False when it is none."""
    text = asking.CODE.sub("", scene.event.text).strip()
    right = verdict_words.judgement(text)
    told = verdict_words.turned_out(text) if right is None else ""
    if (right is None and not told) or small_talk.to_others(text):
        return False
    right = right or told
    if right and (small_talk.requests(right) or (small_talk.asks(right) and not told)):
        return False  # "wrong, plot S8" asks for something
    if not right and not scene.event.addressed and not hearing.alone(scene):
        return False  # "correct": one person to another
    answer = _about(scene, found_out=bool(told))
    if answer is None:
        return _ask_which(scene) if scene.event.addressed and not told else False
    if right:
        evaluating.correct(scene, answer, right, "", named=True)
    else:
        agreed = verdict_words.agrees(text)
        evaluating.judge(scene, answer, "agree" if agreed else "disagree", in_words=not agreed)
    return True


def _about(scene: Scene, *, found_out: bool) -> rows.Answer | None:
    """The answer that is meant: the quoted one, else the newest here of the last hours. What was found out is about a
    diagnosis; there is nothing to be right or wrong in a refusal."""
    ledger, event = scene.office.ledger, scene.event
    _text, about_id = asking.quoted(scene, None)
    if about_id is not None:
        about = ledger.answers.get(about_id)
        return subject.corrected(scene.office, about) if about is not None else None
    here = [scene.conversation.id]
    if scene.conversation.private:
        here = ledger.talk.threads_of(event.platform, event.workspace, event.channel)
    since = datetime.now(UTC) - followups.WITHIN
    newest = ledger.answers.latest(here, since, MOST_BACK, without=("failed",))
    about = next((a for a in newest if not found_out or a.verdict in DIAGNOSED), next(iter(newest), None))
    return subject.corrected(scene.office, about) if about is not None else None


def _ask_which(scene: Scene) -> bool:
    notice(scene, "right_about_what", f"about_what:{scene.event.event_id}")
    return True

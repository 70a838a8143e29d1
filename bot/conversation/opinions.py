"""What is right, said in words: "that was wrong, it was the steam trap". Kept as the Disagree form keeps it; of one
point of an answer ("the second point is wrong") it is kept for that cause alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot import verdict_words
from bot.conversation import evaluating, hearing, small_talk, which
from bot.conversation.posting import notice
from bot.conversation.scene import Scene
from bot.conversation.speaking import answer_of, whisper
from bot.conversation.which import Judged

if TYPE_CHECKING:
    from workers.client import rows


def taken(scene: Scene, about_id: int | None = None) -> bool:
    """Take a message as a judgement of the answer that it quotes (`about_id` where a form or a reply named it) or
    means; False when it is none."""
    text = which.own_words(scene.event.text)
    judged = _point(text) or _whole(scene, text)
    if judged is None or small_talk.to_others(text):
        return False
    found = which.meant(scene, found_out=judged.found_out, about_id=about_id)
    if len(found) == 1:
        _keep(scene, found[0], judged)
    elif found:
        which.ask(scene, found, judged)
    elif scene.event.addressed and not judged.found_out:
        notice(scene, "right_about_what", f"about_what:{scene.event.event_id}")
    else:
        return False
    return True


def _point(text: str) -> Judged | None:
    """Is one point of an answer denied?"""
    found = verdict_words.point_denied(text)
    return Judged(right=found[1], point=found[0]) if found is not None else None


def _whole(scene: Scene, text: str) -> Judged | None:
    """Is the answer agreed with, denied or corrected?"""
    right = verdict_words.judgement(text)
    told = verdict_words.turned_out(text) if right is None else ""
    if right is None and not told:
        return None
    right = right or told
    if right and (small_talk.requests(right) or (small_talk.asks(right) and not told)):
        return None  # "wrong, plot S8" asks for something
    if not right and not scene.event.addressed and not hearing.alone(scene):
        return None  # "correct": one person to another
    return Judged(right=right, verdict="agree" if verdict_words.agrees(text) else "disagree", found_out=bool(told))


def pressed(scene: Scene) -> None:
    """Somebody said which answer their words are about."""
    post = scene.office.ledger.answers.post_at(scene.event.channel, scene.event.message)
    answer = answer_of(scene)
    if answer is None or post is None:
        return
    if post.about.get("user") != scene.event.user:
        whisper(scene, "right_of_whom")
        return
    scene.toast()
    _keep(scene, answer, Judged.model_validate(post.about["judged"]))


def _keep(scene: Scene, answer: rows.Answer, judged: Judged) -> None:
    if judged.point:
        evaluating.deny_point(scene, answer, judged.point, judged.right)
    elif judged.right:
        evaluating.correct(scene, answer, judged.right, "", named=True)
    else:
        evaluating.judge(scene, answer, judged.verdict, in_words=judged.verdict == "disagree")

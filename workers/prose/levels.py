"""An answer worded for its reader: the stored document in, the same document with other blocks and text out."""

from __future__ import annotations

from roles.deciding.levels import PLAIN, Happening, Line, Matter, word
from roles.types import Lang, Level
from workers.contracts import Answer, Block, EventOut, Picture
from workers.prose import story
from workers.wording import BOOK, say

MOST_BEFORE = 4  # blocks among which the headline of the diagnosis stands


def worded_for(answer: Answer, level: Level) -> Answer:
    """The answer with its text for readers of `level`; everything else of it stays."""
    ordinary = [block.model_dump(mode="json") for block in ordinary_of(answer)]
    blocks = blocks_of(word(matter_of(answer), level))
    note = say("answer_simulated", lang_of(answer))
    if answer.data is not None and answer.data.simulated and all(block.text != note for block in blocks):
        blocks.append(Block(kind="note", text=note))  # whoever reads has to know
    receipt, pictures = {**answer.receipt, "level": level, "ordinary": ordinary}, answer.pictures
    if level in PLAIN:
        blocks = [_without_file(block, answer) for block in blocks]
        pictures = [_plainly(picture, lang_of(answer)) for picture in pictures]
    told = {"blocks": blocks, "text": story.plain(blocks), "receipt": receipt, "pictures": pictures}
    return answer.model_copy(update=told)


def _without_file(block: Block, answer: Answer) -> Block:
    """The line on the processed table without its name and the steps that made it."""
    if answer.processed is None or answer.processed not in block.text:
        return block
    return block.model_copy(update={"text": say("answer_processed_plain", lang_of(answer))})


def _plainly(picture: Picture, lang: Lang) -> Picture:
    """A picture with what it shows as its caption: no edges, medians or pixels."""
    key = f"caption_plain_{picture.kind}"
    return picture.model_copy(update={"caption": say(key, lang)}) if key in BOOK.entries else picture


def ordinary_of(answer: Answer) -> list[Block]:
    """The text that it had before it was worded for somebody."""
    kept = answer.receipt.get("ordinary")
    return [Block.model_validate(block) for block in kept] if kept else answer.blocks


def verdict_first(answer: Answer) -> Answer:
    """The answer with the headline of its diagnosis first, where a reply to its question stands before that: what a
    follow-up is about."""
    blocks = ordinary_of(answer)
    before, after = say("answer_whole_file", lang_of(answer), headline="\0").split("\0")
    at = next((i for i, b in enumerate(blocks[:MOST_BEFORE]) if i and b.text.startswith(before)), None)
    if at is None:
        return answer
    headline = blocks[at].text.removeprefix(before).removesuffix(after)
    head = blocks[at].model_copy(update={"kind": "headline", "text": headline})
    replies = [block.model_copy(update={"kind": "plain"}) for block in blocks[:at]]
    told = [block.model_dump(mode="json") for block in [head, *replies, *blocks[at + 1 :]]]
    return answer.model_copy(update={"receipt": {**answer.receipt, "ordinary": told}})


def blocks_of(lines: list[Line]) -> list[Block]:
    """Lines as an answer carries them."""
    return [Block.model_validate(line.model_dump()) for line in lines]


def matter_of(answer: Answer) -> Matter:
    """What the levels are worded from."""
    event = event_of(answer)
    detection = answer.receipt.get("detection") or {}
    happening = Happening(severity=peak(event), ongoing=event.ongoing) if event is not None else None
    return Matter(
        lang=lang_of(answer),
        verdict=answer.diagnosis.verdict,
        today=[Line.model_validate(block.model_dump()) for block in ordinary_of(answer)],
        causes=answer.diagnosis.causes,
        actions=answer.diagnosis.actions,
        asks_for=answer.diagnosis.asks_for,
        findings=answer.findings,
        considered=answer.considered,
        edges=answer.graph.corrected,
        event=happening,
        model=str(detection.get("model") or ""),
        threshold=detection.get("threshold"),
    )


def lang_of(answer: Answer) -> Lang:
    """The language that an answer is written in."""
    return "zh" if answer.question.get("lang") == "zh" else "en"


def event_of(answer: Answer) -> EventOut | None:
    """The event that the diagnosis is about: that of the first finding behind its likeliest cause, else the worst."""
    anomalies = [event for event in answer.events if event.kind != "operating_change"]
    numbers = {finding.id: finding.event for finding in answer.findings}
    for cause in answer.diagnosis.causes[:1]:
        told = [numbers[id_] for id_ in cause.evidence if numbers.get(id_) is not None]
        found = next((event for event in anomalies if told and event.event == told[0]), None)
        if found is not None:
            return found
    return max(anomalies, key=lambda event: (event.kind != "departure", event.severity), default=None)


def peak(event: EventOut | None) -> float:
    """The peak of an event in alarm thresholds, 0 where none alarmed: a departure's severity counts other limits."""
    return event.severity if event is not None and event.kind != "departure" else 0.0

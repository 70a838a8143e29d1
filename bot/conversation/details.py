"""More...: findings, knowledge used, causal edges to judge, the receipt, and asking again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.buttons import one
from bot.conversation.delivery import document_of
from bot.conversation.posting import post_once
from bot.conversation.scene import Scene
from bot.conversation.speaking import clicked, whisper
from bot.outlet import Gone
from bot.reply import Button, Reply, Section, Sheet
from bot.wording import say
from workers.contracts import Answer, Block

if TYPE_CHECKING:
    from workers.client import rows
    from workers.contracts import Lang

MOST_AHEAD = 1200  # characters of a section that stands before those with buttons
MOST_FINDINGS, MOST_EDGES, MOST_EVIDENCE, QUOTE = 15, 12, 6, 280


def more(scene: Scene, answer: rows.Answer | None) -> None:
    """Show the details in a sheet, or as a message where there are none."""
    if answer is None:
        return
    clicked(scene, answer, "more")
    document = document_of(scene.office, answer)
    sheet = sheet_of(answer, document, scene.lang)
    try:
        if not scene.outlet.open_sheet(scene.place, sheet, scene.event.ticket):
            scene.toast()
            as_message(scene, answer, sheet)
    except Gone:
        whisper(scene, "press_again")


def data(scene: Scene, answer: rows.Answer | None) -> None:
    """The processed table, below the answer."""
    if answer is not None:
        scene.toast()
        scene.office.add(f"files:{answer.id}", "chat.files", "chat", {"answer_id": answer.id})


def as_message(scene: Scene, answer: rows.Answer, sheet: Sheet) -> None:
    """The sheet as one message with its buttons below, two edges a row. What has buttons or is short comes first:
    should it be too long for one message, quotations are what goes into the file."""
    sections = sorted(sheet.sections, key=lambda section: not section.buttons and len(section.text) > MOST_AHEAD)
    blocks = [Block(kind="headline", text=sheet.title)]
    blocks += [Block(kind="plain", text=section.text) for section in sections]
    edges = [bool(s.buttons) and s.buttons[0].action.startswith("edge") for s in sections]
    pairs = [section.buttons for section, edge in zip(sections, edges, strict=True) if edge]
    rows_ = [[button for pair in pairs[i : i + 2] for button in pair] for i in range(0, len(pairs), 2)]
    rows_ += [section.buttons for section, edge in zip(sections, edges, strict=True) if section.buttons and not edge]
    reply = Reply(kind="notice", lang=scene.lang, blocks=blocks, rows=rows_)
    key = f"more:{answer.id}:{scene.event.event_id}"
    post_once(scene.office, scene.outlet, scene.place, reply, key, kind="notice", answer_id=answer.id)


def sheet_of(answer: rows.Answer, document: Answer, lang: Lang) -> Sheet:
    """Everything behind an answer, most asked for first."""
    sections = [Section(text=text) for text in (findings(document, lang), knowledge(document, lang)) if text]
    sections += edges(answer, document, lang)
    buttons = one("button_again", "again", answer.question_id, lang)[0]
    if document.processed:
        buttons += one("button_data", "data", answer.id, lang)[0]
    if document.generated is not None and document.generated.code:
        buttons += one("button_code", "code", answer.id, lang)[0]
    if document.diagnosis.verdict == "fault" and "order" not in document.receipt:
        buttons += one("button_order", "order", answer.id, lang)[0]
    sections.append(Section(text=receipt(answer, document, lang), buttons=buttons))
    return Sheet(title=say("more_title", lang), close=say("form_close", lang), sections=sections, lang=lang)


def findings(document: Answer, lang: Lang) -> str:
    """The measured facts, one a line."""
    if not document.findings:
        return ""
    lines = [f"{f.id}: {f.text}" for f in document.findings[:MOST_FINDINGS]]
    return "\n".join([say("more_findings", lang), *lines])


def knowledge(document: Answer, lang: Lang) -> str:
    """The passages used, quoted with their source, their track record and what speaks against them.

    As it was when the answer was given: a sheet must open within seconds, so the knowledge base is not asked again.
    """
    if not document.evidence:
        return ""
    lines = []
    for e in document.evidence[:MOST_EVIDENCE]:
        lines.append(f"{e.id}: {e.title}\n“{e.quote[:QUOTE]}{'…' if len(e.quote) > QUOTE else ''}” ({e.source})")
        if e.right + e.wrong:
            lines.append(say("more_record", lang, right=e.right, count=e.right + e.wrong))
        if e.disputed_by:
            lines.append(say("more_disputed", lang, ids=", ".join(e.disputed_by)))
        lines += [say("more_contradicted", lang, id=c.id, source=c.source, says=c.says) for c in e.contradicted_by]
    return "\n".join([say("more_knowledge", lang), *lines])


def edges(answer: rows.Answer, document: Answer, lang: Lang) -> list[Section]:
    """The strongest edges of the graph, each to agree or disagree with."""
    graph = document.graph.corrected
    order = sorted(range(len(graph)), key=lambda i: -graph[i].strength)[:MOST_EDGES]
    sections = []
    for number, i in enumerate(order):
        edge = graph[i]
        text = say("more_edge", lang, cause=edge.cause, effect=edge.effect, lag=f"{edge.lag_s:g}")
        if number == 0:
            text = f"{say('more_edges', lang, shown=len(order), count=len(graph))}\n{text}"
        value = f"{answer.id}.{i}"
        buttons = [
            Button(label=say("button_edge_yes", lang, number=number + 1), action="edge_yes", value=value),
            Button(label=say("button_edge_no", lang, number=number + 1), action="edge_no", value=value),
        ]
        sections.append(Section(text=f"{text} ({number + 1})", buttons=buttons))
    return sections


def receipt(answer: rows.Answer, document: Answer, lang: Lang) -> str:
    """What it takes to doubt or repeat the answer, in one line each."""
    made = document.receipt
    detection = made.get("detection", {})
    engines = ", ".join(f"{role}: {said.get('engine')}" for role, said in made.get("engines", {}).items())
    lines = [say("more_receipt", lang, id=answer.id, code=made.get("code", "-"))]
    if detection:
        lines.append(say("more_model", lang, model=detection.get("model"), threshold=detection.get("threshold")))
    if engines:
        lines.append(say("more_engines", lang, engines=engines))
    code = document.generated
    if code is not None and code.code:
        lines.append(say("more_code", lang, tries=code.tries, level=code.level, seconds=f"{code.ms / 1000:.1f}"))
    total = made.get("timings", {}).get("total")
    if total is not None:
        lines.append(say("more_seconds", lang, seconds=total))
    if made.get("data_sha256"):
        lines.append(f"SHA-256 {made['data_sha256'][:16]}…")
    return "\n".join(lines)

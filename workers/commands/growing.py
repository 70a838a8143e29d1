"""`andon kb feedback|review|merge|history`: how knowledge grows, at the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import Any

from kb import growth, web
from kb.contract import KnowledgeBase
from kb.passage import Passage
from workers.commands.kb import fields, print_json
from workers.errors import AndonError
from workers.knowledge import reviewing, whole
from workers.knowledge.opening import keepers, open_knowledge
from workers.knowledge.reviewing import Card
from workers.settings import Settings
from workers.wording import say


def feedback(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --question, --verdict, --answer, --user, --json.

    The verdict counts for the passages that `andon ask` cites for the question: the first of them is the wrong one.
    """
    crew, lang = reviewing.crew(settings), args.lang or settings.lang
    with closing(open_knowledge(settings)) as store:
        candidate, agreed, cited = _take(store, args, settings, crew)
        counted = cited if args.verdict == "agree" and crew.counts(args.user) else []
        records = growth.track_records(store, counted)
    if args.json:
        more = {"status": candidate.status, "agreed": agreed} if candidate else {}
        print_json({"candidate": candidate.id if candidate else None} | more)
        return 0
    if candidate is None:
        for id_ in counted:
            right, wrong = records[id_].right, records[id_].wrong
            print(say("kb_counted", lang, id=id_, right=right, count=right + wrong))
        if not counted:
            print(say("kb_no_candidate", lang))
    else:
        print(_became(candidate, agreed, lang))
    return 0


def _became(candidate: Passage, agreed: int, lang: str) -> str:
    """What a verdict became, in a sentence."""
    if candidate.kind not in growth.CONFIRMED_BY_CREW:
        return say("kb_corrected_before" if candidate.status == "verified" else "kb_candidate", lang, id=candidate.id)
    sort = "attached" if candidate.answered_by else candidate.kind
    key = f"kb_confirmed_{sort}" if candidate.status == "verified" else f"kb_agreed_{sort}"
    return say(key, lang, id=candidate.id, count=agreed, passage=candidate.answered_by)


def _take(
    store: KnowledgeBase, args: argparse.Namespace, settings: Settings, crew: growth.Crew
) -> tuple[Passage | None, int, list[str]]:
    """The candidate that a verdict became, how many people stand behind it, and the passages that it counts for.

    Agreement without an answer of one's own is with what `andon ask` quotes: the question is attached to the first
    passage, or what it gave from the web is verified as any agreement does it."""
    about, agrees = growth.about_question(args.question), args.verdict == "agree"
    cited, main = _cited(store, args.question, settings)
    candidate = growth.feedback(store, args.question, args.verdict, args.answer or "", args.user, wrong=main,
                                about=about, crew=crew)  # fmt: skip
    # whoever says again what a verified correction says agrees with it
    agrees = agrees or (candidate is not None and candidate.status == "verified" and candidate.id in main)
    growth.judge(store, cited, main, agrees, by=args.user, about=about, crew=crew)
    if main and not agrees:
        growth.detach(store, args.question, main[0], by=args.user, about=about, crew=crew)
    if candidate is None and agrees and main:
        candidate = growth.attach(store, args.question, main[0], by=args.user, about=about, crew=crew)
        candidate = candidate or next((p for p in map(store.get, main) if p is not None and p.kind == "web"), None)
    if candidate is None:
        return None, 0, cited
    return candidate, len(growth.agreeing(store.votes([candidate.id]), crew)), cited


def _cited(store: KnowledgeBase, question: str, settings: Settings) -> tuple[list[str], list[str]]:
    """The passages that `andon ask` quotes for a question, and those that its answer stands on: the first one, or all
    that it gave from the web, where knowledge has no answer."""
    if not question.strip():
        return [], []
    cited = [hit.passage.id for hit in growth.answer_of(store, question, settings.answer_threshold)]
    shown = [] if cited else [passage.id for passage in web.shown_for(store, question)]
    return cited or shown, cited[:1] or shown


def review(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: ID, --document, --user, --json. On a terminal each candidate is decided on; without one, or for an ID, it
    is shown; a document is shown as a whole."""
    lang = args.lang or settings.lang
    questions = _own_questions(settings, lang)
    if args.document is not None:
        return _document(args, settings, questions, lang)
    with closing(open_knowledge(settings)) as store:
        waiting = growth.candidates(store) if args.id is None else [growth.waiting(store, args.id)]
        if args.id is None and not args.json and waiting and sys.stdin.isatty() and sys.stdout.isatty():
            _decide(store, waiting, args.user, settings, questions, lang)
            return 0
        cards = reviewing.cards(store, waiting, settings, questions, lang)
        passages = {p.id: p for p in waiting}
        records = growth.track_records(store, passages)
    if args.json:
        print_json({"candidates": [fields(passages[c.id], records) | _more(c) for c in cards]})
    elif not cards:
        print(say("kb_none_waiting", lang))
    for card in cards if not args.json else ():
        lines = reviewing.told(card, lang, whole=args.id is not None)
        if card.changed and args.id is None:
            lines.append(say("kb_card_more", lang, id=card.id))
        print("\n".join(lines) + "\n")
    if not args.json and args.id is None:
        for name, waits in growth.told_apart(waiting)[0].items():
            print(say("kb_document_head", lang, document=name, count=len(waits)))
            print(say("kb_document_how", lang, document=name))
    return 0


def _document(args: argparse.Namespace, settings: Settings, questions: Sequence[str], lang: str) -> int:
    """What of a document waits, what approving all of it would change, and how that is done."""
    with closing(open_knowledge(settings)) as store:
        card = whole.named(store, args.document, settings, questions)
    if args.json:
        changes = [
            {"question": t.question, "before": _passage(t.before), "after": _passage(t.after)} for t in card.changed
        ]  # fmt: skip
        shown = card.model_dump(exclude={"texts", "changed", "unchanged"})
        print_json({"document": shown | {"changes": {"changed": changes, "unchanged": card.unchanged}}})
        return 0
    print("\n".join([*whole.told(card, lang), say("kb_document_how", lang, document=card.document)]))
    return 0


def _own_questions(settings: Settings, lang: str) -> list[str]:
    """The plant's questions; without them the shipped ones must do."""
    try:
        return reviewing.own_questions(settings)
    except AndonError as error:
        print(say("kb_no_own_questions", lang, why=say(error.code, lang, **error.values)), file=sys.stderr)
        return []


def _more(card: Card) -> dict[str, Any]:
    """What a card says beyond the passage's own fields."""
    changes = [
        {"question": t.question, "before": _passage(t.before), "after": _passage(t.after)} for t in card.changed
    ]  # fmt: skip
    return {
        "agreed": card.agreed,
        "age_s": round(card.age_s),
        "near_duplicates": [near.model_dump() for near in card.duplicates],
        "contradictions": [near.model_dump() for near in card.contradictions],
        "changes": {"changed": changes, "unchanged": card.unchanged},
        "safety": {"warning": card.safety, "against": card.endangered},
    }


def _passage(shown: tuple[str, str]) -> dict[str, str] | None:
    return {"id": shown[0], "title": shown[1]} if shown[0] else None


def _decide(
    store: KnowledgeBase, waiting: Sequence[Passage], user: str, settings: Settings, questions: Sequence[str], lang: str
) -> None:
    """Ask for each candidate what shall become of it."""
    may = keepers(settings)
    may.check(user)
    for passage in waiting:
        card = reviewing.cards(store, [passage], settings, questions, lang)[0]
        print("\n".join(reviewing.told(card, lang)))
        into = card.duplicates[0].id if card.duplicates else ""
        prompt = say("kb_review_prompt_merge", lang, into=into) if into else say("kb_review_prompt", lang)
        choice = input(prompt).strip().casefold()[:1]
        if choice == "q":
            return
        if choice == "a":
            growth.approve(store, passage.id, user, may)
            print(say("kb_approve", lang, id=passage.id))
        elif choice == "m" and into:
            growth.merge(store, passage.id, into, user, may)
            print(say("kb_merge", lang, id=passage.id, into=into))
        elif choice == "r":
            growth.reject(store, passage.id, user, may)
            print(say("kb_reject", lang, id=passage.id))


def merge(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: ID, INTO, --force, --user, --json."""
    with closing(open_knowledge(settings)) as store:
        into = growth.merge(store, args.id, args.into, args.user, keepers(settings), force=args.force)
        shown = fields(into, growth.track_records(store, [into.id]))
    if args.json:
        print_json({"merged": args.id, "passage": shown})
    else:
        print(say("kb_merge", args.lang or settings.lang, id=args.id, into=into.id))
    return 0


def history(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: ID, --json. Every change, oldest first."""
    with closing(open_knowledge(settings)) as store:
        changes = store.history(args.id)
    if not changes:
        raise AndonError("failure_kb_unknown_id", id=args.id)
    if args.json:
        print_json({"changes": [change.model_dump() for change in changes]})
    else:
        print("\n".join(reviewing.history_told(changes, args.lang or settings.lang)))
    return 0

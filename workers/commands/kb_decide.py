"""`andon kb approve|reject|retire|undo`: decisions on one passage, on several, or on those of a document."""

from __future__ import annotations

import argparse
import secrets
from collections.abc import Sequence
from contextlib import closing

from kb import growth
from kb.contract import KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Passage
from kb.search.hits import ANSWERING
from workers.commands.kb import fields, print_json
from workers.errors import AndonError
from workers.knowledge.opening import keepers, open_knowledge
from workers.knowledge.reviewing import reason
from workers.knowledge.taken import some
from workers.settings import Settings
from workers.wording import say

Found = list[tuple[str, list[growth.Alike]]]
MOST_COMPARED = 20  # answers approved at once that are held against what is known
NOBODY = ("failure_kb_not_keeper", "failure_kb_no_user", "failure_kb_no_keepers")  # the same for every passage


def approve(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: ID.., --document, --user, --json."""
    return _decide("approve", args, settings)


def reject(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: ID.., --document, --user, --json."""
    return _decide("reject", args, settings)


def retire(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: ID.., --document, --user, --json."""
    return _decide("retire", args, settings)


def undo(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: ID.., --document, --user, --json."""
    return _decide("undo", args, settings)


def _decide(action: str, args: argparse.Namespace, settings: Settings) -> int:
    document = getattr(args, "document", None)
    args.token = secrets.token_hex(4)
    if not args.ids and not document:
        raise AndonError("failure_kb_no_ids")
    with closing(open_knowledge(settings)) as store:
        ids = list(dict.fromkeys(args.ids))
        if document:
            ids += [id for id in _of_document(store, action, document) if id not in ids]
        if len(ids) == 1:
            return _one(store, action, ids[0], args, settings)
        return _several(store, action, ids, args, settings)


def _of_document(store: KnowledgeBase, action: str, document: str) -> list[str]:
    """The passages of a document that can be decided on so; for undo those of the last decision on all of it."""
    if action == "undo":
        found, code = growth.last_decision(store, document), "failure_kb_nothing_of_document"
    else:
        found, code = growth.of_document(store, document, action), "failure_kb_none_of_document"  # type: ignore[arg-type]
    if not found:
        raise AndonError(code, document=document)
    return found


def _do(store: KnowledgeBase, action: str, id: str, args: argparse.Namespace, may: growth.Keepers) -> Passage:
    """Change one passage; with the rest of its document, where it is one of that: one undo takes all back."""
    if action == "undo":
        return growth.undo(store, id, args.user, may)
    document = getattr(args, "document", None)
    note = growth.note_together(document, args.token) if document else ""
    acts = {"approve": growth.approve, "reject": growth.reject, "retire": growth.retire}
    return acts[action](store, id, args.user, may, note=note)


def _one(store: KnowledgeBase, action: str, id: str, args: argparse.Namespace, settings: Settings) -> int:
    """Change one passage; an approval also says what is disputed by it, what it nearly repeats and contradicts."""
    lang = args.lang or settings.lang
    passage = _do(store, action, id, args, keepers(settings))
    shown = fields(passage, growth.track_records(store, [passage.id]))
    disputed = growth.disputed_by(store, passage) if action == "approve" else []
    alike = growth.alike(store, passage) if action == "approve" else []
    repeated = [each for each in alike if each.kind == "duplicate"]
    against = _against(alike, disputed)
    if args.json:
        more = {"disputes": disputed, "near_duplicates": [each.id for each in repeated],
                "contradicts": [each.id for each in against]} if action == "approve" else {}  # fmt: skip
        print_json({"passage": shown} | more)
        return 0
    print(say(f"kb_{action}", lang, id=passage.id, status=say(f"kb_status_{passage.status}", lang)))
    if disputed:
        print(say("kb_disputes", lang, ids=", ".join(disputed)))
    for each in repeated:
        why = reason(each, lang)
        print(say("kb_card_duplicate", lang, id=each.id, title=each.title, mine=passage.id, reason=why))
    _tell_against(passage.id, against, lang)
    return 0


def _against(alike: Sequence[growth.Alike], disputed: Sequence[str]) -> list[growth.Alike]:
    """What of `alike` is verified and contradicts, without what the correction is meant against."""
    return [each for each in alike
            if each.kind == "contradiction" and each.status == "verified" and each.id not in disputed]  # fmt: skip


def _tell_against(id: str, against: Sequence[growth.Alike], lang: str) -> None:
    for each in against:
        print(say("kb_approved_against", lang, mine=id, id=each.id, title=each.title, reason=reason(each, lang)))


def _answers_against(store: KnowledgeBase, approved: Sequence[Passage], disputed: Sequence[str]) -> Found:
    """What each answer among `approved` contradicts, each pair once; it takes some searches, so only the first ones are
    looked at. What a document contradicts was told when it was added."""
    answers = [passage for passage in approved if passage.kind in ANSWERING][:MOST_COMPARED]
    found: Found = []
    told: set[str] = set()
    for passage in answers:
        against = [e for e in _against(growth.alike(store, passage), disputed) if e.id not in told]
        found += [(passage.id, against)] if against else []
        told.add(passage.id)
    return found


def _several(store: KnowledgeBase, action: str, ids: list[str], args: argparse.Namespace, settings: Settings) -> int:
    """Change several passages, each for itself; KnowledgeError, after the others are told, for the first that fails."""
    lang, may = args.lang or settings.lang, keepers(settings)
    changed: list[Passage] = []
    same: list[str] = []  # what stood so already: to undo it would take back something else
    failed: dict[str, KnowledgeError] = {}
    for id in ids:
        before = store.get(id)
        try:
            after = _do(store, action, id, args, may)
        except KnowledgeError as error:
            if error.code in NOBODY and not changed:
                raise
            failed[id] = error
            continue
        if after == before:
            same.append(id)
        else:
            changed.append(after)
    disputed = [id for p in changed for id in growth.disputed_by(store, p)] if action == "approve" else []
    against = _answers_against(store, changed, disputed) if action == "approve" else []
    refused = [{"id": id, "reason": say(error.code, lang, **error.values)} for id, error in failed.items()]
    if args.json:
        records = growth.track_records(store, [p.id for p in changed])
        print_json({"passages": [fields(p, records) for p in changed], "refused": refused, "disputes": disputed,
                    "contradicts": {id: [each.id for each in found] for id, found in against},
                    "unchanged": same})  # fmt: skip
    else:
        _tell(action, changed, same, disputed, lang)
        for id, found in against:
            _tell_against(id, found, lang)
        if getattr(args, "document", None) and changed and action != "undo":
            print(say("kb_document_undo_how", lang, document=args.document))
        for entry in refused[1:]:  # the first is the sentence on stderr
            print(entry["reason"])
    if failed:
        raise next(iter(failed.values()))
    return 0


def _tell(action: str, changed: list[Passage], same: list[str], disputed: list[str], lang: str) -> None:
    if changed:
        print(say(f"kb_{action}_several", lang, count=len(changed), ids=some([p.id for p in changed])))
    if same:
        print(say("kb_unchanged_several", lang, count=len(same), ids=some(same)))
    if disputed:
        print(say("kb_disputes", lang, ids=", ".join(disputed)))

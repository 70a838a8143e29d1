"""Growth: what the crew says becomes a candidate; a keeper, or enough of the crew, makes it knowledge."""

from kb.growth.agreement import CONFIRMED_BY_CREW, agree, agreeing, known_case, settle, withdraw
from kb.growth.alike import Alike, alike
from kb.growth.answers import LOOKED_AT, Shown, answer_of, answers, quoted
from kb.growth.attached import attach, detach
from kb.growth.candidates import (
    Verdict,
    about_question,
    approve,
    candidates,
    decided,
    feedback,
    note_occasion,
    reject,
    retire,
    undo,
    waiting,
)
from kb.growth.conflicts import Conflicts, conflicts
from kb.growth.crew import Crew, Keepers, listed
from kb.growth.disputes import against, disputed_by
from kb.growth.documents import (
    SAID,
    TOGETHER,
    DocumentAction,
    Together,
    decide_on,
    document_named,
    handle,
    last_decision,
    note_together,
    of_document,
    told_apart,
    undo_on,
    waiting_documents,
)
from kb.growth.effects import Effect, Turn, difference, effect, effects, shipped_questions, together
from kb.growth.merging import merge
from kb.growth.otherwise import Contrary, otherwise
from kb.growth.pending import would_answer
from kb.growth.records import judge, track_records
from kb.growth.safety import about_safety, endangered

__all__ = [
    "CONFIRMED_BY_CREW",
    "LOOKED_AT",
    "SAID",
    "TOGETHER",
    "Alike",
    "Conflicts",
    "Contrary",
    "Crew",
    "DocumentAction",
    "Effect",
    "Keepers",
    "Shown",
    "Together",
    "Turn",
    "Verdict",
    "about_question",
    "about_safety",
    "against",
    "agree",
    "agreeing",
    "alike",
    "answer_of",
    "answers",
    "approve",
    "attach",
    "candidates",
    "conflicts",
    "decide_on",
    "decided",
    "detach",
    "difference",
    "disputed_by",
    "document_named",
    "effect",
    "effects",
    "endangered",
    "feedback",
    "handle",
    "judge",
    "known_case",
    "last_decision",
    "listed",
    "merge",
    "note_occasion",
    "note_together",
    "of_document",
    "otherwise",
    "quoted",
    "reject",
    "retire",
    "settle",
    "shipped_questions",
    "together",
    "told_apart",
    "track_records",
    "undo",
    "undo_on",
    "waiting",
    "waiting_documents",
    "withdraw",
    "would_answer",
]  # fmt: skip

"""Growth: what the crew says becomes a candidate; a keeper, or enough of the crew, makes it knowledge."""

from kb.growth.agreement import agree, agreeing, known_case, settle, withdraw
from kb.growth.alike import Alike, alike
from kb.growth.answers import LOOKED_AT, Shown, answer_of, answers, quoted
from kb.growth.candidates import Verdict, about_question, approve, candidates, feedback, reject, retire, undo, waiting
from kb.growth.conflicts import Conflicts, conflicts
from kb.growth.crew import Crew, Keepers, listed
from kb.growth.disputes import against, disputed_by
from kb.growth.effects import Effect, Turn, difference, effect, effects, shipped_questions
from kb.growth.merging import merge
from kb.growth.otherwise import Contrary, otherwise
from kb.growth.records import judge, track_records
from kb.growth.safety import about_safety, endangered

__all__ = [
    "LOOKED_AT",
    "Alike",
    "Conflicts",
    "Contrary",
    "Crew",
    "Effect",
    "Keepers",
    "Shown",
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
    "candidates",
    "conflicts",
    "difference",
    "disputed_by",
    "effect",
    "effects",
    "endangered",
    "feedback",
    "judge",
    "known_case",
    "listed",
    "merge",
    "otherwise",
    "quoted",
    "reject",
    "retire",
    "settle",
    "shipped_questions",
    "track_records",
    "undo",
    "waiting",
    "withdraw",
]  # fmt: skip

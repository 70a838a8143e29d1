"""Causal statements in English sentences."""

from __future__ import annotations

import re

from kb.passage import Rule

MOST_WORDS = 10  # of a cause or effect; a longer one is a story
_UNSURE = re.compile(
    r"\?|\b(?:may|might|could|can|cannot|would|should|shall|must|possibl[ey]|probabl[ey]|perhaps|maybe|sometimes"
    r"|occasionally|often|usually|mostly|most|rarely|hardly|seldom|suspect\w*|likely|unlikely|seems?|appears?|believed?s?"
    r"|thought|thinks?|assum\w+|supposed|presum\w+|potential\w*|said|claims?|whether|unless|except|only|unknown|unclear"
    r"|tends?|risk|avoid\w*|prevent\w*|protect\w*|never|otherwise|because|always|necessarily|partly|some|ensure|check"
    r"|verify|suppose|imagine|please|let|neither|nor|without|what|who|how|why|where|example|e\.g|ignore|instead)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"\b(?:if|when|whenever|while|until|as long as|provided|once|during|after|before|since|although|though|but|unless"
    r"|at|above|below|than)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"\b(?:not|no|none|cannot|nothing)\b|n't\b", re.IGNORECASE)
_NO_PHRASE = re.compile(
    r"\b(?:this|that|these|those|it|its|they|them|their|which|who|he|she|we|you|i|there|here|is|are|was|were|be|been"
    r"|being|has|have|had|do|does|did|will|and|or|so|then|as|such|causes?|caused)\b|[,;:!?\"“”→=]|\d\s*%?$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:the|a|an|any|every|each)\s+", re.IGNORECASE)
_PREFIX = re.compile(
    r"^(?:(?:note|attention|warning|caution|important|hint|remark)\s*[:!]\s*|\(?\d+[.)]\s+"
    r"|(?:therefore|thus|hence|so|accordingly|in turn|moreover|furthermore|also|then),?\s+)",
    re.IGNORECASE,
)
_ADVERB = r"(?:(?:will|also|then|thus|therefore|\w+ly)\s+)?"
_ACTIVE = (
    r"(?:causes?|caused|leads?\s+to|led\s+to|results?\s+in|resulted\s+in|produces?|triggers?|triggered|induces?"
    r"|brings?\s+about|gives?\s+rise\s+to|affects?|influences?|(?:has|have)\s+an?\s+(?:\w+\s+)?(?:effect|influence|impact)\s+on"
    r"|acts?\s+on|(?:increases?|decreases?|raises|lowers|reduces?)(?=\s+(?:the|a|an)\s))"
)
_DENIED = (
    r"(?:(?:does|do)(?:\s+not|n't)\s+(?:affect|influence|change|cause|lead\s+to|result\s+in|act\s+on)"
    r"|(?:has|have)\s+no\s+(?:effect|influence|impact|bearing)\s+on)"
)
_PASSIVE = (
    r"(?:(?:is|are|was|were)\s+(?:\w+ly\s+)?(?:caused\s+by|due\s+to|the\s+result\s+of|triggered\s+by|produced\s+by)"
    r"|results?\s+from|resulted\s+from|stems?\s+from)"
)
_FORMS = [
    (re.compile(rf"^(?P<cause>.+?)\s+{_DENIED}\s+(?P<effect>.+)$", re.IGNORECASE), "forbidden"),
    (re.compile(rf"^(?P<effect>.+?)\s+{_PASSIVE}\s+(?P<cause>.+)$", re.IGNORECASE), "required"),
    (re.compile(r"^(?P<cause>.+?)\s+(?:is|are)\s+(?:the|a)\s+cause\s+of\s+(?P<effect>.+)$", re.IGNORECASE), "required"),
    (re.compile(rf"^(?P<cause>.+?)\s+{_ADVERB}{_ACTIVE}\s+(?P<effect>.+)$", re.IGNORECASE), "required"),
]
_IF = re.compile(
    r"^(?:if|when|whenever|as\s+soon\s+as)\s+(?P<cause>[^,]+),\s*(?:then\s+)?(?P<effect>[^,]+)$", re.IGNORECASE
)
_CHANGES = (
    r"(?:falls?|drops?|rises?|increases?|decreases?|swings?|stops?|trips?|opens?|closes?|overheats?|clogs?|sticks?|slips?"
    r"|leaks?|vibrates?|fluctuates?|drifts?|jumps?|climbs?|sinks?|breaks?|fails?|freezes?|wears?|bends?|grows?|shrinks?"
    r"|jams?|cracks?|bulges?|oscillates?|cavitates?|loosens?|(?:goes|go)\s+(?:up|down)|shuts?\s+(?:down|off))"
)
_CLAUSE = re.compile(rf"^(?:\S+\s+){{1,6}}(?:will\s+)?{_CHANGES}(?:\s+\S+){{0,3}}$", re.IGNORECASE)
_STATE = re.compile(r"^(?:\S+\s+){1,5}(?:is|are|becomes?|gets?)\s+(?:too\s+|very\s+)?\w+$", re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?:operators?|crews?|electricians?|technicians?|users?|staff|personnel|foreman|shift|you|we|someone|engineers?)\b",
    re.IGNORECASE,
)
_IMPERATIVE = re.compile(
    r"^(?:stop|start|open|close|call|switch|turn|press|push|pull|do|don't|set|reset|reduce|increase|lower|raise|clean|replace"
    r"|check|inspect|wait|inform|contact|see|keep|make|use|remove|tighten|drain|lock|record|write|note|go|move|adjust|look)\b",
    re.IGNORECASE,
)
_WAY = re.compile(r"^\w*\s*\b(?:pipe|line|hose|cable|door|path|stairs|duct|channel|ladder|road|corridor|tube|wire)s?$")
_PLACE = re.compile(r"^(?:table|figure|fig|section|chapter|appendix|column|row|percent|of|for|to|by)\b", re.IGNORECASE)
_END = re.compile(
    r"\s*(?:[,;:(\[]|\s[-–—]\s"
    r"|\s(?:and|or|which|that|so|thus|therefore|directly|immediately|again|too|as|within|in turn)\b)"
)
_NOUN_CAUSE = re.compile(
    r"\b(?:possible|probable|common|main|root|other|the|several|following|most|fault|error)$", re.IGNORECASE
)


def rule_of(sentence: str) -> Rule | None:
    """See kb.ingest.rules.rule_of."""
    text = _PREFIX.sub("", sentence.strip()).rstrip(".! ")
    if _UNSURE.search(text) or len(text) > 240:
        return None
    if match := _IF.match(text):
        return _conditional(match["cause"].strip(), match["effect"].strip())
    for form, relation in _FORMS:
        if match := form.match(text):
            rest = match["cause"] + " " + match["effect"]
            if _CONDITION.search(rest) or _NEGATED.search(rest) or re.search(r"\bto\s+[a-z]+$", match["effect"]):
                return None
            cause, effect = _phrase(match["cause"], "effect" in form.pattern[:12]), _phrase(match["effect"], True)
            if form is _FORMS[1][0]:
                cause, effect = _phrase(match["cause"], True), _phrase(match["effect"], False)
            way = _WAY.match(cause) and "lead" in text.casefold() and " of " not in cause
            if not cause or not effect or way or _PLACE.match(effect) or _NOUN_CAUSE.search(cause):
                return None
            return Rule.model_validate({"relation": relation, "cause": cause, "effect": effect})
    return None


def _conditional(cause: str, effect: str) -> Rule | None:
    """ "If the pressure drops, the gap opens" is a rule; "if the pressure drops, stop the pump" is advice."""
    if _NEGATED.search(f"{cause} {effect}") or _PERSON.search(f"{cause} {effect}") or _IMPERATIVE.match(effect):
        return None
    if not (_CLAUSE.match(cause) or _STATE.match(cause)) or not (_CLAUSE.match(effect) or _STATE.match(effect)):
        return None
    if re.search(r"\b(?:it|this|they|that|which|and|or)\b|[;:(]", f"{cause} {effect}", re.IGNORECASE):
        return None
    return Rule(cause=_lower(_ARTICLE.sub("", cause)), effect=_lower(_ARTICLE.sub("", effect)))


def _phrase(text: str, may_go_on: bool) -> str:
    """A noun phrase without its article, "" when it is something else; what follows the last one is cut off."""
    if may_go_on and (end := _END.search(text)):
        text = text[: end.start()]
    text = _ARTICLE.sub("", text.strip().rstrip(".,"))
    if len(text) < 3 or len(text.split()) > MOST_WORDS or _NO_PHRASE.search(text) or _IMPERATIVE.match(text):
        return ""
    return _lower(text)


def _lower(text: str) -> str:
    """Without the capital of a sentence's beginning; names such as "SEN" and "S8" keep theirs."""
    return text[0].lower() + text[1:] if len(text) > 1 and text[1].islower() else text

"""Growth: what the crew says becomes a candidate, a keeper makes it knowledge."""

from kb.growth.candidates import Keepers, Verdict, approve, candidates, feedback, reject, retire, undo

__all__ = ["Keepers", "Verdict", "approve", "candidates", "feedback", "reject", "retire", "undo"]

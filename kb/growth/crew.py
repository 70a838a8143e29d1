"""Who may decide what is knowledge, and whose agreement counts."""

from __future__ import annotations

from kb.errors import KnowledgeError
from kb.passage import Frozen


def listed(names: str | None) -> frozenset[str]:
    """A comma-separated list as a set."""
    return frozenset(name.strip() for name in (names or "").split(",") if name.strip())


class Keepers(Frozen):
    """Who may decide what is knowledge. `names` None: nobody is named, so everyone may, unless `strict`."""

    names: frozenset[str] | None = None
    strict: bool = False  # production: an empty list admits nobody

    @classmethod
    def parse(cls, names: str | None, strict: bool = False) -> Keepers:
        """From a comma-separated list; "*" is everyone, a blank list is no list."""
        return cls(names=listed(names) or None, strict=strict)

    def allow(self, user: str) -> bool:
        """True when `user` may approve."""
        if self.names is None:
            return not self.strict
        return "*" in self.names or user in self.names

    def check(self, user: str) -> None:
        """KnowledgeError when `user` may not."""
        if self.allow(user):
            return
        if self.names is None:
            raise KnowledgeError("failure_kb_no_keepers")
        raise KnowledgeError("failure_kb_not_keeper" if user else "failure_kb_no_user", user=user)

    def check_lowering(self, user: str) -> None:
        """The operator at the command line may lower a standing unnamed; whoever is named must be a keeper."""
        if user:
            self.check(user)
        elif self.names is None:
            self.check("")


class Crew(Frozen):
    """Whose agreement counts. `outsiders` do not (viewers, the bot); so many `confirmations` make a case knowledge.

    A keeper's agreement counts alone only when the keeper is listed by name: where everyone is a keeper, a click is
    not yet a decision.
    """

    keepers: Keepers = Keepers()
    outsiders: frozenset[str] = frozenset()
    confirmations: int = 2

    def counts(self, user: str) -> bool:
        """True when the agreement of `user` counts; nobody's does without a name."""
        return bool(user) and (self.is_keeper(user) or not {user, "*"} & self.outsiders)

    def is_keeper(self, user: str) -> bool:
        """True when `user` is a keeper by name."""
        return bool(user) and self.keepers.names is not None and user in self.keepers.names

    @property
    def confirms(self) -> bool:
        """May the crew make knowledge together? In production not before keepers are named, who can take it back."""
        return self.keepers.names is not None or not self.keepers.strict

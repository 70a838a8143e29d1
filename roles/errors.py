"""What can go wrong with a judgement. `code` names the sentence that a person sees (workers/messages/)."""


class RoleError(ValueError):
    """A role that cannot answer. `values` fill the sentence's placeholders."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(f"{code}: {values}")
        self.code = code
        self.values = values

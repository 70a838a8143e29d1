"""What can go wrong with knowledge. `code` names the sentence that a person sees (workers/messages/)."""


class KnowledgeError(ValueError):
    """A document, query or change that the store cannot take. `values` fill the sentence's placeholders."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(f"{code}: {values}")
        self.code = code
        self.values = values

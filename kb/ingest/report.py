"""What became of the files: everything that a reply to the person needs, as values."""

from __future__ import annotations

from pydantic import Field

from kb.ingest.values import Note
from kb.passage import Frozen, Lang


class Taken(Frozen):
    """What became of one document: ids stored now, and how many of its passages were known already.

    A document in an archive is named "archive.zip/folder/manual.pdf". `notes` say what was left out.
    """

    file: str
    stored: list[str]
    known: int
    unchanged: bool = False  # the whole file was known; it was not read again
    waiting: int = 0  # of the known ones: candidates, in no answer until a keeper approves them
    resting: int = 0  # of the known ones: retired or rejected before; they stay so
    rules: list[str] = Field(default_factory=list)  # ids of causal statements, stored now beside their passages
    codes: list[str] = Field(default_factory=list)  # alarm and fault codes that can be looked up
    languages: dict[Lang, int] = Field(default_factory=dict)  # passages of each
    notes: list[Note] = Field(default_factory=list)
    gone: list[str] = Field(default_factory=list)  # ids of an earlier version that are no longer in the file
    retired: list[str] = Field(default_factory=list)  # those of `gone` that were retired now
    renewed: list[str] = Field(default_factory=list)  # known ones that stand under better headings now
    restored: list[str] = Field(default_factory=list)  # known ones that another version had replaced; they count again


class Refused(Frozen):
    """A file that was not read, or not to its end: the code of the sentence and its values."""

    file: str
    code: str
    values: dict[str, str]


class Report(Frozen):
    """What was taken and what was not."""

    taken: list[Taken]
    refused: list[Refused]
    notes: list[Note] = Field(default_factory=list)  # about archives: files in them that are no documents

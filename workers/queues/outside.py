"""What stands in the way of every job alike, and no job can mend: a full disk, a store that is away, a refused token.

Such a failure says nothing of the job, so it is no attempt at it: the job waits and goes on by itself.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator

AGAIN_S = 30.0  # between two looks whether it is over
BY_NUMBER = {
    "disk_full": {errno.ENOSPC, errno.EDQUOT},
    "read_only": {errno.EROFS, errno.EACCES},
    "store_away": {errno.EIO, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN, errno.ENODEV, errno.EREMOTEIO},
}
# of the clients of object stores, which need not be installed; of PostgreSQL's driver and of SQLite by their words
BY_NAME = {"EndpointConnectionError": "store_away", "ConnectTimeoutError": "store_away",
           "ReadTimeoutError": "store_away", "ClientConnectorError": "store_away", "NoCredentialsError": "store_away",
           "DiskFull": "disk_full"}  # fmt: skip
BY_WORDS = {"database or disk is full": "disk_full", "disk i/o error": "store_away",
            "attempt to write a readonly database": "read_only"}  # fmt: skip


def outside(error: BaseException) -> str | None:
    """Which of these is behind a failure (disk_full, read_only, store_away, token); None for one of the job's own.

    An error may carry the word itself, as `waits_for`.
    """
    for each in _chain(error):
        named = getattr(each, "waits_for", None) or BY_NAME.get(type(each).__name__)
        if isinstance(named, str):
            return named
        if isinstance(each, OSError):
            for why, numbers in BY_NUMBER.items():
                if each.errno in numbers:
                    return why
        text = str(each).casefold() if type(each).__name__ == "OperationalError" else ""
        for words, why in BY_WORDS.items():
            if words in text:
                return why
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)

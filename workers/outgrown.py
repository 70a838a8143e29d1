"""New columns in a file of a known kind: the models that were trained on its columns as they were need an update."""

from __future__ import annotations

import logging
from collections.abc import Collection

from workers.catalogue_tables import NEEDS_UPDATE
from workers.errors import AndonError
from workers.models import opened
from workers.settings import Settings

log = logging.getLogger(__name__)


def mark(settings: Settings, columns: Collection[str], added: Collection[str], removed: Collection[str]) -> list[str]:
    """Mark those models as needing an update in the catalogue; returns their names.

    `columns` are those of the new file, `added` and `removed` what changed since the last of its kind. A model of
    another kind of file, with other columns, is left alone. A catalogue that cannot be opened must not cost the answer.
    """
    if not added:
        return []
    before = (set(columns) - set(added)) | set(removed)
    try:
        with opened(settings) as catalogue:
            names = [
                card.name for card in (*catalogue.cards(), *catalogue.trained())
                if card.sensors and set(card.sensors) <= before and not set(added) <= set(card.sensors)
            ]  # fmt: skip
            if names:
                catalogue.mark(names, NEEDS_UPDATE)
            return names
    except AndonError:
        log.exception("the model catalogue cannot be opened; no model was marked")
        return []

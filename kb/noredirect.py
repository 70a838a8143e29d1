"""Requests that follow no redirect: it would carry a question, an order or a key to a server that nobody configured."""

from __future__ import annotations

import urllib.request
from typing import Any


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Hands a redirect back as an error. For urllib.request.build_opener."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Nothing is followed."""

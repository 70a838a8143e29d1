"""Where a Weaviate server is and how it is used. A value: nothing is opened by it."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr

from kb.errors import KnowledgeError
from kb.passage import Frozen

Consistency = Literal["ONE", "QUORUM", "ALL"]

TENANT = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what Weaviate takes as the name of a tenant


class Place(Frozen):
    """A tenant on a server. `url` is http(s)://host[:port]; the gRPC port is on the same host, TLS as the URL says.

    `replication` copies of everything are kept (on as many nodes), `consistency` of them must agree on a read or a
    write. `authorities` is a PEM file of certificate authorities to trust, None: those that the client ships.
    Seconds: `timeout` of one request, `patience` for a server that went away, `turn` until a silent writer loses its
    turn.
    """

    url: str
    api_key: SecretStr | None = None
    grpc_port: int = 50051
    tenant: str = "plant"
    replication: int = 1
    consistency: Consistency = "QUORUM"
    authorities: str | None = None
    timeout: float = 20.0
    patience: float = 6.0
    turn: float = 30.0

    @property
    def secure(self) -> bool:
        """True when the server is spoken to over TLS."""
        return urlsplit(self.url).scheme == "https"

    @property
    def host(self) -> str:
        """The server's host name."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port of its HTTP interface."""
        return urlsplit(self.url).port or (443 if self.secure else 80)

    def check(self) -> None:
        """KnowledgeError when the URL or the tenant cannot be right."""
        try:
            parts = urlsplit(self.url)
            fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number
            fine = False
        if not fine:
            raise KnowledgeError("failure_kb_weaviate_url", url=self.url)
        if self.port == self.grpc_port:
            raise KnowledgeError("failure_kb_weaviate_grpc", url=self.url, port=self.grpc_port)
        if not TENANT.fullmatch(self.tenant):
            raise KnowledgeError("failure_kb_weaviate_tenant", tenant=self.tenant)

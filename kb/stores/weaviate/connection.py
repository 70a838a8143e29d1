"""The connection to a Weaviate server: opened, kept quiet, patient for a few seconds, its failures in words."""

from __future__ import annotations

import logging
import os
import time
import warnings
import weakref
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kb.errors import KnowledgeError
from kb.stores.weaviate import schema
from kb.stores.weaviate.place import Place

if TYPE_CHECKING:
    from weaviate import WeaviateClient
    from weaviate.collections import Collection

T = TypeVar("T")
LOG = logging.getLogger(__name__)

AT_ONCE = 8  # requests under way together
BATCH = 200  # objects of one write
PAUSES = (0.1, 1.0)  # seconds before the second try, doubled up to the longest


class Connection:
    """A tenant's view of the server's collections. Safe for threads; not to be carried over a fork."""

    def __init__(self, place: Place) -> None:
        place.check()
        self.place = place
        self._client = _client(place)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="weaviate")
        self._end = weakref.finalize(self, _close, self._threads, self._client)  # also for who forgets to close
        try:
            self.patiently(self._connect)
            self.version = self._checked_version()
        except BaseException:
            self.close()
            raise

    def _connect(self) -> None:
        from weaviate.exceptions import WeaviateStartUpError

        try:
            self._client.connect()
        except WeaviateStartUpError as error:
            if "not supported" in str(error):
                raise KnowledgeError("failure_kb_weaviate_old", url=self.place.url, least=_dotted()) from error
            raise

    def _checked_version(self) -> str:
        version = str(self.patiently(self._client.get_meta)["version"])
        if tuple(int(part) for part in version.split(".")[:2]) < schema.MINIMUM:
            raise KnowledgeError("failure_kb_weaviate_old", url=self.place.url, least=_dotted())
        return version

    def close(self) -> None:
        """Let go of the connection. Closing twice is fine."""
        self._end()

    def has_tenant(self, name: str) -> bool:
        """True when the collection is there, and the tenant in it."""
        tenants = self.whole(name).tenants
        return self.patiently(
            lambda: self._client.collections.exists(name) and tenants.get_by_name(self.place.tenant) is not None
        )

    def make(self, name: str) -> None:
        """The collection, if it is not there yet, and the tenant in it. Several processes may do so at once."""

        def work() -> None:
            from weaviate.exceptions import UnexpectedStatusCodeError

            if not self._client.collections.exists(name):
                try:
                    self._client.collections.create_from_dict(schema.collection(name, self.place.replication))
                except UnexpectedStatusCodeError as error:
                    if "already exists" not in str(error):
                        raise
            if name != schema.TURNS:
                self._client.collections.use(name).tenants.create([self.place.tenant])

        self.patiently(work)

    def names(self) -> list[str]:
        """Every collection of ours on the server."""
        every = self.patiently(lambda: self._client.collections.list_all(simple=True))
        return [name for name in every if name.startswith("Andon")]

    def whole(self, name: str) -> Collection:
        """A collection without a tenant: to ask for its tenants."""
        return self._client.collections.use(name)

    def collection(self, name: str) -> Collection:
        """The tenant's part of a collection, with the consistency that the place asks for."""
        from weaviate.classes.config import ConsistencyLevel

        tenant = self._client.collections.use(name).with_tenant(self.place.tenant)
        if self.place.replication == 1:
            return tenant
        return tenant.with_consistency_level(ConsistencyLevel[self.place.consistency])

    def start(self, work: Callable[[], T]) -> Future[T]:
        """Begin `work` beside others. It must not wait for other work that was begun so."""
        return self._threads.submit(work)

    def patiently(self, work: Callable[[], T]) -> T:
        """`work`, tried again while the server is away, for a few seconds. It must do no harm when done twice.

        With several nodes it is tried twice in any case: a request that was handed on to a node that died waits until
        its time is up, and by then the others have chosen another one.
        """
        pause, end = PAUSES[0], time.monotonic() + self.place.patience
        again = self.place.replication > 1
        with self._in_words():
            while True:
                try:
                    return work()
                except Exception as error:
                    if not _away(error) or (time.monotonic() + pause > end and not again):
                        raise
                    again = again and time.monotonic() + pause <= end
                time.sleep(pause)
                pause = min(2 * pause, PAUSES[1])

    def write(self, collection: Collection, objects: Sequence[Any], step: Callable[[], None] | None = None) -> None:
        """Write objects (DataObject with their UUIDs) in batches; returned means that all are stored.

        `step` is called before each batch.
        """
        for first in range(0, len(objects), BATCH):
            if step:
                step()
            self.patiently(lambda batch=objects[first : first + BATCH]: self._write(collection, batch))  # type: ignore[misc]

    def _write(self, collection: Collection, batch: Sequence[Any]) -> None:
        failed = collection.data.insert_many(batch).errors
        if failed:
            raise _Refused(next(iter(failed.values())).message)

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn failures that a person can mend into KnowledgeError."""
        from weaviate.exceptions import WeaviateBaseError

        try:
            yield
        except KnowledgeError:
            raise
        except Exception as error:
            known = isinstance(error, (WeaviateBaseError, _Refused)) or _away(error)
            if not known:
                raise
            raise self._sentence(error) from error

    def _sentence(self, error: Exception) -> KnowledgeError:
        url, text = self.place.url, " ".join(str(e) for e in _chain(error)).casefold()
        status = {getattr(e, "status_code", None) for e in _chain(error)} | {_grpc_code(e) for e in _chain(error)}
        if status & {401, "UNAUTHENTICATED"} or "login credentials" in text:
            return KnowledgeError("failure_kb_weaviate_key", url=url)
        if status & {403, "PERMISSION_DENIED"}:
            return KnowledgeError("failure_kb_weaviate_rights", url=url)
        if "read-only" in text or "readonly" in text or "no space left" in text:
            return KnowledgeError("failure_kb_weaviate_full", url=url)
        if "enough weaviate nodes" in text or "enough replicas" in text:
            return KnowledgeError("failure_kb_weaviate_replicas", url=url, count=self.place.replication)
        if _away(error):
            if status & {"UNAVAILABLE", "DEADLINE_EXCEEDED"} and self._answers():
                return KnowledgeError("failure_kb_weaviate_grpc", url=url, port=self.place.grpc_port)
            return KnowledgeError("failure_kb_weaviate_away", url=url)
        LOG.warning("Weaviate said: %s", str(error)[:500])
        return KnowledgeError("failure_kb_weaviate_failed", url=url)

    def _answers(self) -> bool:
        """True when the HTTP side is there."""
        try:
            return bool(self._client.get_meta())
        except Exception:  # whatever is wrong with it: it does not answer
            return False


def _close(threads: ThreadPoolExecutor, client: WeaviateClient) -> None:
    threads.shutdown(wait=True)
    client.close()


# gRPC by itself waits up to two minutes before it looks whether a server is back.
_RECONNECTING = [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.min_reconnect_backoff_ms", 200),
                 ("grpc.max_reconnect_backoff_ms", 1000)]  # fmt: skip


class _Refused(Exception):
    """The server did not take an object of a batch; the text says why."""


class _Once:
    """In place of the client's own retries over gRPC, which last a minute: ours end within seconds, for all alike."""

    def __init__(self, *_times: object) -> None: ...

    def with_exponential_backoff(self, count: int, error: str, f: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """One try."""
        return f(*args, **kwargs)


def _client(place: Place) -> WeaviateClient:
    """A client that is not connected yet and keeps its chatter to itself."""
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # gRPC writes to stderr by itself
    try:
        with warnings.catch_warnings(record=True):  # about versions of its own parts
            import grpc
            import weaviate
            from weaviate.classes.init import AdditionalConfig, Auth, Timeout
            from weaviate.config import GrpcConfig, Proxies
            from weaviate.connect import v4
    except ImportError as error:
        raise KnowledgeError("failure_kb_weaviate_extra") from error
    logging.getLogger("weaviate-client").setLevel(logging.CRITICAL)  # it logs what was being stored
    v4._Retry = _Once  # type: ignore[misc, assignment]
    trusted = None
    if place.secure and place.authorities:
        try:
            trusted = grpc.ssl_channel_credentials(Path(place.authorities).read_bytes())
        except OSError as error:
            raise KnowledgeError("failure_kb_weaviate_ca", file=place.authorities) from error
    return weaviate.WeaviateClient(
        connection_params=weaviate.connect.ConnectionParams.from_url(
            place.url, place.grpc_port, grpc_secure=place.secure
        ),
        auth_client_secret=Auth.api_key(place.api_key.get_secret_value()) if place.api_key else None,
        additional_config=AdditionalConfig(
            timeout=Timeout(init=place.timeout, query=place.timeout, insert=place.timeout),
            trust_env=True,  # SSL_CERT_FILE and NO_PROXY, as every other program reads them
            proxies=Proxies(),
            grpc_config=GrpcConfig(channel_options=_RECONNECTING, credentials=trusted),
        ),
        skip_init_checks=True,  # among them is a look at the package index for a newer client
    )


def _dotted() -> str:
    return ".".join(str(part) for part in schema.MINIMUM)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and those behind it."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _grpc_code(error: BaseException) -> str | None:
    code = getattr(error, "code", None)
    return getattr(code(), "name", None) if callable(code) else None


def _away(error: BaseException) -> bool:
    """True when the server, or the way to it, is gone or starting: another try may help."""
    import httpx
    from weaviate.exceptions import WeaviateConnectionError, WeaviateTimeoutError

    for one in _chain(error):
        if isinstance(one, (httpx.TransportError, WeaviateConnectionError, WeaviateTimeoutError)):
            return True
        if _grpc_code(one) in ("UNAVAILABLE", "DEADLINE_EXCEEDED"):
            return True
        if getattr(one, "status_code", None) in (502, 503, 504):
            return True
    text = str(error)  # of a batch, of a node that is starting again, or of a cluster that chooses its leader
    signs = ("connection refused", "context deadline", "reach enough replicas", "leader not found")
    return any(sign in text for sign in signs)

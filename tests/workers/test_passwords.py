"""A password in the URL of a server reaches neither a sentence nor the log, whatever is wrong with the URL."""

import re

import pytest

from kb.errors import KnowledgeError
from workers.errors import AndonError
from workers.knowledge.opening import open_knowledge, weaviate_place
from workers.queues.inbox import connect_redis
from workers.settings import Settings
from workers.state import open_database
from workers.wording import say

WORD = re.compile("geheim|Sommer", re.IGNORECASE)


def told(error):
    """Everything that a log or a person may get of an error."""
    said = [repr(error), str(error)]
    if hasattr(error, "code"):
        said += [say(error.code, lang, **error.values) for lang in ("en", "zh")]
    if error.__cause__ is not None:
        said.append(repr(error.__cause__))
    return " ".join(said)


@pytest.mark.parametrize(
    "url",
    ["redis://:geheim/x@host:6379/0", "redis://user:geheim#1@host:6379/0", "reddis://:geheim@h/0",
     "redis://:geheim@h/0?socket_timeout=geheim"],
)  # fmt: skip
def test_of_redis(url):
    with pytest.raises(AndonError) as error:
        connect_redis(url)
    assert error.value.code == "failure_redis_url"
    assert not WORD.search(told(error.value))


@pytest.mark.parametrize(
    "url",
    ["postgresql+psycopg://andon:ge@Sommer@127.0.0.1:1/andon", "postgresql+psycopg://andon:Sommer/x@127.0.0.1:1/andon",
     "postgresql+psycopg://andon:Sommer#x@127.0.0.1:1/andon", "postgresql+psycopg://andon:Sommer@127.0.0.1:x/andon",
     "postgresql+psycopg://andon:Sommer:x@127.0.0.1:1/andon"],
)  # fmt: skip
def test_of_the_database(url):
    with pytest.raises(AndonError) as error:
        open_database(url)
    assert not WORD.search(told(error.value))


@pytest.mark.parametrize(
    "url", ["http://andon:Sommer/x@127.0.0.1:1", "http://andon:geheim@127.0.0.1:1", "http://andon:Sommer#@127.0.0.1:x"]
)
def test_of_weaviate(tmp_path, url):
    settings = Settings(data_dir=tmp_path, weaviate_url=url)
    assert not WORD.search(weaviate_place(settings).url)
    with pytest.raises((KnowledgeError, AndonError)) as error:
        open_knowledge(settings)
    assert not WORD.search(told(error.value))


@pytest.mark.parametrize("url", ["http://andon:Sommer/x@127.0.0.1:1", "http://andon:geheim@127.0.0.1:1/search"])
def test_of_searx(url):
    from kb.web import Searxng

    with pytest.raises(KnowledgeError) as error:
        Searxng(url).search("casting", "en", 3)
    assert not WORD.search(told(error.value))

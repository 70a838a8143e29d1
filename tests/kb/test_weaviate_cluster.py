"""Three Weaviate servers as one cluster that keeps three copies: one of them is killed, and comes back."""

import socket
import threading
from contextlib import contextmanager

import pytest

import kb
from kb.passage import Passage
from kb.stores.weaviate.place import Place
from tests.kb.conftest import WordEmbedder
from tests.services import WeaviateServer, free_pair, wait_until

pytestmark = pytest.mark.slow
COPIES = 3


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def cluster(folder):
    """Servers that found each other."""
    nodes, rafts = [], [free_pair() for _ in range(COPIES)]
    for number, raft in enumerate(rafts):
        home = folder / str(number)
        home.mkdir()
        node = WeaviateServer(
            home, CLUSTER_HOSTNAME=f"node{number}", CLUSTER_IN_LOCALHOST="true", RAFT_BOOTSTRAP_EXPECT=str(COPIES),
            RAFT_JOIN=",".join(f"node{n}:{port}" for n, port in enumerate(rafts)),
            ASYNC_REPLICATION_FREQUENCY="1s", ASYNC_REPLICATION_PROPAGATION_DELAY="1s",  # by default half a minute
        )  # fmt: skip
        node.cluster = (node.cluster[0], raft, raft + 1)
        if nodes:
            node.environment["CLUSTER_JOIN"] = f"127.0.0.1:{nodes[0].cluster[0]}"
        nodes.append(node)
    starting = [threading.Thread(target=node.start) for node in nodes]  # none is ready before all are there
    try:
        for thread in starting:
            thread.start()
            wait_until(lambda: listens(nodes[0].cluster[0]), 30, "the first node's gossip port")
        for thread in starting:
            thread.join()
        yield nodes
    finally:
        for node in nodes:
            node.stop()


def open_at(node):
    place = Place(url=node.url, grpc_port=node.grpc_port, tenant="copies", replication=COPIES, consistency="QUORUM",
                  patience=20)  # fmt: skip
    return kb.open_store(place, WordEmbedder(), packs=())


def first(store, text):
    hits = store.search(text, limit=1)
    return hits[0].passage.id if hits else None


def test_cluster_reads_and_writes_on_without_a_node_which_finds_what_it_missed(tmp_path):
    with cluster(tmp_path) as nodes:
        one, other = open_at(nodes[0]), open_at(nodes[1])
        one.add([Passage(id=f"P-{n}", title=f"passage {n}", text=f"text number {n}") for n in range(40)])
        assert (len(other.list()), first(other, "passage 7")) == (40, "P-7")
        nodes[2].kill()
        assert (other.get("P-3").id, first(other, "passage 7"), len(one.list())) == ("P-3", "P-7", 40)
        one.add([Passage(id="N-1", title="newcomer", text="written while a node is down")])
        other.set_status("P-5", "retired", by="anna")  # leaves one collection for another
        assert (first(other, "newcomer"), one.get("P-5").status, len(one.history("P-5"))) == ("N-1", "retired", 2)
        nodes[2].start()
        back = open_at(nodes[2])
        assert dict(back.counts()) == {("verified", "manual"): 40, ("retired", "manual"): 1}
        wait_until(lambda: first(back, "newcomer") == "N-1", 90, "what was written meanwhile")
        wait_until(lambda: first(back, "passage 5") != "P-5", 90, "what was taken off meanwhile")
        now = {p.id: p.status for p in one.list()}
        assert (len(now), now["P-5"]) == (41, "retired")
        wait_until(lambda: {p.id: p.status for p in back.list()} == now, 90, "the same list")
        for store in (one, other, back):
            store.close()

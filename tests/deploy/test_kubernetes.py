"""The cluster's files: Kubernetes takes them (its own schemas, strict), and together they keep what they promise."""

import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from bot.commands import COMMANDS
from workers.queues.registry import QUEUES
from workers.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
FOLDER = DEPLOY / "kubernetes"
VERSION = "1.32"
FILES = sorted(path for path in FOLDER.rglob("*.yaml") if path.name != "kustomization.yaml")
TIME = Settings.model_fields["task_time_limit"].default


def read(path):
    return [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]


def processes(documents):
    """(name, the pod's own part, its only container) of everything that runs Andon."""
    for one in documents:
        if one["kind"] in ("Deployment", "StatefulSet"):
            spec = one["spec"]["template"]["spec"]
            (container,) = spec["containers"]
            yield one["metadata"]["name"], spec, container


def queues(container):
    return set(container["args"][-1].split(","))


@pytest.fixture
def built(tmp_path):
    """Both ways of installing as kustomize puts them together, with the example's settings; needs kubectl."""
    program = shutil.which("kubectl")
    if program is None:
        pytest.skip("no kubectl here")
    shutil.copytree(FOLDER, tmp_path / "kubernetes")
    shutil.copy(DEPLOY / "andon.env.example", tmp_path / "kubernetes/base/andon.env")

    def build(name):
        command = [program, "kustomize", str(tmp_path / "kubernetes" / name)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert ran.returncode == 0, ran.stderr
        return list(yaml.safe_load_all(ran.stdout))

    return build


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_kubernetes_takes_every_document(path):
    for document in read(path):
        kubernetes_validate.validate(document, VERSION, strict=True)


def test_every_file_is_part_of_an_installation():
    for kustomization in FOLDER.rglob("kustomization.yaml"):
        named = set(yaml.safe_load(kustomization.read_text(encoding="utf-8"))["resources"]) - {"../base"}
        assert named == {path.name for path in kustomization.parent.glob("*.yaml")} - {"kustomization.yaml"}


def test_processes_are_commands_that_there_are_and_run_as_nobody_special():
    known = {command.name for command in COMMANDS}
    found = [one for path in FILES for one in processes(read(path))]
    assert {name for name, _, _ in found} == {"worker", "worker-gpu", "slack", "telegram", "metrics"}
    for _, pod, container in found:
        assert container["args"][0] in known
        assert pod["securityContext"]["runAsNonRoot"]
        assert not pod["automountServiceAccountToken"]
        assert container["securityContext"]["readOnlyRootFilesystem"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
        assert {"/var/lib/andon", "/srv/andon", "/tmp"} == mounted  # whatever is written has a place


def test_a_bot_is_never_there_twice_and_workers_end_what_is_under_way():
    for path in FILES:
        for document in read(path):
            name, spec = document["metadata"]["name"], document.get("spec", {})
            if document["kind"] == "Deployment" and name in ("slack", "telegram"):
                assert spec["replicas"] == 1
                assert spec["strategy"] == {"type": "Recreate"}
            if document["kind"] == "StatefulSet":
                assert spec["template"]["spec"]["terminationGracePeriodSeconds"] > TIME


def test_every_queue_is_served_once(built):
    for name in ("base", "gpu"):
        served = [queues(c) for who, _, c in processes(built(name)) if who.startswith("worker")]
        assert sorted(queue for one in served for queue in one) == sorted(QUEUES)


def test_settings_come_from_the_example_and_every_claim_is_there(built):
    for name in ("base", "gpu"):
        documents = built(name)
        (secret,) = (d for d in documents if d["kind"] == "Secret")
        assert {"REDIS_URL", "DATABASE_URL", "WEAVIATE_URL", "ANDON_ARTIFACTS_URL"} <= set(secret["data"])
        claims = {d["metadata"]["name"] for d in documents if d["kind"] == "PersistentVolumeClaim"}
        for _, pod, container in processes(documents):
            assert container["envFrom"] == [{"secretRef": {"name": secret["metadata"]["name"]}}]
            assert container["image"].startswith("registry.plant/andon:")
            assert container["image"].endswith("-torch") == (name == "gpu")
            wanted = [v["persistentVolumeClaim"]["claimName"] for v in pod["volumes"] if "persistentVolumeClaim" in v]
            assert set(wanted) <= claims


def test_nobody_calls_in_but_for_the_figures(built):
    policies = [d["spec"] for d in built("base") if d["kind"] == "NetworkPolicy"]
    assert {"podSelector": {}, "policyTypes": ["Ingress"]} in policies
    opened = [policy for policy in policies if policy.get("ingress")]
    (figures,) = opened
    assert figures["podSelector"] == {"matchLabels": {"app": "metrics"}}

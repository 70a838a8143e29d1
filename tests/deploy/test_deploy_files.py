"""What deploy/ names is there: settings, commands, files; and the units hold what they promise."""

import configparser
import re
import tomllib
from pathlib import Path

import pytest
import yaml

from bot.commands import COMMANDS
from workers.queues.registry import QUEUES
from workers.settings import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
KNOWN = {str(field.alias) for field in Settings.model_fields.values()}
NAMES = {command.name for command in COMMANDS}
SERVERS = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD"}


def unit(path):
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


def compose():
    return yaml.safe_load((DEPLOY / "container/compose.yaml").read_text(encoding="utf-8"))


def test_the_example_names_settings_that_there_are_and_no_secret():
    lines = (DEPLOY / "andon.env.example").read_text(encoding="utf-8").splitlines()
    pairs = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert set(pairs) <= KNOWN
    assert pairs["ANDON_MODE"] == "production"
    assert all(not value for name, value in pairs.items() if name.endswith(("_TOKEN", "_KEY", "_SECRET")))


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_a_command_that_there_is_as_nobody_special(path):
    service = unit(path)["Service"]
    program, *words = service["ExecStart"].split()
    assert program.startswith("/opt/andon/")
    if program.endswith("/andon"):
        assert words[0] in NAMES
    else:
        assert (DEPLOY / "scripts" / Path(program).name).is_file()
    assert service["User"] == "andon"
    assert service["UMask"] == "0077"
    assert service["NoNewPrivileges"] == "yes"


def test_workers_have_time_to_end_what_is_under_way_and_room_for_rooms():
    service = unit(DEPLOY / "systemd/andon-worker.service")["Service"]
    assert service["KillMode"] == "mixed"
    assert (service["MemoryMax"], service["OOMPolicy"]) == ("80%", "continue")  # one process pays, not the machine
    assert float(service["TimeoutStopSec"]) > Settings.model_fields["task_time_limit"].default
    assert not {"RestrictNamespaces", "ProtectKernelTunables"} & set(service)  # bubblewrap needs both off


def test_containers_start_commands_that_there_are_with_settings_that_there_are():
    services = compose()["services"]
    ours = {name: each for name, each in services.items() if each.get("image") == "andon"}
    assert {"worker", "worker-gpu", "slack", "telegram", "metrics"} == set(ours)
    for each in ours.values():
        assert each["command"][0] in NAMES
        assert set(each["environment"]) <= KNOWN
        assert each["read_only"]
        assert each["cap_drop"] == ["ALL"]
    for name, each in services.items():
        assert ":" in each["image"] or name in ours  # no "latest" of anybody
        assert not each.get("ports") or all(port.startswith("127.0.0.1:") for port in each["ports"])
    assert {"--appendonly", "noeviction"} <= set(services["redis"]["command"])
    used = {mount.split(":")[0] for each in services.values() for mount in each.get("volumes", [])}
    assert used == set(compose()["volumes"])


def test_every_queue_is_served_once_with_a_gpu_and_without():
    services, docs = compose()["services"], (DEPLOY.parent / "docs/deploying.md").read_text(encoding="utf-8")
    usual = re.fullmatch(r"\$\{QUEUES:-(.+)\}", services["worker"]["command"][-1])[1].split(",")
    beside = re.search(r"QUEUES=([\w,]+)", docs)[1].split(",")
    assert set(usual) == set(QUEUES)
    assert sorted([*beside, *services["worker-gpu"]["command"][-1].split(",")]) == sorted(QUEUES)


def test_the_image_has_extras_that_there_are():
    declared = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (DEPLOY / "container/Dockerfile").read_text(encoding="utf-8")
    docs = (DEPLOY.parent / "docs/deploying.md").read_text(encoding="utf-8")
    for extras in (*re.findall(r"EXTRAS=([\w,]+)", text), *re.findall(r"EXTRAS=([\w,]+)", docs)):
        assert set(extras.split(",")) <= set(declared["optional-dependencies"])


def test_the_image_takes_in_every_room_of_the_program():
    text = (DEPLOY / "container/Dockerfile").read_text(encoding="utf-8")
    root = DEPLOY.parent
    rooms = {folder.name for folder in root.iterdir() if (folder / "__init__.py").is_file()}
    assert rooms == set(re.findall(r"^COPY (\w+) \1$", text, re.MULTILINE))
    for source in re.findall(r"deploy/scripts/\S+", text):
        assert (root / source).is_file()
    assert re.search(r"^USER andon$", text, re.MULTILINE)


def test_alarms_and_dashboard_ask_for_metrics_that_are_told():
    told = (DEPLOY.parent / "workers/commands/metrics.py").read_text(encoding="utf-8")
    known = set(re.findall(r'"(andon_\w+)"', told))
    rules = (DEPLOY / "prometheus/andon.rules.yaml").read_text(encoding="utf-8")
    docs = (DEPLOY.parent / "docs/deploying.md").read_text(encoding="utf-8")
    for rule in yaml.safe_load(rules)["groups"][0]["rules"]:
        assert set(re.findall(r"\bandon_\w+", rule["expr"])) <= known
        assert f"| {rule['alert']} |" in docs  # what to do
    board = (DEPLOY / "grafana/andon.json").read_text(encoding="utf-8")
    assert set(re.findall(r"\bandon_\w+", board)) <= known

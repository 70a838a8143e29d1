"""Work orders: what stands in them, when they are refused, how they travel."""

import csv
import io
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import pytest

from bot.cli import main
from tests.workers.diagnosed import diagnosed
from workers.contracts import Evidence
from workers.errors import AndonError
from workers.orders import WorkOrder, as_csv, as_json, as_text, make_order, send_order
from workers.orders.assets import asset_of
from workers.orders.making import steps
from workers.orders.parts import parts_of
from workers.orders.priority import priority
from workers.orders.webhook import signature
from workers.settings import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2025, 3, 11, 20, 5, tzinfo=UTC)


def order(fault="stopper_clogging", lang="en", **more):
    return make_order(diagnosed(fault, lang), SHANGHAI, by="anna", name="#A12", at=AT, **more)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_an_order_says_what_where_why_and_what_to_do_on_one_screen(lang):
    made, answer = order(lang=lang), diagnosed("stopper_clogging", lang)
    text, top = as_text(made), answer.diagnosis.causes[0]
    assert made.cause.text == top.text
    assert (made.cause.confidence, made.asset_code, made.made_by, made.answer) == (
        top.confidence,
        "stopper",
        "anna",
        "#A12",
    )
    assert made.made_at.isoformat() == "2025-03-12T04:05:00+08:00"
    assert set(top.evidence) <= set(made.evidence)
    assert [fact.id for fact in made.facts] == [id_ for id_ in top.evidence if id_.startswith("F")][:3]
    assert all(fact.text in text and fact.values for fact in made.facts)
    assert made.symptom in answer.blocks[0].text
    assert "04:05" in text
    assert len(text.splitlines()) <= 16
    assert len(text) <= 1300


@pytest.mark.parametrize(
    ("lang", "asset"),
    [("en", "stopper and nozzle, stopper position (column stopper_position)"),
     ("zh", "塞棒与水口，塞棒开度（数据列 stopper_position）")],
)  # fmt: skip
def test_the_asset_is_a_machine_part_with_the_column_beside_it(lang, asset):
    made = order(lang=lang)
    assert made.asset == asset
    assert made.column == "stopper_position"


@pytest.mark.parametrize(
    ("sensor", "evidence", "asset", "code"),
    [
        ("S9_lower_current", ["F1"], "strand guide, S9 lower roll current (column S9_lower_current)", "strand_guide"),
        ("S9_lower_current", ["F1", "CC-001-en"], "stopper and nozzle, S9 lower", "stopper"),
        ("pump7", ["F1"], "strand 2 (column pump7)", ""),
        (None, ["CC-001-en"], "stopper and nozzle", "stopper"),
    ],
)
def test_a_cause_that_is_no_known_fault_has_its_asset_from_passage_or_sensor(sensor, evidence, asset, code):
    answer = diagnosed()
    cause = answer.diagnosis.causes[0].model_copy(
        update={"fault": None, "sensor": sensor, "evidence": evidence, "text": "Something broke"}
    )
    found, known = asset_of(answer, cause, None, "en")
    assert found.startswith(asset)
    assert known == code


@pytest.mark.parametrize(
    ("file", "text", "lang", "asset"),
    [
        ("past2_night.csv", "Blocked steam trap ST-110", "en", "ST-110, past 2 (column TT)"),
        ("export.csv", "Blocked steam trap", "en", "pasteuriser 2 (column TT)"),
        ("export.csv", "疏水阀堵塞 ST-110", "zh", "ST-110，pasteuriser 2（数据列 TT）"),
    ],
)
def test_an_order_of_another_plant_names_the_tag_and_the_machine(file, text, lang, asset):
    answer = diagnosed()
    question = {**answer.question, "file": file, "text": "what is it with pasteuriser 2?"}
    cause = answer.diagnosis.causes[0].model_copy(
        update={
            "fault": None,
            "sensor": "TT",
            "evidence": ["F1", "FB-1"],
            "text": text,
            "why": "the same signs as then",
        }
    )
    changed = answer.diagnosis.model_copy(update={"causes": [cause]})
    made = make_order(answer.model_copy(update={"question": question, "diagnosis": changed}), SHANGHAI, lang=lang)
    assert made.asset == asset
    assert (made.cause.text, made.cause.reason) == (text, "the same signs as then")
    assert {"en": "Why: the same signs", "zh": "理由：the same signs"}[lang] in as_text(made)


def test_an_order_from_simulated_data_says_so_and_is_not_sent(tmp_path, capsys, monkeypatch):
    answer = diagnosed()
    made = answer.model_copy(update={"data": answer.data.model_copy(update={"simulated": True})})
    assert "For training" in as_text(make_order(made, SHANGHAI))
    assert "For training" not in as_text(order())
    monkeypatch.setenv("ANDON_WORK_ORDER_URL", "http://127.0.0.1:9/orders")
    (tmp_path / "answer.json").write_text(made.model_dump_json(by_alias=True), encoding="utf-8")
    assert main(["order", str(tmp_path / "answer.json"), "--send", "--lang", "zh"]) == 2
    printed = capsys.readouterr()
    assert "模拟数据" in printed.err
    assert "设备：塞棒与水口" in printed.out


def test_steps_are_the_advised_actions_safety_first_and_locking_out_where_nothing_else_is():
    made, answer = order(), diagnosed()
    assert made.steps[0].safety
    assert [step.number for step in made.steps] == list(range(1, len(made.steps) + 1))
    assert {step.text for step in made.steps} == {action.text for action in answer.diagnosis.actions}
    tame = [action.model_copy(update={"safety": False}) for action in answer.diagnosis.actions]
    first, *rest = steps(tame, "en")
    assert first.safety
    assert "Lock out" in first.text
    assert len(rest) == len(tame)


def test_the_same_answer_gives_the_same_order_number_and_another_answer_another():
    assert order().id == order().id
    assert order().id != order(lang="zh").id


def passage(quote, **more):
    return Evidence(id="K-1", source="manual.pdf", title="t", quote=quote, **more)


@pytest.mark.parametrize(("quote", "lang", "names"), [
    ("Have the spare stopper ready.", "en", ["stopper rod"]),
    ("Replace the bearing and its seals.", "en", ["bearing", "seal"]),
    ("The bearing temperature rises; the seal leaks.", "en", []),
    ("应更换浸入式水口，并准备备用塞棒。", "zh", ["塞棒", "浸入式水口"]),
    ("轴承温度升高。", "zh", []),
])  # fmt: skip
def test_only_parts_that_a_cited_passage_says_to_change_are_named(quote, lang, names):
    found = parts_of([passage(quote, lang=lang)])
    assert sorted(part.name for part in found) == sorted(names)
    assert all(part.source == "K-1" and part.quote in quote for part in found)


def test_parts_of_unverified_passages_are_not_ordered():
    assert parts_of([passage("Replace the bearing.", kind="web")]) == []
    assert parts_of([passage("Replace the bearing.", status="candidate")]) == []
    nothing = diagnosed().model_copy(update={"evidence": []})
    assert "none named" in as_text(make_order(nothing, SHANGHAI))


@pytest.mark.parametrize(("ongoing", "severity", "danger", "rank"), [
    (True, 2.0, True, 1), (True, 4.0, False, 1), (True, 2.0, False, 2), (False, 4.0, True, 2), (False, 2.0, True, 3),
])  # fmt: skip
def test_priority_follows_the_rule(ongoing, severity, danger, rank):
    answer = diagnosed()
    events = [event.model_copy(update={"ongoing": ongoing, "severity": severity}) for event in answer.events]
    actions = [action.model_copy(update={"safety": danger}) for action in answer.diagnosis.actions]
    diagnosis = answer.diagnosis.model_copy(update={"actions": actions})
    found, why = priority(answer.model_copy(update={"events": events, "diagnosis": diagnosis}), "en")
    assert found == rank
    assert why


def test_an_order_survives_json_and_its_csv_is_one_row_of_plain_text():
    made = order()
    assert WorkOrder.model_validate_json(as_json(made)) == made
    (row,) = csv.DictReader(io.StringIO(as_csv(made)))
    assert (row["id"], row["cause"], float(row["confidence"])) == (made.id, made.cause.text, made.cause.confidence)
    assert row["steps"].startswith("1. ")


def test_a_formula_in_the_question_is_harmless_in_the_csv():
    answer = diagnosed()
    evil = answer.model_copy(update={"question": {**answer.question, "text": "=cmd()\nnow", "file": "@file.csv"}})
    (row,) = csv.DictReader(io.StringIO(as_csv(make_order(evil, SHANGHAI, by="=anna"))))
    assert (row["question"], row["file"], row["made_by"]) == ("'=cmd() now", "'@file.csv", "'=anna")


# On the command line


@pytest.fixture
def stored(tmp_path, monkeypatch):
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("ANDON_WORK_ORDER_URL", raising=False)
    path = tmp_path / "answer.json"
    path.write_text(diagnosed().model_dump_json(by_alias=True), encoding="utf-8")
    return path


def test_the_command_prints_an_order_or_writes_it_in_the_form_of_its_ending(stored, tmp_path, capsys):
    assert main(["order", str(stored), "--by", "anna"]) == 0
    assert "Made by anna" in capsys.readouterr().out
    assert main(["order", str(stored), "--out", str(tmp_path / "o.csv")]) == 0
    assert (tmp_path / "o.csv").read_bytes().startswith(b"\xef\xbb\xbfid,priority")
    assert main(["order", str(stored), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "andon.work-order/1"


def test_the_command_refuses_in_one_sentence(stored, tmp_path, capsys):
    unsure = tmp_path / "unsure.json"
    unsure.write_text(diagnosed("unknown").model_dump_json(by_alias=True), encoding="utf-8")
    (tmp_path / "data.csv").write_text("a,b\n1,2\n")
    for path, says in (
        (unsure, "no diagnosis"),
        (tmp_path / "data.csv", "answer.json"),
        (tmp_path / "none", "answer.json"),
    ):
        assert main(["order", str(path)]) == 2
        told = capsys.readouterr()
        assert says in told.err
        assert len(told.err.strip().splitlines()) == 1
        assert told.out == ""
    assert main(["order", str(stored), "--send"]) == 2
    assert "ANDON_WORK_ORDER_URL" in capsys.readouterr().err


# To a maintenance system


class System:
    """A maintenance system: answers with the given statuses in turn, the last one for ever; keeps what it took."""

    def __init__(self, *statuses, location=None):
        self.statuses, self.location, self.taken = list(statuses), location, []
        system = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                system.taken.append((self.path, dict(self.headers), body))
                status = system.statuses.pop(0) if len(system.statuses) > 1 else system.statuses[0]
                self.send_response(status)
                if system.location:
                    self.send_header("Location", system.location)
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/orders?key=hush"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()


def settings(tmp_path, url, secret="s3cret"):
    return Settings(data_dir=tmp_path, work_order_url=url, work_order_secret=secret)


def test_an_order_is_posted_as_json_signed_and_under_its_own_key(tmp_path):
    with System(201) as system:
        assert send_order(order(), settings(tmp_path, system.url)) == "127.0.0.1"
    ((path, headers, body),) = system.taken
    assert path == "/orders?key=hush"
    assert WorkOrder.model_validate_json(body) == order()
    assert headers["Idempotency-Key"] == order().id
    assert headers["X-Andon-Signature"] == signature(body, headers["X-Andon-Timestamp"], "s3cret")
    assert headers["X-Andon-Signature"] != signature(body + b" ", headers["X-Andon-Timestamp"], "s3cret")


def test_without_a_secret_nothing_is_signed(tmp_path):
    with System(200) as system:
        send_order(order(), settings(tmp_path, system.url, secret=None))
    assert "X-Andon-Signature" not in system.taken[0][1]


def test_a_system_that_stumbles_is_asked_again_with_the_same_key(tmp_path):
    waits = []
    with System(503, 429, 200) as system:
        send_order(order(), settings(tmp_path, system.url), sleep=waits.append)
    assert len({headers["Idempotency-Key"] for _, headers, _ in system.taken}) == 1
    assert len(system.taken) == 3
    assert waits == [0.5, 1.0]


def refused(tmp_path, url):
    with pytest.raises(AndonError) as error:
        send_order(order(), settings(tmp_path, url), sleep=lambda _seconds: None)
    assert "hush" not in str(error.value.values)
    return error.value.code


def test_a_refusal_is_not_repeated_and_a_redirect_not_followed(tmp_path):
    with System(401) as system:
        assert refused(tmp_path, system.url) == "failure_order_refused"
    assert len(system.taken) == 1
    with System(200) as elsewhere, System(307, location=elsewhere.url) as system:
        assert refused(tmp_path, system.url) == "failure_order_refused"
    assert elsewhere.taken == []


def test_a_system_that_is_away_is_told_from_one_that_refuses(tmp_path):
    with System(500) as system:
        assert refused(tmp_path, system.url) == "failure_order_unreachable"
    assert len(system.taken) == 3
    assert refused(tmp_path, system.url) == "failure_order_unreachable"  # nobody listens any more
    with pytest.raises(ValueError, match="no address to post orders to"):
        refused(tmp_path, "file:///etc/passwd")

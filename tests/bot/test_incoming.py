"""What platforms deliver, in texts that the queue and the database take."""

import json

import pytest

from bot.incoming import FileRef, Incoming


def test_half_characters_are_replaced_wherever_people_write():
    file = {"id": "F1", "name": "a\ud83d.csv"}
    event = Incoming(
        event_id="e", kind="message", platform="telegram", channel="C1", user="U1", user_name="Anna \ud83d",
        text="why\udc00?", files=[file], form={"right": "\ud800"}, quote="\x00",
    )  # fmt: skip
    assert (event.user_name, event.text, event.files[0].name) == ("Anna \ufffd", "why\ufffd?", "a\ufffd.csv")
    assert (event.form, event.quote) == ({"right": "\ufffd"}, "\ufffd")
    kept = json.dumps(event.model_dump(mode="json"), ensure_ascii=False).encode()
    assert Incoming.model_validate_json(kept) == event


@pytest.mark.parametrize("name", ["液位.csv", "🔥.csv", "a b.csv"])
def test_whole_characters_stay(name):
    assert FileRef(id="F1", name=name).name == name

"""Why the rules answered in place of a language model: said as it was, in both languages."""

import pytest

from workers.telling.instead import notes, reason

WHY = {
    "failure_llm_unreachable": ("does not answer", "没有应答"),
    "failure_llm_busy": ("does not answer", "没有应答"),
    "failure_llm_setup": ("not set up completely", "设置不完整"),
    "failure_llm_auth": ("not set up completely", "设置不完整"),
    "failure_llm_model": ("not set up completely", "设置不完整"),
    "failure_llm_deadline": ("took too long", "用时过长"),
}


@pytest.mark.parametrize("failure", WHY)
def test_the_reason_is_the_one_that_there_was(failure):
    for lang, words in zip(("en", "zh"), WHY[failure], strict=True):
        assert words in reason(failure, lang)
        (note,) = notes([{"engine": "rules", "fallback": failure}], lang, measured=True)
        assert words in note.text
        assert ("built-in rules", "内置规则")[lang == "zh"] in note.text
        assert all(other not in note.text for others in WHY.values() for other in others if other not in WHY[failure])


def test_a_reply_that_is_nothing_usable_has_no_reason_of_ours():
    assert reason("failure_llm_garbled", "en") == ""

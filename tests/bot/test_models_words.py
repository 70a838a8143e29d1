"""Words that ask about the models themselves, and words that want a model to look at a file."""

import pytest

from bot.conversation.models_asked import wanted


@pytest.mark.parametrize("text", [
    "which model has the fewest false alarms?", "which models are trained here?", "which model needs an update?",
    "which model should I use for fewer false alarms?", "哪个模型误报最少", "用哪个模型误报最少？",
])  # fmt: skip
def test_models_are_asked_about(text):
    assert wanted(text)


@pytest.mark.parametrize("text", [
    "use my trained model strand2", "use model strand2, fewer false alarms", "find anomalies with fewer false alarms",
    "用我们训练过的模型strand2检测", "用模型strand2检测，少误报", "use my model strand2-july",
])  # fmt: skip
def test_a_model_is_wanted_for_a_file(text):
    assert not wanted(text)

"""The controller's rules: coverage, obstacles, conditions, past scores, a model asked for by name."""

import pytest

from roles.controller import CONTROLLER, Choice, Condition, ModelCard, Profile, Training
from roles.errors import RoleError


def card(name, **changes):
    conditions = {k: [Condition.parse(c) for c in changes.pop(k, [])] for k in ("best_if", "avoid_if")}
    return ModelCard(name=name, title=changes.pop("title", name.title()), **conditions, **changes)


CARDS = [
    card("ensemble", default=True, score=0.7, min_rows=100, best_for="any unlabelled file"),
    card("windowed_pca", score=0.73, best_if=["sensors >= 20"], avoid_if=["missing_share > 0.2"], min_rows=200),
    card("var_residual", score=0.78, best_if=["reference_rows >= 300"], avoid_if=["sensors > 200"]),
    card("lstm", score=0.9, needs=["torch"], available=False),
    card("holt", purpose="forecast"),
    card("strand2", sensors=["a", "b"], score=0.95),
]


def choose(lang="en", wanted=None, models=CARDS, **profile):
    data = {"rows": 5000, "reference_rows": 1000, "sensors": [f"s{i}" for i in range(8)]} | profile
    choice = Choice(lang=lang, profile=Profile(**data), models=models, wanted=wanted)
    recommendation = CONTROLLER.rules(choice)
    assert CONTROLLER.check(choice, recommendation) == []
    return recommendation


def test_a_measured_lead_beats_the_default_with_less_where_a_model_is_made_for_the_data():
    best = choose()
    assert best.model == "var_residual"  # .78 and its condition holds, against .70 of the default
    assert choose(reference_rows=250).model == "ensemble"  # the same lead without the condition
    assert best.reasons == ["made for at least 300 normal rows (here 1,000)", "F1 0.78 in past evaluations"]
    assert best.alternatives == ["ensemble", "windowed_pca"]


def test_without_past_scores_the_default_is_taken_whatever_others_promise():
    models = [c.model_copy(update={"score": None}) for c in CARDS if c.name != "strand2"]
    best = choose(models=models, sensors=[f"s{i}" for i in range(30)])
    assert best.model == "ensemble"
    assert best.reasons == ["best for any unlabelled file"]


def test_a_warning_outweighs_the_record():
    assert choose(missing_share=0.4, reference_rows=250, sensors=[f"s{i}" for i in range(30)]).model == "ensemble"


def test_new_sensors_mark_the_model_that_does_not_cover_them():
    assert choose(sensors=["a", "b", "c"]).needs_update == ["strand2"]


def test_a_model_trained_on_these_sensors_is_used():
    best = choose(sensors=["a", "b"])
    assert best.model == "strand2"
    assert best.needs_update == []


def test_a_flagged_model_needs_an_update_and_is_not_used():
    flagged = [c.model_copy(update={"status": "needs_update"}) if c.name == "var_residual" else c for c in CARDS]
    best = choose(models=flagged)
    assert best.model == "ensemble"
    assert "var_residual" in best.needs_update


@pytest.mark.parametrize("wanted", ["windowed_pca", "Windowed PCA", "pca"])
def test_a_model_asked_for_by_name_is_honoured(wanted):
    best = choose(wanted=wanted)
    assert best.model == "windowed_pca"
    assert best.reasons[0] == "you asked for it"
    assert best.refused == ""


def test_an_honoured_model_comes_with_its_warning():
    best = choose(wanted="pca", missing_share=0.4)
    assert "with care: more than 0.2 of the readings missing (share) (here 0.4)" in best.reasons


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ("lstm", "Lstm is not installed here (needs torch)"),
        ("holt", "Holt is a model for forecasts"),
        ("strand2", "Strand2 does not know the sensors s0, s1, s2, ... and needs an update"),
        ("oracle", "there is no model oracle; there are ensemble, windowed_pca"),
    ],
)
def test_a_model_asked_for_is_refused_with_the_reason(wanted, why):
    best = choose(wanted=wanted)
    assert best.refused.startswith(why)
    assert best.model == "var_residual"


def test_too_few_rows_refuse_a_model():
    assert choose(wanted="pca", reference_rows=150).refused == "Windowed_Pca needs 200 normal rows, there are 150"


def test_chinese_reasons():
    assert choose(lang="zh").reasons[0] == "适用于正常行数不少于300（现为1,000）"


def test_no_model_at_all_is_an_error_a_person_can_mend():
    with pytest.raises(RoleError) as failure:
        choose(models=[CARDS[0]], reference_rows=20)
    assert failure.value.code == "failure_no_model"
    assert failure.value.values == {"rows": 20}


@pytest.mark.parametrize(
    ("profile", "settings"),
    [
        ({}, []),
        ({"reference_rows": 300}, [("train_rows", 400)]),
        ({"sensors": [f"s{i}" for i in range(60)], "reference_rows": 900}, [("train_rows", 1200)]),
        ({"rows": 450_000, "step_s": 0.5, "reference_rows": 9000}, [("step_s", 2.5)]),
        ({"rows": 450_000, "step_s": 30.0, "reference_rows": 9000}, [("step_s", 60.0)]),
    ],
)
def test_settings_are_advised_within_bounds_and_with_their_reason(profile, settings):
    best = choose(**profile)
    assert [(advice.parameter, advice.value) for advice in best.settings] == settings
    assert all(advice.why for advice in best.settings)


@pytest.mark.parametrize("text", ["rows", "rows >= many", "colour > 3", "rows == 5"])
def test_a_condition_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="ondition"):
        Condition.parse(text)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"model": "oracle"}, "no model 'oracle'"),
        ({"model": "lstm"}, "lstm is not installed"),
        ({"model": "holt"}, "holt is for forecast"),
        ({"needs_update": []}, "strand2 does not cover the sensors"),
        ({"needs_update": ["strand2", "ensemble"]}, "ensemble covers the sensors"),
        ({"reasons": []}, "no reason"),
        ({"reasons": ["F1 0.99 in past evaluations"]}, "the number 0.99 was not given"),
        ({"reasons": ["it is proven to find every fault"]}, "claims more than anybody measured"),
        ({"alternatives": ["var_residual"]}, "no alternative to itself"),
    ],
)
def test_check_complains_about(changes, complaint):
    profile = Profile(rows=5000, reference_rows=1000, sensors=["x", "y"])
    choice = Choice(lang="en", profile=profile, models=CARDS)
    spoilt = CONTROLLER.rules(choice).model_copy(update=changes)
    assert any(complaint in c for c in CONTROLLER.check(choice, spoilt))


def own(name="strand2-july", sensors=("a", "b"), status="ready", base="ensemble", **training):
    """A model that was trained in the plant."""
    said = {"base": base, "file": "july.csv", "at": "2026-07-03T06:00:00+00:00", "rows": 6000, "step_s": 1.0} | training
    return card(name, title="Ensemble", sensors=list(sensors), status=status, training=Training(**said), min_rows=100)


def with_own(*models, sensors=("a", "b"), **changes):
    profile = Profile(rows=5000, reference_rows=1000, sensors=list(sensors), step_s=1.0)
    shipped = [c.model_copy(update={"score": None}) for c in CARDS if c.name != "strand2"]
    choice = Choice(lang="en", profile=profile, models=[*shipped, *models], **changes)
    recommendation = CONTROLLER.rules(choice)
    assert CONTROLLER.check(choice, recommendation) == []
    return recommendation


def test_a_model_of_the_plant_is_taken_unasked_with_what_it_was_trained_on():
    best = with_own(own())
    assert best.model == "strand2-july"
    assert best.reasons[0] == "trained here on 6,000 normal rows of july.csv (2026-07-03)"
    assert "nobody said which rows of this file are normal" in best.reasons[1]
    assert best.trained is not None
    assert best.settings == []  # it brings its normal rows


@pytest.mark.parametrize(
    ("model", "given", "remark"),
    [
        (own(), {"normal_given": True}, ""),
        (own(status="needs_update"), {}, "strand2-july is marked as needing an update"),
        (own(step_s=5.0), {}, ""),
        (own(sensors=("a", "b", "c")), {}, ""),
        (own(base="windowed_pca"), {}, ""),  # a method that is not taken on such data by itself either
        (own(moved=["a", "b"]), {}, "the normal level of 2 of 2 sensors is no longer what strand2-july was trained on"),
        (own(flagged=0.08), {}, "strand2-july knows these sensors, but flagged 8.0 % of normal rows"),
        (own(rows=150), {"normal_rows": 2000}, "was trained on 150 rows, fewer than the 2,000"),
    ],
)
def test_a_model_of_the_plant_is_not_taken_unasked(model, given, remark):
    best = with_own(model, **given)
    assert best.model == "ensemble"
    assert best.trained is None
    assert remark in " ".join(best.remarks)
    assert bool(best.remarks) == bool(remark)


@pytest.mark.parametrize(
    ("model", "refused"),
    [
        (own(), ""),
        (own(flagged=0.08), ""),  # whoever asks for it gets it
        (own(base="windowed_pca"), ""),
        (own(sensors=("a", "b", "c")), "this file lacks (c)"),
        (own(sensors=("a",)), "strand2-july does not know the sensors b"),
        (own(step_s=5.0), "trained on readings every 5 s, this file has one every 1 s"),
        (own(lost=True), "train it again on july.csv"),
        (own(moved=["a", "b"]), "unless the whole file is abnormal"),
    ],
)
def test_a_model_of_the_plant_asked_for_by_name(model, refused):
    best = with_own(model, wanted="Strand2-July", normal_given=True)
    assert refused in best.refused
    assert best.model == ("ensemble" if refused else "strand2-july")
    assert best.remarks == []  # a refusal says it once


def test_of_equal_models_of_the_plant_the_latest_training_is_taken():
    newer = own("strand2-august", at="2026-08-01T06:00:00+00:00")
    assert with_own(own(), newer).model == "strand2-august"


def ready(name, **changes):
    return card(name, min_rows=10, **changes)


def expected(files, lead, praised):
    """Which of two models is taken: the default, or one with `lead` over it on so many files."""
    conditions = ["rows > 1", "sensors > 1"][:praised]
    models = [ready("standard", default=True, score=0.6, scored_on=files),
              ready("rival", score=0.6 + lead, scored_on=files, best_if=conditions)]  # fmt: skip
    return choose(models=models).model


@pytest.mark.parametrize("praised", [0, 1, 2])
def test_praise_never_lifts_a_model_over_one_that_was_measured_better(praised):
    assert all(expected(files, lead, praised) == "standard" for files in (1, 3, 10, 100) for lead in (-0.2, -0.05, 0))


def test_a_lead_counts_by_the_files_behind_it():
    assert expected(2, 0.15, 0) == "standard"
    assert expected(10, 0.15, 0) == "rival"
    assert expected(100, 0.02, 0) == "rival"
    assert expected(10, 0.08, 0) == "standard"
    assert expected(10, 0.08, 1) == "rival"  # what it is made for lowers what it takes


@pytest.mark.parametrize(("wish", "margin"), [("more", 1.5), ("less", 2.0), (None, None)])
def test_a_wish_sets_the_alarm_margin_and_says_what_it_costs(wish, margin):
    best = with_own(sensitivity=wish)
    assert best.margin == margin
    assert [a.parameter for a in best.settings if "false alarms" in a.why] == (["margin"] if wish else [])

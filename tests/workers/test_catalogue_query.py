"""Questions about models: one checked SELECT over a view, on a connection that can only read; and what never passes."""

import sqlite3
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from detectors import catalogue
from roles.errors import RoleError
from roles.querier import QUERIER, CatalogueQuery, CatalogueQuestion, ModelName, approved
from tests.roles.scripted import ScriptedEngine
from tests.services import postgres_server
from workers.catalogue import models
from workers.catalogue import query as catalogue_query
from workers.catalogue import view as catalogue_view
from workers.catalogue.query import Unanswered, ask, read
from workers.settings import Settings

SPELT = {"@nested": "SELECT " + "(" * 900 + "1" + ")" * 900 + " FROM model_catalogue",
         "@long": "SELECT name FROM model_catalogue WHERE " + " OR ".join(["name = 'a'"] * 4000)}  # fmt: skip
ATTACKS = {
    each["name"]: (SPELT.get(each["sql"], each["sql"]), each["does"])
    for each in tomllib.loads((Path(__file__).parent / "sql_attacks.toml").read_text(encoding="utf-8"))["attack"]
}
SECRET = "hunter2"
QUESTION = "which model has the best F1 on the caster?"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with postgres_server(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request, tmp_path):
    """An installation with a table beside the catalogue that nobody may see."""
    url = f"sqlite:///{tmp_path}/plant.db" if request.param == "sqlite" else request.getfixturevalue("server")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS secrets"))
        connection.execute(text("CREATE TABLE secrets (word TEXT)"))
        connection.execute(text(f"INSERT INTO secrets VALUES ('{SECRET}')"))
    made = Settings(ANDON_DATA_DIR=tmp_path / "data", DATABASE_URL=url)
    with models.opened(made) as known:
        catalogue_view.ensure(known.engine)
    yield made
    with engine.connect() as connection:
        assert connection.execute(text("SELECT word FROM secrets")).scalars().all() == [SECRET]
    engine.dispose()


def given(dialect="sqlite", lang="en", question=QUESTION):
    cards = catalogue.cards()
    names = [ModelName(name=card.name, titles=[card.title_en, card.title_zh]) for card in cards]
    return CatalogueQuestion(lang=lang, question=question, view=catalogue_view.NAME, dialect=dialect, models=names,
                             columns=catalogue_view.columns(lang))  # fmt: skip


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_before_it_reaches_a_database(name, dialect):
    sql, _ = ATTACKS[name]
    assert QUERIER.check(given(dialect), CatalogueQuery(sql=sql))
    with pytest.raises(ValueError, match=r"\w"):
        approved(sql, given(dialect))


def test_a_refused_attack_goes_back_once_and_then_the_rules_answer(settings):
    attack = {"sql": "SELECT word FROM secrets"}
    with ScriptedEngine(("catalogue_query", attack), ("catalogue_query", attack)) as engine:
        found = ask(QUESTION, settings, "en", engine)
    assert found.engine == "rules"
    assert "no table 'secrets'" in engine.history[1][2]
    assert "no table 'secrets'" in found.fallback
    assert found.rows[0][0] == "ensemble"


def test_the_connection_alone_gives_nothing_away_and_changes_nothing(settings, tmp_path):
    """As if the check were not there."""
    url, kinds = settings.database_url, ("write", "read", "run")
    if url.startswith("postgresql"):
        kinds = ("write",)  # a read-only transaction; what may be read is the database user's business
    for name, (sql, does) in ATTACKS.items():
        if does not in kinds or name in ("stacked behind a comment", "row lock"):
            continue
        try:
            _, rows = read(url, sql)
        except Unanswered:
            continue
        assert SECRET not in str(rows), name
        assert url.startswith("sqlite"), name


def test_what_takes_too_long_is_ended(settings, monkeypatch):
    monkeypatch.setattr(catalogue_query, "SECONDS", 0.3)
    sqlite = settings.database_url.startswith("sqlite")
    with pytest.raises(Unanswered, match="interrupted" if sqlite else "statement timeout"):
        read(settings.database_url, ATTACKS["huge cross join" if sqlite else "generated rows"][0])


def test_an_engine_that_mends_its_sql_is_heard(settings):
    wrong, right = {"sql": "SELECT f1 FROM model_catalogue"}, {"sql": "select name from model_catalogue m limit 1;"}
    with ScriptedEngine(("catalogue_query", wrong), ("catalogue_query", right)) as engine:
        found = ask(QUESTION, settings, "en", engine)
    assert "no column 'f1'" in engine.history[1][2]
    assert (found.engine, len(found.rows)) == ("scripted", 1)


def test_a_complaint_of_the_database_goes_back_too(settings):
    """`model_catalogue.name` has no alias m: the parser cannot know, the database does."""
    wrong = {"sql": "SELECT m.name FROM model_catalogue"}
    with ScriptedEngine(("catalogue_query", wrong), ("catalogue_query", wrong)) as engine:
        found = ask(QUESTION, settings, "en", engine)
    assert found.engine == "rules"
    assert "m.name" in engine.history[1][2] or "missing FROM-clause" in engine.history[1][2]


def test_an_engine_that_is_away_is_replaced_by_the_rules(settings):
    with ScriptedEngine(("catalogue_query", RoleError("failure_llm_unreachable"))) as engine:
        assert ask(QUESTION, settings, "en", engine).rows[0][0] == "ensemble"


def test_a_limit_is_forced_and_an_own_smaller_one_is_kept():
    assert approved("SELECT name FROM model_catalogue", given()).endswith("LIMIT 50")
    assert approved("SELECT name FROM model_catalogue LIMIT 7", given()).endswith("LIMIT 7")
    assert approved("SELECT name FROM model_catalogue LIMIT 99999 OFFSET 2", given()).endswith("LIMIT 50 OFFSET 2")


@pytest.mark.parametrize("dialect", ["sqlite", "postgres"])
def test_comments_never_reach_a_database(dialect):
    sql = approved("SELECT /* a */ name -- b\nFROM model_catalogue", given(dialect))
    assert sql == "SELECT name FROM model_catalogue LIMIT 50"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM model_catalogue",
        "SELECT m.name, ROUND(m.caster_f1, 2) AS f FROM model_catalogue AS m WHERE m.caster_f1 > 0.5 ORDER BY f DESC",
        "SELECT purpose, COUNT(*) AS n, AVG(caster_f1) AS f FROM model_catalogue GROUP BY purpose HAVING COUNT(*) > 1",
        "SELECT DISTINCT status FROM model_catalogue WHERE LOWER(name) LIKE '%pca%' OR name IN ('a', 'b')",
        "SELECT name FROM model_catalogue ORDER BY CASE WHEN min_rows <= 30 THEN 0 ELSE 1 END, name",
        "SELECT name AS model, title_en AS title, ROUND(caster_f1, 2) AS f1, plant_f1 AS ours FROM model_catalogue",
        "SELECT AVG(caster_f1) AS avg_f1, COUNT(CASE WHEN status = 'ready' THEN 1 END) AS ready FROM model_catalogue",
        "SELECT \"name\" FROM \"model_catalogue\" WHERE NOT plant_f1 IS NULL AND min_rows BETWEEN 1 AND 100",
    ],
)  # fmt: skip
def test_what_a_model_would_rightly_ask_passes_and_runs(settings, sql):
    with ScriptedEngine(("catalogue_query", {"sql": sql})) as engine:
        assert ask(QUESTION, settings, "en", engine).engine == "scripted"


@pytest.mark.parametrize(("shown", "told"), [
    ("'iforest' AS model, 0.99 AS f", "puts in a value of its own"),
    ("name, caster_f1 + 0.3 AS f", "puts in a value of its own"),
    ("name, COALESCE(plant_f1, 0.9) AS f", "puts in a value of its own"),
    ("name, CASE WHEN name = 'pca' THEN 0.99 ELSE caster_f1 END AS f", "puts in a value of its own"),
    ("name, SUM(1) AS f", "puts in a value of its own"),
    ("name, NULL AS f", "puts in a value of its own"),
    ("name, caster_recall AS f1", "may not be called 'f1'"),
    ('name, caster_recall AS "Caster_F1"', "may not be called 'Caster_F1'"),
    ("name, caster_f1 AS plant_f1", "may not be called 'plant_f1'"),
    ("name, caster_precision AS best_f1", "may not be called 'best_f1'"),
    ("name, caster_precision - caster_f1 AS f1", "may not be called 'f1'"),
    ("COUNT(*) AS recall", "may not be called 'recall'"),
    ("title_en AS name", "may not be called 'name'"),
])  # fmt: skip
def test_what_is_printed_is_of_the_view_and_under_its_own_name(shown, told):
    assert told in " ".join(QUERIER.check(given(), CatalogueQuery(sql=f"SELECT {shown} FROM model_catalogue")))


@pytest.mark.parametrize(("alias", "passes"), [("F1得分", True), ("召回率", False), ("最佳召回率", False)])
def test_a_chinese_alias_is_no_other_columns_name_either(alias, passes):
    sql = f"SELECT name AS 模型, caster_f1 AS {alias} FROM model_catalogue"
    assert (QUERIER.check(given(lang="zh"), CatalogueQuery(sql=sql)) == []) is passes


QUESTIONS = [
    ("which model has the best F1 on the caster?", "ensemble"),
    ("哪个模型在连铸机上得分最高？", "ensemble"),
    ("which model is the worst?", "isolation_forest"),
    ("which model misses the fewest faults?", "ensemble"),
    ("漏报最多的是哪个模型", "isolation_forest"),
    ("哪个模型误报最多？", "relation_shift"),
    ("what is the default model?", "ensemble"),
    ("tell me about windowed PCA", "windowed_pca"),
    ("孤立森林怎么样", "isolation_forest"),
]


@pytest.mark.parametrize(("question", "first"), QUESTIONS)
def test_the_rules_answer_by_words_of_both_languages(question, first, tmp_path):
    lang = "zh" if any("一" <= c <= "鿿" for c in question) else "en"
    found = ask(question, Settings(ANDON_DATA_DIR=tmp_path), lang)
    assert found.rows[0][0] == first
    assert first in found.text


def test_models_that_need_an_update_are_named(settings):
    assert ask("which models need an update?", settings, "en").text == "No model needs an update."
    with models.opened(settings) as known:
        known.mark(["pca"], "needs_update")
        try:
            assert [row[0] for row in ask("哪些模型需要更新？", settings, "zh").rows] == ["pca"]
        finally:
            known.mark(["pca"], "ready")


def test_a_question_that_the_catalogue_knows_nothing_of_says_so(tmp_path):
    found = ask("what is for lunch?", Settings(ANDON_DATA_DIR=tmp_path), "en")
    assert found.text.startswith("The catalogue knows")
    assert len(found.rows) == len(catalogue.cards())


def test_every_shipped_model_has_its_measured_scores():
    assert set(catalogue_view.shipped()) == {card.name for card in catalogue.cards()}


def test_a_strange_path_is_opened_read_only(tmp_path):
    folder = tmp_path / "a ?b#c%20"
    found = ask(QUESTION, Settings(ANDON_DATA_DIR=folder), "en")
    assert found.rows
    with sqlite3.connect(folder / "andon.db") as db:
        assert db.execute("SELECT COUNT(*) FROM model_catalogue").fetchone()[0] == len(catalogue.cards())


@pytest.mark.parametrize(
    ("question", "column", "fits"),
    [
        ("models with recall above 0.45", "recall", lambda value: value > 0.45),
        ("which models have a precision of at least 99.5 %?", "precision", lambda value: value >= 0.995),
        ("召回率高于40%的模型", "recall", lambda value: value > 0.4),
        ("召回率不高于0.42的模型有哪些", "recall", lambda value: value <= 0.42),
        ("F1 no more than 0.5", "f1", lambda value: value <= 0.5),
    ],
)
def test_a_number_beside_a_score_is_a_condition(settings, question, column, fits):
    scores = [row[2] for row in ask(question, settings, "en").rows]
    every = [row[2] for row in ask(f"{column} of the models", settings, "en").rows]
    assert 0 < len(scores) < len(every)
    assert sorted(scores) == sorted(value for value in every if value is not None and fits(value))


def test_a_score_that_no_model_reaches_is_said(settings):
    assert ask("models with recall above 0.99", settings, "en").rows == []
    assert ask("which model did we train last week?", settings, "en").rows == []


@pytest.mark.parametrize(("asked", "sql", "passes"), [
    ("which model has the best F1 on the caster?", "SELECT name, caster_f1 FROM v ORDER BY caster_f1 DESC", True),
    ("which model has the best F1 on the caster?", "SELECT name, caster_f1 FROM v ORDER BY caster_f1 LIMIT 1", False),
    ("which model has the best F1 on the caster?", "SELECT name, MIN(caster_f1) AS best FROM v", False),
    ("which model has the worst F1 on the caster?", "SELECT name, caster_f1 FROM v ORDER BY caster_f1 DESC", False),
    ("which model has the worst F1 on the caster?", "SELECT name, MIN(caster_f1) FROM v", True),
    ("哪个模型误报最少？", "SELECT name FROM v ORDER BY caster_false_alarms_a_day DESC LIMIT 1", False),
    ("哪个模型误报最少？", "SELECT name FROM v ORDER BY caster_false_alarms_a_day, name LIMIT 1", True),
])  # fmt: skip
def test_the_best_is_not_answered_with_the_worst(asked, sql, passes):
    asking = given(lang="zh" if asked[-1] == "？" else "en", question=asked)
    assert (QUERIER.check(asking, CatalogueQuery(sql=sql.replace(" v", f" {asking.view}"))) == []) is passes

"""SQL that only one engine understands is named with file and line, and the project holds none."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.transform.common_sql import findings, findings_of_project

OUTSIDE = {
    "select a from t qualify row_number() over (order by a nulls last) = 1": "qualify",
    "select a, count(*) from t group by all": "group by all",
    "select a from t order by all": "order by all",
    "select * exclude (a) from t": "* exclude",
    "select a // 2 as half from t": "whole_division",
    "select list_sort(a) as sorted from t": "list_sort()",
    "select array_agg(a) as held from t": "array_agg()",
    "select concat(a, b) as both_texts from t": "concat()",
    "select [a, b] as pair from t": "a list, struct or lambda",
    "select {'a': b} as pair from t": "a list, struct or lambda",
    "select f from t where f = (x -> x)": "a list, struct or lambda",
    'select "Desc" as words from t': "double quotes",
    "select a at time zone 'UTC' as moment from t": "time_in_utc",
    "select a from t union all by name select a from s": "union by name",
    "select cast(a as varchar) as words from t": "type_string()",
    "select 1.0 / years as part from t": "write 1.0e0",
    "select a from t where share > 0.25": "write 0.25e0",
    "select cast(a as decimal(39, 2)) as wide from t": "a decimal of 39 digits",
    "select cast(a as decimal(26, 0)) * cast(0.1 as decimal(12, 12)) as wide from t": "needs 39 digits",
    "select row_number() over (partition by a order by b desc) as place from t": "nulls last",
    "select a from t order by a nulls last, b": "nulls last",
    "select a from t order by a\nlimit 5": "nulls last",
    "select * from t inner join s on t.a = s.a": "* of several tables",
    "select a, * from t left join s on t.a = s.a": "* of several tables",
    "select a from t where ln(a) = b": "ln() compared",
    "select a from t where b < ln(a)": "ln() compared",
}

INSIDE = [
    "select count(*) as held, sum(a) * 2 as double_sum from t group by b having count(*) > 1",
    "select one.*, other.b from one inner join other on one.a = other.a",
    "select * from one inner join other using (a)",
    "select * from (select a from one inner join other on one.a = other.a) as joined",
    "select *, a as b from t where exists (select 1 from one inner join other on one.a = other.a)",
    "select max(v) over (partition by a order by v nulls last rows between unbounded preceding and 1 preceding) as m from t",
    "select cast(0.000000000001 as decimal(12, 12)) * cast(a as decimal(25, 0)) as narrow from t",
    "select 1e0 / years as part, 9.5e-1 * a as most, ln(a / b) as ratio from t",
    "select '0.5 to 2 // qualify' as words from t -- order by a, 0.5, list(a)",
    "with t as (select 1 as a) select a::integer as whole from t where a in (1, 2) and not (a between 1 and 2)",
    "{{ macro(1.5, 'order by a') }}\n{% set of = ['list(a)', 0.5] %}\nselect {{ a }}_b from t {# qualify #}",
]


@pytest.mark.parametrize("sql", OUTSIDE)
def test_a_construct_of_one_engine_is_named(sql: str) -> None:
    found = [str(one) for one in findings(sql, "models/some.sql")]
    assert all(one.startswith("models/some.sql:") for one in found)
    assert any(OUTSIDE[sql] in one for one in found), found


@pytest.mark.parametrize("sql", INSIDE)
def test_common_sql_is_left_alone(sql: str) -> None:
    assert findings(sql, "models/some.sql") == []


def test_the_line_is_that_of_the_file_whatever_jinja_does() -> None:
    sql = "{#-\n  some\n  words\n-#}\nselect\n    {%- for a in b %}\n    {{ a(\n 1) }},\n    {%- endfor %}\n    c // 2 as d\nfrom t\n"
    assert [one.line for one in findings(sql, "some.sql")] == [10]


def test_the_project_is_read_by_every_engine_and_conditions_of_tests_are_looked_at(tmp_path: Path) -> None:
    settings = Settings.from_environment()
    assert findings_of_project(settings) == []
    (tmp_path / "dbt_project" / "models").mkdir(parents=True)
    (tmp_path / "dbt_project" / "models" / "some.yml").write_text(
        "models:\n  - name: some\n    columns:\n"
        "      - {name: a, data_tests: [{not_null: {config: {where: \"starts_with(a, 'D')\"}}}]}\n"
        "      - {name: b, config: {meta: {rules: [{not_null: {config: {where: list(b) = 1}}}]}}}\n"
    )
    (tmp_path / "dbt_project" / "macros").mkdir()
    (tmp_path / "dbt_project" / "macros" / "engines.sql").write_text("{% macro a() %} list(b) {% endmacro %}")
    found = findings_of_project(Settings(root=tmp_path, data=tmp_path))
    assert [(one.file, one.line) for one in found] == [("models/some.yml", 4), ("models/some.yml", 5)]

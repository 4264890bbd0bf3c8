"""Claim files: the right ones are read whole, and every wrong one gives one error that names file, claim, field and rule."""

from __future__ import annotations

import tempfile
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.catalog.claim_files import CLAIMS_SCHEMA, SCHEMA_FILE, claims_table, load_claim_file, schema_text
from orchestration.core.errors import ClaimError

REPOSITORY_CLAIMS = Path(__file__).resolve().parents[3] / "data" / "claims"

GOOD = dedent(
    """
    source:
      said_by: A. Writer
      said_on: 2025-05-07
      title: A title
      url: https://example.org/text
    claims:
      - id: one
        paraphrase: Receipts were ten billion dollars.
        metric: ip_receipts
        measure: receipts
        area: USA
        item: SH
        year: 2024
        value: 10000000000
        unit: USD
        tolerance: {relative: 0.005, because: printed in whole billions}
    """
)


def write(folder: Path, text: str, name: str = "text.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> ClaimError:
    write(folder, text)
    with pytest.raises(ClaimError) as caught:
        claims_table(folder)
    return caught.value


def test_a_claim_becomes_a_row_with_its_defaults_and_an_absolute_tolerance(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    table = claims_table(tmp_path)
    assert table.schema == CLAIMS_SCHEMA
    assert table.to_pylist() == [
        {
            "claim_id": "one",
            "said_by": "A. Writer",
            "said_on": date(2025, 5, 7),
            "title": "A title",
            "url": "https://example.org/text",
            "paraphrase": "Receipts were ten billion dollars.",
            "metric_id": "ip_receipts",
            "measure": "receipts",
            "area": "USA",
            "counterpart_area": "W00",
            "item": "SH",
            "clock": "reference_year",
            "authority": "_Z",
            "year": 2024,
            "value": 1e10,
            "unit": "USD",
            "tolerance": 5e7,
            "needs": None,
            "file": "text.yaml",
        }
    ]


def test_a_relative_tolerance_of_a_negative_figure_is_a_positive_distance(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("10000000000", "-10000000000"))
    assert claims_table(tmp_path).column("tolerance").to_pylist() == [5e7]


def test_a_folder_without_claims_is_an_empty_table_in_the_same_schema(tmp_path: Path) -> None:
    table = claims_table(tmp_path)
    assert (table.num_rows, table.schema) == (0, CLAIMS_SCHEMA)


def test_files_are_read_in_name_order(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("id: one", "id: later"), "b.yaml")
    write(tmp_path, GOOD.replace("id: one", "id: earlier"), "a.yml")
    assert claims_table(tmp_path).column("claim_id").to_pylist() == ["earlier", "later"]


@pytest.mark.parametrize(
    ("before", "after", "field", "line", "rule"),
    [
        ("    metric: ip_receipts\n", "", "claims[0].metric", 8, "the field is missing"),
        (
            "    year: 2024\n",
            "    year: 2024\n    colour: red\n",
            "claims[0].colour",
            15,
            "there is no field of this name",
        ),
        ("year: 2024", "year: '2024'", "claims[0].year", 14, "a whole number is expected"),
        ("year: 2024", "year: 24", "claims[0].year", 14, "the number is at least 1900"),
        ("value: 10000000000", "value: .nan", "claims[0].value", 15, "finite number"),
        ("value: 10000000000", "value: .inf", "claims[0].value", 15, "finite number"),
        ("value: 10000000000", "value: ten billion", "claims[0].value", 15, "a number is expected"),
        ("unit: USD", "unit: USD billion", "claims[0].unit", 16, "a code in capitals is expected"),
        ("item: SH", "item: SH\n    clock: grant", "claims[0].clock", 14, "one of reference_year, "),
        ("item: SH", "item: SH\n    authority: USPTO!", "claims[0].authority", 14, "a code of the form"),
        ("area: USA", "area: United States", "claims[0].area", 12, "a code of the form"),
        ("id: one", "id: One!", "claims[0].id", 8, "small letters"),
        ("relative: 0.005", "relative: 0", "claims[0].tolerance.relative", 17, "the number is above 0"),
        ("relative: 0.005", "relative: 0.005, absolute: 1", "claims[0].tolerance", 17, "either absolute or relative"),
        ("relative: 0.005, ", "", "claims[0].tolerance", 17, "either absolute or relative"),
        (", because: printed in whole billions", "", "claims[0].tolerance.because", 17, "the field is missing"),
        ("value: 10000000000", "value: 0", "claims[0]", 8, "a claim of zero has an absolute tolerance"),
    ],
)
def test_a_wrong_field_is_named_with_its_claim_its_file_and_its_rule(
    tmp_path: Path, before: str, after: str, field: str, line: int, rule: str
) -> None:
    error = refusal(tmp_path, GOOD.replace(before, after))
    assert error.payload == "text.yaml"
    assert error.row in (f"line {line}, claim one", f"line {line}, claim One!")
    assert error.failure.startswith(f"{field}: ")
    assert rule in error.failure
    assert error.remedy is not None
    assert SCHEMA_FILE in error.remedy


@pytest.mark.parametrize(
    ("before", "after", "field", "row", "rule"),
    [
        ("said_on: 2025-05-07", "said_on: 7 May 2025", "source.said_on", "line 4", "a day is expected"),
        (
            "said_on: 2025-05-07",
            "said_on: 2025-13-45",
            "'2025-13-45' is no date: ",
            "line 4",
            "month must be in 1..12",
        ),
        ("url: https://example.org/text", "url: example.org", "source.url", "line 6", "begins with https://"),
        ("said_by: A. Writer", "said_by: ''", "source.said_by", "line 3", "the text is empty"),
    ],
)
def test_a_wrong_field_of_the_text_itself_is_named(
    tmp_path: Path, before: str, after: str, field: str, row: str | None, rule: str
) -> None:
    error = refusal(tmp_path, GOOD.replace(before, after))
    assert (error.payload, error.row) == ("text.yaml", row)
    assert error.failure.startswith(field)
    assert rule in error.failure


def test_every_wrong_field_of_a_file_is_reported_with_its_line(tmp_path: Path) -> None:
    text = GOOD.replace("year: 2024", "year: soon").replace("unit: USD", "unit: euro").replace("  title: A title\n", "")
    error = refusal(tmp_path, text)
    assert error.row == "line 2"
    assert [line.strip().split(";")[0] for line in error.failure.split("\n")] == [
        "source.title: the field is missing",
        "line 13, claim one: claims[0].year: a whole number is expected, in digits and without quotes, such as 2024",
        "line 15, claim one: claims[0].unit: a code in capitals is expected, such as USD",
    ]


VOCABULARY = {
    "metric": {"ip_receipts": "", "ip_payments": ""},
    "unit": {"USD": "US dollars", "PT": "Percent"},
    "item": {"SH": "Charges for the use of intellectual property", "_T": "All items together"},
    "area": {"USA": "United States", "W00": "World", "UMI": "United States Minor Outlying Islands"},
}


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (
            "metric: ip_receipts",
            "metric: ip_reciepts",
            "claims[0].metric: no such metric is known; did you mean ip_receipts?; seen 'ip_reciepts'",
        ),
        ("unit: USD", "unit: EUR", "claims[0].unit: no such unit is known; seen 'EUR'"),
        ("metric: ip_receipts", "metric: zzz", "claims[0].metric: no such metric is known; seen 'zzz'"),
        (
            "area: USA",
            "area: United States",
            "claims[0].area: no such area is known; did you mean USA (United States)?; seen 'United States'",
        ),
        (
            "item: SH",
            "item: SHX",
            "claims[0].item: no such item is known; did you mean SH (Charges for the use of intellectual property)?; "
            "seen 'SHX'",
        ),
        (
            "area: USA",
            "area: USA\n    counterpart_area: WO0",
            "claims[0].counterpart_area: no such area is known; did you mean W00 (World)?; seen 'WO0'",
        ),
    ],
)
def test_what_a_release_does_not_hold_is_refused_with_the_nearest(
    tmp_path: Path, before: str, after: str, rule: str
) -> None:
    path = write(tmp_path, GOOD.replace(before, after))
    with pytest.raises(ClaimError) as caught:
        load_claim_file(path, VOCABULARY)
    assert caught.value.failure == rule


def test_a_claim_without_an_id_is_named_by_its_place(tmp_path: Path) -> None:
    error = refusal(tmp_path, GOOD.replace("- id: one\n    paraphrase", "- paraphrase"))
    assert error.row == "line 8, claim number 1"


@pytest.mark.parametrize("text", ["", "just words", "- a\n- list\n", "source: {said_by: [unclosed\n", "claims: []\n"])
def test_a_file_that_is_no_claim_file_is_refused_by_name(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text).payload == "text.yaml"


def test_a_key_given_twice_is_refused_and_not_decided_in_silence(tmp_path: Path) -> None:
    error = refusal(tmp_path, GOOD.replace("    year: 2024\n", "    year: 2024\n    year: 2023\n"))
    assert "key 'year' repeated" in error.failure


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (LAUGHS, "an alias repeats a node"),
        ("a: &a [*a]\n", "an alias repeats a node"),
        (GOOD.replace("title: A title", "title: &t A title").replace("    unit: USD", "    unit: *t"), "write it out"),
        ("[" * 100_000, "not YAML"),
        ("a: " + "{a: " * 5_000, "nested more than 20 deep"),
        ("year: " + "9" * 5_000, "an integer of 5,000 digits; the longest has 18"),
        ("# " + "x" * 1024 * 1024, "larger than 1048576 bytes"),
        ("!!python/object/apply:os.system ['true']", "; write the value without one"),
        ("!!python/name:os.system", "; write the value without one"),
        (GOOD.replace("value: 10000000000", "value: .nan"), "a finite number is expected; seen nan"),
        (GOOD.replace("value: 10000000000", "value: -.inf"), "a finite number is expected; seen -inf"),
        (GOOD.replace("value: 10000000000", "value: 1.0e+400"), "seen"),
        (GOOD.replace("relative: 0.005", "relative: .inf"), "a finite number is expected; seen inf"),
        (GOOD.replace("year: 2024", "year: 20240"), "the number is at most 2100"),
        (GOOD.replace("title: A title", 'title: "\\e[2Jnothing"'), "a control character"),
        (GOOD.replace("title: A title", 'title: "\\u202Eltit A"'), "turns its direction"),
        (GOOD.replace("title: A title", "title: \u2066A title"), "turns its direction"),
        (GOOD.replace("title: A title", "title: A\x00title"), "not YAML"),
        (GOOD.replace("area: USA", "area: U\u0405A"), " expected; seen"),
        (GOOD.replace("area: USA", "area: US\u200bA"), " expected; seen"),
        (GOOD.replace("area: USA", 'area: "USA\'; drop table fct_indicator; --"'), " expected; seen"),
        (GOOD.replace("- id: one", "- id: ../one"), "small letters"),
        (GOOD.replace("- id: one", "- id: '=1+1'"), "small letters"),
    ],
)
def test_a_hostile_file_is_refused_in_words(tmp_path: Path, text: str, rule: str) -> None:
    error = refusal(tmp_path, text)
    assert rule in error.failure
    assert len(str(error)) < 6_000
    assert str(error).replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "number",
    [
        "0o17",
        "017",
        "1_000",
        "0x7E8",
        "0b11111101000",
        "33:44",
        "+0x10",
        "2_024.5",
        "33:44.5",
        "1:1:1",
        "9" * 19,
        "-0o7",
    ],
)
@pytest.mark.parametrize("where", ["year: 2024", "value: 10000000000"])
def test_an_odd_number_is_refused_in_words_and_never_read_as_another(tmp_path: Path, number: str, where: str) -> None:
    error = refusal(tmp_path, GOOD.replace(where, f"{where.partition(':')[0]}: {number}"))
    assert repr(number) in error.failure
    assert "in a notation that is read in different ways" in error.failure or "the longest has 18" in error.failure
    assert error.row in ("line 14", "line 15")


def test_an_odd_number_in_quotes_is_text(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("title: A title", "title: '1_000'"))
    assert claims_table(tmp_path).column("title").to_pylist() == ["1_000"]


@pytest.mark.parametrize(
    ("value", "unit", "tolerance", "is_taken"),
    [
        ("100", "PT", "relative: 0.5", True),
        ("100", "PT", "relative: 0.51", False),
        ("100", "PT", "absolute: 50", True),
        ("100", "PT", "absolute: 51", False),
        ("-100", "PT", "absolute: 51", False),
        ("1e+9", "USD", "absolute: 1", False),
        ("1.0e+9", "USD", "absolute: 600000000", False),
        ("0", "PT", "absolute: 0.5", True),
        ("0", "PT", "absolute: 1", False),
        ("0", "USD", "absolute: 500000000", True),
        ("0", "USD", "absolute: 500000001", False),
    ],
)
def test_a_tolerance_that_would_confirm_anything_is_refused(
    tmp_path: Path, value: str, unit: str, tolerance: str, is_taken: bool
) -> None:
    text = GOOD.replace("10000000000", value).replace("USD", unit).replace("relative: 0.005", tolerance)
    if is_taken:
        write(tmp_path, text)
        assert claims_table(tmp_path).num_rows == 1
    else:
        assert refusal(tmp_path, text).payload == "text.yaml"


def test_a_text_of_the_far_future_is_refused_and_one_of_today_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = datetime.now(UTC).date()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")  # a build that is repeated knows later texts all the same
    write(tmp_path, GOOD.replace("2025-05-07", str(today)))
    assert claims_table(tmp_path).num_rows == 1
    for day in (today + timedelta(days=2), date(2999, 1, 1), date(9999, 12, 31)):
        error = refusal(tmp_path, GOOD.replace("2025-05-07", str(day)))
        assert f"source.said_on: the day lies ahead of today, {today}" in error.failure


CLAIM = (
    "- {id: c%d, paraphrase: p, metric: m_1, measure: m, area: A001, year: 2020, value: 1, unit: USD, "
    "tolerance: {absolute: 0.1, because: b}}\n"
)
HEAD = "source: {said_by: a, said_on: 2024-01-01, title: t, url: 'https://example.org/a'}\nclaims:\n"
CODES = {
    "metric": {f"metric_{number}": f"Metric number {number}" for number in range(60)},
    "area": {f"A{number:03}": f"Area number {number}" for number in range(600)},
    "item": {f"I{number}": f"Item number {number}" for number in range(300)},
    "unit": {"USD": "US dollars"},
}
MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    "text",
    {
        "a mapping": "\n".join(f"k{number}: {number}" for number in range(75_000)),
        "a small mapping": "\n".join(f"k{number}: {number}" for number in range(19_000)),
        "a list": "[" + "1," * (MEGABYTE // 2 - 2) + "1]",
        "decimals": "[" + "1.1," * (MEGABYTE // 4 - 2) + "1]",
        "dates": "[" + "2020-01-01," * (MEGABYTE // 11 - 2) + "1]",
        "brackets": "[" * MEGABYTE,
        "braces": "{a: " * (MEGABYTE // 4),
        "dashes": "- " * (MEGABYTE // 2),
        "questions": "? " * (MEGABYTE // 2),
        "directives": "".join(f"%TAG !{number}! a\n" for number in range(60_000)) + "--- a\n",
        "anchors": "[" + "&a b," * 200_000 + "]",
        "aliases": "a: &a 1\nb: [" + "*a," * 300_000 + "*a]",
        "documents": "--- a\n" * (MEGABYTE // 6),
        "sixties": "year: " + ":".join(["1"] * 500_000),
        "decimal sixties": "year: " + ":".join(["1"] * 500_000) + ".5",
        "sixteens": "year: 0x" + "f" * (MEGABYTE - 10),
        "digits": "year: " + "9" * (MEGABYTE - 10),
        "a moment": "day: 2020-01-01T00:00:00." + "0" * (MEGABYTE - 40),
        "one key": '? "' + "a" * (MEGABYTE - 10) + '"\n: 1',
        "one code": HEAD + (CLAIM % 1).replace("A001", "A" * (MEGABYTE - 1_000)),
        "codes that no vocabulary holds": HEAD
        + "".join(
            (CLAIM % number).replace("m_1", f"metrik_{number}").replace("A001", f"A{number:04}").replace("USD", "USB")
            for number in range(1_250)
        ),
        "fields that no model holds": HEAD
        + "".join((CLAIM % number).replace("}}", "}, a: 1, b: 2, c: 3}") for number in range(1_000)),
        "right claims": HEAD + "".join((CLAIM % number).replace("m_1", "metric_1") for number in range(1_200)),
    }.items(),
    ids=lambda case: case[0],
)
def test_a_megabyte_of_any_yaml_is_judged_in_a_second(tmp_path: Path, text: tuple[str, str]) -> None:
    path = write(tmp_path, text[1])
    assert path.stat().st_size <= MEGABYTE
    started = time.process_time()
    with suppress(ClaimError):
        load_claim_file(path, CODES)
    assert time.process_time() - started < 1.0


@given(
    st.recursive(
        st.text() | st.integers() | st.floats() | st.none() | st.booleans() | st.dates(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
@settings(max_examples=60, deadline=None)
def test_any_yaml_is_a_claim_file_or_refused_in_words(content: Any) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(ClaimError):
        load_claim_file(write(Path(folder), yaml.safe_dump(content, allow_unicode=True)))


@given(st.text(alphabet=st.sampled_from("abc01:.-_ \n[]{},&*!|>'\"%@`#?~<=ox\t")))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_claim_file_or_refused_in_words(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(ClaimError):
        load_claim_file(write(Path(folder), text))


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp1252"])
def test_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "text.yaml").write_bytes(GOOD.replace("A title", "A tïtle").encode(encoding))
    with pytest.raises(ClaimError, match="not YAML"):
        claims_table(tmp_path)


def test_html_sql_and_markup_in_words_are_words(tmp_path: Path) -> None:
    words = "<script>alert(1)</script> [bold]'; drop table x; -- =1+1 | ``` 中国"
    write(tmp_path, GOOD.replace("title: A title", f'title: "{words}"'))
    assert claims_table(tmp_path).column("title").to_pylist()[0] == words


def test_an_id_is_unique_over_all_files(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.yaml")
    write(tmp_path, GOOD, "b.yaml")
    with pytest.raises(ClaimError, match=r"'one' is also in a\.yaml") as caught:
        claims_table(tmp_path)
    assert caught.value.payload == "b.yaml"


def test_the_schema_file_is_that_of_the_models() -> None:
    assert (REPOSITORY_CLAIMS / SCHEMA_FILE).read_text(encoding="utf-8") == schema_text()


def test_the_repository_holds_the_six_claims_of_the_first_article() -> None:
    rows = [row for row in claims_table(REPOSITORY_CLAIMS).to_pylist() if row["said_on"] == date(2025, 5, 7)]
    assert {(row["metric_id"], row["area"], row["counterpart_area"], row["year"], row["value"]) for row in rows} == {
        ("ip_receipts", "USA", "W00", 2024, 144.5e9),
        ("partner_share_of_ip_receipts", "USA", "CHN", 2024, 20.0),
        ("bilateral_ip_charges", "USA", "CHN", 2001, 440e6),
        ("bilateral_ip_charges", "USA", "CHN", 2024, 7.8e9),
        ("digital_share_of_trade", "W00", "W00", 2023, 15.0),
        ("trade_projection", "W00", "W00", 2040, 37.2),
    }


def test_a_claim_whose_year_the_text_does_not_state_says_how_it_was_read() -> None:
    claims = load_claim_file(REPOSITORY_CLAIMS / "cgtn_2025_05_07_ip_cooperation.yaml").claims
    reading = {claim.id: claim.reading for claim in claims}["cgtn_digital_services_share"]
    assert reading is not None
    assert "no year" in reading

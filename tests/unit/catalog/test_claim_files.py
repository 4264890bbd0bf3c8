"""Claim files: valid files become rows, and every invalid one is refused with file, line, claim, field and rule."""

import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.catalog.catalog_tables import catalogue_tables
from orchestration.catalog.claim_files import CLAIMS_SCHEMA, claims_table, printed_precision
from orchestration.core.errors import BilateralError
from orchestration.core.strict_yaml import LARGEST

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
        tolerance: {absolute: 50000000, because: printed in whole billions}
    """
)
VOCABULARY = {
    "metric": {"ip_receipts": "", "ip_payments": ""},
    "unit": {"USD": "US dollars", "PT": "Percent"},
    "item": {"SH": "Charges for the use of intellectual property", "_T": "All items together"},
    "area": {"USA": "United States", "W00": "World", "UMI": "United States Minor Outlying Islands"},
}


def write(folder: Path, text: str, name: str = "text.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusal(folder: Path, text: str) -> BilateralError:
    write(folder, text)
    with pytest.raises(BilateralError) as caught:
        claims_table(folder)
    assert caught.value.payload == "text.yaml"
    assert len(str(caught.value)) < 6_000
    assert str(caught.value).replace("\n", "").isprintable()
    return caught.value


def test_a_claim_becomes_a_row_with_its_defaults_and_an_absolute_tolerance(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("value: 1", "value: -1"))
    table = claims_table(tmp_path)
    assert table.schema == CLAIMS_SCHEMA
    (row,) = table.to_pylist()
    assert [row[name] for name in ("claim_id", "said_on", "metric_id", "counterpart_area", "clock", "authority")] == [
        *("one", date(2025, 5, 7), "ip_receipts", "W00", "reference_year", "_Z")
    ]
    assert [row[name] for name in ("value", "tolerance", "needs", "file")] == [-1e10, 5e7, None, "text.yaml"]


@pytest.mark.parametrize(
    ("bound", "row"),
    [
        ("rule: product, figures: [a/b, a/c]", ("product", "a/b a/c", None)),
        ("rule: above_others, times: 2", ("above_others", None, 2.0)),
    ],
)
def test_a_bound_becomes_columns_of_its_claim(tmp_path: Path, bound: str, row: tuple[object, ...]) -> None:
    write(tmp_path, GOOD.replace("year: 2024", f"year: 2024\n    bound: {{{bound}, because: of it}}"))
    (claim,) = claims_table(tmp_path).to_pylist()
    assert tuple(claim[f"bound_{name}"] for name in ("rule", "figures", "times")) == row


@pytest.mark.parametrize(("as_of", "kept", "later"), [(None, 1, 0), (date(2025, 5, 7), 1, 0), (date(2025, 5, 6), 0, 1)])
def test_a_claim_counts_from_its_day_on(tmp_path: Path, as_of: date | None, kept: int, later: int) -> None:
    write(tmp_path, GOOD)
    tables = catalogue_tables({}, [], tmp_path, tmp_path / "none", ["USD"], as_of)
    assert (tables["claims"].num_rows, tables["later"].num_rows) == (kept, later)


@pytest.mark.parametrize(
    ("before", "after", "field", "row", "rule"),
    [
        ("    metric: ip_receipts\n", "", "claims[0].metric", "claim one", "Field required"),
        ("    year: 2024\n", "    year: 2024\n    colour: red\n", "claims[0].colour", "claim one", "Extra"),
        ("value: 10000000000", "value: nan", "claims[0].value", "claim one", "finite number"),
        ("unit: USD", "unit: USD billion", "claims[0].unit", "claim one", "match pattern"),
        ("item: SH", "item: SH\n    clock: grant", "claims[0].clock", "claim one", "reference_year"),
        ("id: one", "id: ../one", "claims[0].id", "claim ../one", "match pattern"),
        ("id: one", f"id: {'a' * 81}", "claims[0].id", f"claim {'a' * 80}", "at most 80 characters"),
        ("- id: one\n    paraphrase", "- paraphrase", "claims[0].id", "claim number 1", "Field required"),
        ("absolute: 50000000, ", "", "claims[0].tolerance.absolute", "claim one", "Field required"),
        ("absolute: 50000000", "absolute: 6000000000", "claims[0]", "claim one", "wider than 5e+09"),
        *(
            (
                "year: 2024",
                f"year: 2024\n    bound: {{{bound}, because: of it}}",
                "claims[0].bound",
                "claim one",
                "above_others needs times",
            )
            for bound in (
                *("rule: above_others", "rule: product", "rule: product, figures: [a/b], times: 2"),
                "rule: above_others, figures: [a/b], times: 2",
            )
        ),
        ("said_on: 2025-05-07", "said_on: 7 May 2025", "source.said_on", None, "valid date"),
        ("said_on: 2025-05-07", "said_on: 9999-12-31", "source.said_on", None, "is after today"),
        ("url: https://example.org/text", "url: example.org", "source.url", None, "match pattern"),
        ("title: A title", 'title: "\\e[2Jnothing"', "source.title", None, "control character"),
        ("title: A title", 'title: "\\u202Eltit A"', "source.title", None, "direction mark"),
    ],
)
def test_invalid_fields_name_their_rule(
    tmp_path: Path, before: str, after: str, field: str, row: str | None, rule: str
) -> None:
    error = refusal(tmp_path, GOOD.replace(before, after))
    assert error.row == row
    assert error.failure.startswith(field)
    assert rule in error.failure
    assert "claim.schema.json" in str(error.remedy)


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("metric: ip_receipts", "metric: ip_reciepts", "no such metric exists; did you mean ip_receipts?"),
        ("unit: USD", "unit: EUR", "no such unit exists; seen 'EUR'"),
        ("area: USA", "area: United States", "no such area exists; did you mean USA (United States)"),
        ("area: USA", "area: USA\n    counterpart_area: WO0", "no such area exists; did you mean W00 (World)?"),
    ],
)
def test_unknown_codes_get_the_nearest(tmp_path: Path, before: str, after: str, rule: str) -> None:
    with pytest.raises(BilateralError) as caught:
        claims_table(write(tmp_path, GOOD.replace(before, after)), vocabulary=VOCABULARY)
    assert rule in caught.value.failure


LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 12)
)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "the file: "),
        ("just words", "the file: "),
        ("- a\n- list\n", "the file: "),
        ("claims: []\n", "at least 1 item"),
        ("source: {said_by: [unclosed\n", "not plain YAML"),
        ("--- a\n--- b\n", "not plain YAML"),
        (GOOD.replace("    year: 2024\n", "    year: 2024\n    year: 2023\n"), "key 'year' repeated in line 15"),
        (GOOD.replace("    year: 2024\n", "    <<: {a: 1}\n"), "claims[0].<<: Extra"),
        (GOOD.replace("    year: 2024\n", "    2024: 1\n"), "claims[0].2024: Extra"),
        (LAUGHS, "an alias repeats a node"),
        ("a: &a [*a]\n", "an alias repeats a node"),
        ("a: " + "{a: " * 5_000, "nested too deep"),
        ("# " + "x" * LARGEST, f"larger than {LARGEST} bytes"),
        ("!!python/object/apply:os.system ['true']", "the file: "),
        (GOOD.replace("value: 10000000000", "value: 1.0e+400"), "finite number"),
        (GOOD.replace("said_on: 2025-05-07", "said_on: 2025-13-45"), "month value is outside"),
        (GOOD.replace("title: A title", "title: A\x00title"), "not plain YAML"),
    ],
)
def test_a_hostile_file_is_refused_in_words(tmp_path: Path, text: str, rule: str) -> None:
    assert rule in refusal(tmp_path, text).failure


@pytest.mark.parametrize("number", ["0o17", "0x7E8", "0b111", "33:44", "33:44.5", "12,5", ".nan"])
@pytest.mark.parametrize("field", ["year: 2024", "value: 10000000000"])
def test_a_number_that_is_not_decimal_is_refused_and_a_text_in_a_title(tmp_path: Path, number: str, field: str) -> None:
    error = refusal(tmp_path, GOOD.replace(field, f"{field.partition(':')[0]}: {number}"))
    assert "should be a valid" in error.failure
    assert f"seen {number!r}" in error.failure
    write(tmp_path, GOOD.replace("title: A title", f"title: {number}"))
    assert claims_table(tmp_path).column("title").to_pylist() == [number]


@pytest.mark.parametrize(
    ("value", "unit", "tolerance", "is_valid"),
    [
        *(("100", "PT", "absolute: 50", True), ("-100", "PT", "absolute: 51", False)),
        *(("0", "PT", "absolute: 0.5", True), ("0", "PT", "absolute: 1", False)),
        *(("0", "USD", "absolute: 500000000", True), ("0", "USD", "absolute: 500000001", False)),
    ],
)
def test_wide_tolerances_are_refused(tmp_path: Path, value: str, unit: str, tolerance: str, is_valid: bool) -> None:
    text = GOOD.replace("10000000000", value).replace("USD", unit).replace("absolute: 50000000", tolerance)
    if is_valid:
        write(tmp_path, text)
        assert claims_table(tmp_path).num_rows == 1
    else:
        assert "wider than" in refusal(tmp_path, text).failure


@given(
    st.recursive(
        st.text() | st.integers() | st.floats() | st.none() | st.booleans() | st.dates(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ).map(lambda content: yaml.safe_dump(content, allow_unicode=True))
    | st.text(alphabet=st.sampled_from("abc01:.-_ \n[]{},&*!|>'\"%@`#?~<=ox\t"))
)
@settings(max_examples=30, deadline=None)
def test_any_text_is_a_claim_file_or_refused_in_words(text: Any) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(BilateralError):
        claims_table(write(Path(folder), text))


def test_an_id_is_unique_over_all_files(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.yaml")
    write(tmp_path, GOOD, "b.yaml")
    with pytest.raises(BilateralError, match=r"'one' is also in a\.yaml") as caught:
        claims_table(tmp_path)
    assert caught.value.payload == "b.yaml"


@pytest.mark.parametrize(
    ("printed", "half_a_unit"),
    [
        *(("144.5e9", 0.05e9), ("144500000000", 0.05e9), ("-8.0e9", 0.05e9), ("8e9", 0.5e9), ("8000000000", 0.5e9)),
        *(("440e6", 5e6), ("440000000", 5e6), ("70160", 5), ("20", 0.5), ("2.58", 0.005), ("0", 0.5)),
    ],
)
def test_the_tolerance_is_half_a_unit_of_the_last_printed_digit(printed: str, half_a_unit: float) -> None:
    assert printed_precision(printed) == pytest.approx(half_a_unit)


@pytest.mark.parametrize("printed", ["", "1,000", "0x10", "nan", "1e9999", "8 billion"])
def test_only_decimal_numbers_have_a_printed_precision(printed: str) -> None:
    with pytest.raises(ValueError, match="decimal number"):
        printed_precision(printed)

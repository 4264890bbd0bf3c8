"""Every published figure leads back to its place in a payload; claims of users get the verdicts of the release."""

import json
import math
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from orchestration.cli.explain import payload_of
from orchestration.core.files import read_json, sha256_of
from orchestration.formats.pointers import WHOLE, Fragment, fragments
from orchestration.ingestion.origin_cards import origin_from
from orchestration.reading.explanation import payloads_of
from orchestration.reading.figure_lookup import Question
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release import Release
from tests.integration.conftest import PublishedCopy

COUNTED = ("fct_indicator", "fct_bilateral_services", "fct_co_invention", "fct_patent_count", "fct_patent_filing")
FACTS = (*COUNTED, "fct_published_figure")
"""The tables with figures of payloads, each with one value a row."""

OWN = {"fct_bilateral_services": "coalesce(value_in_currency, value)"}
"""The figure of a table in the publisher's currency, where the table also has it in US dollars."""


def _numbers(content: Any) -> Iterator[float]:
    """Every number in the content of a fragment."""
    if isinstance(content, dict | list):
        for item in content.values() if isinstance(content, dict) else content:
            yield from _numbers(item)
    elif not isinstance(content, bool):
        with suppress(ValueError, TypeError):
            yield float(content.replace(",", "") if isinstance(content, str) else content)


def _printed(content: Any) -> Iterator[float]:
    """The numbers that a fact may be; that of several cells is their sum, such as a year of four quarters."""
    if isinstance(content, dict) and "cells" in content:
        yield sum(_numbers(content["cells"]))
    else:
        yield from _numbers(content)


@pytest.fixture(scope="module")
def held(published_copy: PublishedCopy, release: Release) -> Mapping[tuple[str, str], Fragment]:
    """Return the content at the place of every fact behind a figure, by payload and pointer."""
    cards = {card["sha256"]: origin_from(card, "origins.json") for card in read_json(release.folder / "origins.json")}
    grounds = [name for name, lineage in release.lineage.tables.items() if not lineage.inputs]
    union = " union ".join(f"select payload_sha256, payload_pointer from {table}" for table in grounds)
    with open_read_only(release.database) as connection:
        places = connection.execute(
            f"select payload_sha256, list(payload_pointer) from ({union}) group by all"
        ).fetchall()
    content: dict[tuple[str, str], Fragment] = {}
    for sha256, pointers in places:
        payload = payload_of(published_copy.settings, cards[sha256])
        assert sha256_of(payload.path) == sha256
        content |= {(sha256, pointer): part for pointer, part in fragments(payload, pointers).items()}
    assert len(content) > 50_000
    return content


def test_the_figure_is_at_its_place(release: Release, held: Mapping[tuple[str, str], Fragment]) -> None:
    """The publisher's number is the fact's in the publisher's currency, up to the power of ten of its unit and the sign
    of a debit."""
    union = " union all by name ".join(
        f"select '{table}' as fact, payload_sha256, payload_pointer, {OWN.get(table, 'value')} as number from {table} "
        "where value is not null"
        for table in FACTS
    )
    with open_read_only(release.database) as connection:
        rows = connection.execute(f"select fact, payload_sha256, payload_pointer, number from ({union})").fetchall()
    compared = dict.fromkeys(FACTS, 0)
    for fact, sha256, pointer, value in rows:
        fragment = held.get((sha256, pointer))
        if fragment is not None and not pointer.startswith(WHOLE):
            compared[fact] += 1
            assert any(_same(value, number) for number in _printed(fragment.content)), (fact, pointer, value, fragment)
    assert all(compared.values()), compared


def _same(value: float, printed: float) -> bool:
    if not value or not printed:
        return value == printed
    ratio = abs(value / printed)
    return math.isclose(ratio, 10.0 ** round(math.log10(ratio)), rel_tol=1e-9)


def test_every_kind_of_figure_is_explained(release: Release, held: Mapping[tuple[str, str], Fragment]) -> None:
    with open_read_only(release.database) as connection:
        kinds = connection.execute(
            "select metric_id, basis, max({'source': source, 'measure': measure, 'area': area, 'counterpart': counterpart_area, "
            "'item': item, 'clock': clock, 'authority': authority, 'year': year, 'base_year': base_year, 'vintage': vintage}) as any_figure "
            "from metric_vintages where value is not null group by all order by all"
        ).fetchall()
    assert {metric for metric, *_ in kinds} == set(release.content["metrics"])
    for metric, basis, key in kinds:
        vintage, counterpart, item = str(key.pop("vintage")), key.pop("counterpart"), key.pop("item")
        question = Question(metric, between=(counterpart, item), basis=basis, vintage=vintage, **key)
        explanation = release.answer(question)
        ends = list(_ends(explanation))
        places = list(payloads_of(explanation["inputs"]))
        assert [node["payload"] for node in ends] == places != []
        assert all((place["origin"]["sha256"], place["pointer"]) in held for place in places)
        assert all(node["payload"]["origin"]["source"] == node["row"]["source"] for node in ends)
        assert explanation["guards"]["passed"]
        assert vintage in {str(revision["vintage"]) for revision in explanation["revisions"]}


def _ends(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The rows at the ends of an explanation, which name a place in a payload."""
    for item in node["inputs"]:
        yield from [item] if "payload" in item else _ends(item)


def test_a_payload_that_is_missing_or_damaged_is_refused(published_copy: PublishedCopy, tmp_path: Path) -> None:
    (tmp_path / "releases").symlink_to(published_copy.data / "releases")
    question = ("explain", "ip_receipts", "USA", "2016", "--payload")
    origin = published_copy.json(*question, "--json")["inputs"][0]["payload"]["origin"]
    damaged = tmp_path / "landing" / "world_bank" / "payloads" / origin["sha256"][:2] / origin["sha256"]
    damaged.parent.mkdir(parents=True)
    printed = published_copy.invoke(*question[:-1]).stdout
    assert re.search(r"at /1/\d+ of world_bank/ip_receipts/ip_receipts_page_1\.json", printed), printed
    for _ in range(2):
        done = published_copy.invoke(*question, data=tmp_path)
        assert (done.exit_code, done.stdout) == (1, "")
        assert "does not have the bytes of the payload" in done.stderr
        damaged.write_bytes(b"x" * origin["size"])


def test_claim_files_get_the_release_verdicts(published_copy: PublishedCopy, release: Release) -> None:
    before = sha256_of(release.database)
    answer = published_copy.json("claims", "check", str(published_copy.root / "data/claims"), "--json")
    audited = published_copy.json("query", "select * from fct_claim_audit order by claim_id", "--format", "json")
    assert answer["release"] == release.id
    assert len(answer["claims"]) == len(audited) >= 11
    for claim, row in zip(answer["claims"], audited, strict=True):
        assert claim.keys() - row.keys() == {"vintage_age"}
        for name, value in row.items():
            same = (
                str(claim[name]) == str(value)[:10] if name.endswith(("_on", "when_said", "latest")) and value else None
            )
            if isinstance(value, float | int) and value is not None:
                same = claim[name] == pytest.approx(value, rel=1e-9)
            assert same or claim[name] == value, (claim["claim_id"], name)
    printed = published_copy.invoke("claims", "check", str(published_copy.root / "data/claims")).stdout
    assert re.search(r"latest scenario +17\.4 percent", printed)
    assert sha256_of(release.database) == before


def test_the_client_explains_a_figure_without_the_packages_of_the_pipeline(published_copy: PublishedCopy) -> None:
    script = (
        "import json, sys\n"
        "for name in ('click', 'cryptography', 'dagster', 'dbt', 'great_expectations', 'pydantic'): sys.modules[name] = None\n"
        "import bilateral\n"
        "figure = bilateral.open(sys.argv[1]).explain('ip_cover_ratio', 'United States', 2023)\n"
        "print(json.dumps(figure, default=str))"
    )
    folder = published_copy.data / "releases" / "current"
    done = subprocess.run([sys.executable, "-c", script, folder], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == published_copy.json(
        "explain", "ip_cover_ratio", "United States", "2023", "--json"
    )

"""The JSON schemas for editors beside claim and correction files."""

import json
from pathlib import Path

import pytest

from orchestration.catalog.claim_files import ClaimFile
from orchestration.catalog.correction_files import CorrectionFile
from orchestration.core.strict_yaml import Strict

DATA = Path(__file__).resolve().parents[3] / "data"


@pytest.mark.parametrize(
    ("name", "model"),
    [("claims/claim", ClaimFile), ("corrections/correction", CorrectionFile)],
    ids=["claim", "correction"],
)
def test_a_schema_file_is_that_of_its_model(name: str, model: type[Strict]) -> None:
    """To renew a file, write the text that this test expects."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema()
    text = json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    assert (DATA / f"{name}.schema.json").read_text(encoding="utf-8") == text

"""Every asset leads to the files that it is made by: of this machine, or of the repository where it is set."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from orchestration.assets.code_references import REPOSITORY, files_of, with_code_references
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings

ROOT = Path(__file__).parents[3]
METRIC = {
    "name": "ip_receipts",
    "resource_type": "model",
    "path": "metrics/ip_receipts.sql",
    "original_file_path": "models/metrics/ip_receipts.sql",
    "patch_path": "bilateral://models/metrics/ip_receipts.yml",
}
MANIFEST = {"nodes": {"model.bilateral.ip_receipts": METRIC}}


@pytest.mark.parametrize(
    ("key", "files"),
    [
        (["raw", "wto", "bilateral_services"], ["orchestration/sources/wto.py"]),
        (["publishers", "wto"], ["orchestration/sources/wto.py"]),
        (["vintages", "wto"], ["orchestration/sources/wto.py"]),
        (["raw", "catalogue", "claims"], ["orchestration/catalog/catalog_tables.py"]),
        (["release"], ["orchestration/assets/release_asset.py", "orchestration/releases/publish.py"]),
        (
            ["metrics", "ip_receipts"],
            [
                "dbt_project/models/metrics/ip_receipts.sql",
                "dbt_project/models/metrics/ip_receipts.yml",
                "expectations/ip_receipts.py",
            ],
        ),
    ],
)
def test_an_asset_leads_to_its_files(key: list[str], files: list[str]) -> None:
    assert files_of(dg.AssetKey(key), {"ip_receipts": METRIC}) == files
    assert all((ROOT / path).is_file() for path in files), "files of this project"


def references(**environment: str) -> list[dg.LocalFileCodeReference | dg.UrlCodeReference]:
    asset = dg.AssetSpec(["metrics", "ip_receipts"])
    (spec,) = with_code_references([asset], Settings(ROOT, ROOT / "data"), MANIFEST, environment)
    assert isinstance(spec, dg.AssetSpec)
    found: dg.CodeReferencesMetadataValue = spec.metadata["dagster/code_references"]
    return list(found.code_references)


def test_without_a_repository_files_are_of_this_machine() -> None:
    first = references()[0]
    assert isinstance(first, dg.LocalFileCodeReference)
    assert first.file_path == str(ROOT / "dbt_project/models/metrics/ip_receipts.sql")


@pytest.mark.parametrize(
    ("repository", "address"),
    [
        ("https://github.com/owner/name", "https://github.com/owner/name/blob/main/"),
        ("https://github.com/owner/name.git#stable", "https://github.com/owner/name/blob/stable/"),
        ("https://gitlab.example.org/group/name#v1", "https://gitlab.example.org/group/name/-/blob/v1/"),
    ],
)
def test_with_a_repository_they_are_its_files(repository: str, address: str) -> None:
    urls = [one.url for one in references(**{REPOSITORY: repository}) if isinstance(one, dg.UrlCodeReference)]
    assert urls[0] == f"{address}dbt_project/models/metrics/ip_receipts.sql"
    assert urls[-1] == f"{address}expectations/ip_receipts.py"


@pytest.mark.parametrize(
    "wrong", ["github.com/owner/name", "https://github.com/owner", "https://me:pw@host/owner/name"]
)
def test_what_is_no_repository_is_refused_without_repeating_it(wrong: str) -> None:
    with pytest.raises(BilateralError, match="not the address of a repository") as refused:
        references(**{REPOSITORY: wrong})
    assert "pw" not in str(refused.value)

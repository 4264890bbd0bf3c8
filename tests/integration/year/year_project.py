"""The reduced project with five invented offices that answer over HTTP. All figures are synthetic."""

import shutil
from pathlib import Path

from tests.integration.conftest import REPOSITORY
from tests.integration.survival.reduced_project import SOURCE, reduced_tree
from tests.integration.year.offices import OFFICES

_OBSERVATIONS = """
OBSERVATIONS = {
    "indicators": Observations(area="economy", year="year", value="applications"),
}
"""


def year_tree(target: Path, port: int) -> Path:
    """A copy of the checkout that knows five offices, all answered at a local port, and has nothing in its bundle."""
    reduced_tree(target, editions=0)
    models = target / "dbt_project" / "models"
    module = target / "orchestration" / "sources" / f"{SOURCE}.py"
    staging = models / "staging" / SOURCE
    for office in OFFICES:
        name = f"synthetic_{office}"
        module.with_name(f"{name}.py").write_text(_source(module.read_text(), name, port))
        for path in staging.iterdir():
            made = staging.with_name(name) / path.name.replace(SOURCE, name)
            made.parent.mkdir(exist_ok=True)
            made.write_text(path.read_text().replace(SOURCE, name))
    module.unlink()
    shutil.rmtree(staging)
    _read_all(models)
    seeds = target / "dbt_project" / "seeds" / "areas"
    seeds.mkdir(parents=True, exist_ok=True)
    for path in (REPOSITORY / "dbt_project" / "seeds" / "areas").glob("areas__iso3166.csv"):
        shutil.copyfile(path, seeds / path.name)
    return target


def _source(code: str, name: str, port: int) -> str:
    changes = {
        f'id="{SOURCE}"': f'id="{name}"',
        "https://statistics.example/table.csv": f"http://127.0.0.1:{port}/{name}/table.csv",
        '"economy", "year", "applications", "released")': '"area", "year", "applications", "released")',
        "{**row, ": '{"economy": row["area"], "released": row["released"], ',
        "from orchestration.contracts.payload import": "from orchestration.contracts.observation import Observations\n"
        "from orchestration.contracts.payload import",
    }
    for before, after in changes.items():
        assert before in code, before
        code = code.replace(before, after)
    return code + _OBSERVATIONS


def _read_all(models: Path) -> None:
    """Let the mart read every office, and the metric name them."""
    mart = models / "marts" / "fct_indicator.sql"
    union = " union all ".join(
        f'select * from {{{{ ref("stg_synthetic_{office}__indicators") }}}}' for office in OFFICES
    )
    joined = mart.read_text().replace(f'{{{{ ref("stg_{SOURCE}__indicators") }}}}', f"({union}) as offices")
    mart.write_text(joined)
    metric = models / "metrics" / "synthetic_trademark_applications.yml"
    names = ", ".join(f"synthetic_{office}" for office in OFFICES)
    metric.write_text(metric.read_text().replace(f"sources: [{SOURCE}]", f"sources: [{names}]"))
    suite = models.parents[1] / "expectations" / "synthetic_trademark_applications.py"
    suite.write_text(suite.read_text().replace("max_value=10_000", "max_value=1_000_000_000"))

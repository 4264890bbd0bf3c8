"""The catalogue of semantic changes fits the project: each change can be made, and there are at least a hundred."""

from orchestration.core.settings import Settings
from tests.mutation.changes import catalogue


def test_every_semantic_change_can_be_made() -> None:
    project = Settings.from_environment().dbt_project
    changes = catalogue()
    assert len(changes) >= 103
    lacking = [
        (change.name, before)
        for change in changes
        for before, _ in change.texts
        if before not in (project / change.file).read_text(encoding="utf-8")
    ]
    assert lacking == []

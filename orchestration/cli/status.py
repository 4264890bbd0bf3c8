"""The summary of a release as JSON."""

from __future__ import annotations

from typing import Any

from orchestration.releases.release_store import Release, open_read_only


def status_json(release: Release) -> dict[str, Any]:
    """Release, sources with rows and vintages, metrics with rows and checks, metrics without data, and the claim audit."""
    content = release.content
    with open_read_only(release.database) as connection:
        cursor = connection.execute(
            "select claim_id, verdict, claimed_value, value_latest, unit, explanation from fct_claim_audit order by claim_id"
        )
        names = [column[0] for column in cursor.description or ()]
        claims = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {
        "release": release.id,
        "published_at": content["published_at"],
        "folder": str(release.folder),
        "sources": content["sources"],
        "metrics": {
            name: {"rows": content["tables"][name], "passed": metric["passed"], "evaluated": metric["evaluated"]}
            for name, metric in content["metrics"].items()
        },
        "no_data": content.get("no_data", {}),
        "claims": claims,
    }

"""The generated dbt macro with the names of all models and seeds, which unions by name read.

dbt resolves ``ref()`` while it parses. Jinja sees neither the file system nor other models then, so the list is a file.
"""

from pathlib import Path

from orchestration.core.errors import DbtError
from orchestration.core.files import write_text
from orchestration.core.settings import Settings


def model_list_path(settings: Settings) -> Path:
    """The generated macro file."""
    return settings.dbt_project / "macros" / "project_models.sql"


def model_list(settings: Settings) -> str:
    """The content of the macro file for the models and seeds in the folders."""
    project = settings.dbt_project
    patterns = ("models/**/*.sql", "models/**/*.py", "seeds/**/*.csv")
    names = sorted(path.stem for pattern in patterns for path in project.glob(pattern))
    metrics = sorted(path.stem for path in (project / "models" / "metrics").glob("*.sql"))
    head = (
        "{#- Generated from the folders: `bilateral dev parse` writes it. models_of.sql and metrics.sql read it. -#}\n"
    )
    return (
        head
        + _macro("project_models", "All models and seeds.", names)
        + "\n"
        + _macro("project_metrics", "Models in models/metrics.", metrics)
    )


def update_model_list(settings: Settings) -> None:
    """Write the macro file if it differs from the folders; an up-to-date checkout may be read-only.

    Raises:
        DbtError: it differs and cannot be written.
    """
    path, content = model_list_path(settings), model_list(settings)
    if path.exists() and path.read_text(encoding="utf-8") == content:
        return
    try:
        write_text(path, content)
    except OSError as error:
        raise DbtError(
            f"{path} does not list the models and seeds of the project, and is not writable: {error}",
            remedy="run `bilateral dev parse` in a writable checkout, and commit the file",
        ) from error


def _macro(name: str, comment: str, names: list[str]) -> str:
    listed = "".join(f'                "{name}",\n' for name in names)
    return (
        f"{{#- {comment} -#}}\n{{% macro {name}() -%}}\n"
        f"    {{{{\n        return(\n            [\n{listed}            ]\n        )\n    }}}}\n{{%- endmacro %}}\n"
    )

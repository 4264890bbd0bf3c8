"""The generated dbt macro with the names of all models and seeds, which unions by name read.

dbt resolves ``ref()`` while it parses. Jinja sees neither the file system nor other models then, so the list is a file.
"""

from pathlib import Path

from orchestration.core.files import write_text
from orchestration.core.settings import Settings


def model_list_path(settings: Settings) -> Path:
    """Return the path of the generated macro file."""
    return settings.dbt_project / "macros" / "project_models.sql"


def model_list(settings: Settings) -> str:
    """Return the content of the macro file that lists models and seeds with the names of their folders."""
    patterns = ("models/**/*.sql", "models/**/*.py", "seeds/**/*.csv")
    paths = (path for pattern in patterns for path in settings.dbt_project.glob(pattern))
    names = sorted((path.stem, path.parent.name) for path in paths)
    listed = "".join(f'                "{name}": "{folder}",\n' for name, folder in names)
    return (
        "{#- Generated from the folders: `bilateral dev parse` writes it. models_of.sql and metrics.sql read it. -#}\n"
        "{#- All models and seeds, each with its folder. -#}\n{% macro project_models() -%}\n"
        f"    {{{{\n        return(\n            {{\n{listed}            }}\n        )\n    }}}}\n{{%- endmacro %}}\n"
    )


def update_model_list(settings: Settings) -> None:
    """Write the macro file if it differs from the folders; an up-to-date checkout may be read-only."""
    path, content = model_list_path(settings), model_list(settings)
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        write_text(path, content)

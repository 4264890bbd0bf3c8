"""Write the notebook as a page without a network: ``python docs/notebooks/page.py build/first_pair.html``."""

import argparse
import html
import runpy
from pathlib import Path

HERE = Path(__file__).resolve().parent

STYLE = """
body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color: #1c1c1c; background: #fff }
svg { max-width: 100%; height: auto } table { border-collapse: collapse; display: block; overflow-x: auto; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd }
td:first-child { white-space: nowrap }
"""


def page(notebook: Path) -> str:
    """Run a notebook on the current release and return its cells as one page of HTML.

    Raises:
        RuntimeError: a cell needs a script and would be blank without a network.
    """
    app = runpy.run_path(str(notebook))["app"]
    outputs, _ = app.run()
    body = "\n".join(f"<section>{output.text}</section>" for output in outputs if hasattr(output, "text"))
    if "<marimo-" in body:
        raise RuntimeError(f"{notebook.name}: a cell shows a chart or a frame directly; show drawn(...) of it instead")
    title = html.escape(notebook.stem.replace("_", " ").capitalize())
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}<style>{STYLE}</style></head>\n<body>\n{body}\n</body></html>\n'
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path, help="the file to write, for instance build/first_pair.html")
    parser.add_argument("--notebook", type=Path, default=HERE / "first_pair.py", help="the notebook, by default this")
    options = parser.parse_args()
    content = page(options.notebook)
    options.page.parent.mkdir(parents=True, exist_ok=True)
    options.page.write_text(content, encoding="utf-8")
    print(f"{options.page}: {len(content.encode()) / 1024:,.0f} kB")


if __name__ == "__main__":
    main()

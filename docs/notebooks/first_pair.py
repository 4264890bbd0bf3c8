"""The United States and China, from one release alone. Open it with ``marimo edit docs/notebooks/first_pair.py``;
``python docs/notebooks/page.py`` writes it as one page that opens without a network.

Every number, also in the sentences, is read from the release.
"""

import marimo

app = marimo.App(width="medium", app_title="The United States and China: what two economies exchange in ideas")


@app.cell
def opening():
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    here = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("BILATERAL_DATA", here / "data")) / "releases" / "current"
    mo.stop(not folder.exists(), mo.md("There is no release yet: run `make refresh` first."))
    release = folder.resolve()
    warehouse = duckdb.connect(str(release / "warehouse.duckdb"), read_only=True)

    def ask(sql: str):
        """Return the answer of the release to a query as a frame."""
        return warehouse.execute(sql).df()

    mo.md(
        f"""
        # The United States and China: what two economies exchange in ideas

        From release `{release.name}`. Every figure below comes from it; `bilateral describe TABLE` describes a table, and
        `bilateral explain` leads from a figure to its payload.
        """
    )
    return alt, ask, mo, release


@app.cell
def drawing(alt, mo):
    def drawn(content: object) -> object:
        """Return a chart or frame unchanged in the notebook, and as a picture or plain table on a page."""
        if mo.app_meta().mode in ("edit", "run"):
            return content
        if isinstance(content, alt.TopLevelMixin):
            import vl_convert

            return mo.Html(vl_convert.vegalite_to_svg(content.to_dict()))
        return mo.Html(content.to_html(index=False, border=0, float_format="{:,.2f}".format, na_rep=""))

    return (drawn,)


@app.cell
def national(alt, ask, drawn, mo):
    charges = ask(
        """
        select area.name as economy, metric_id, year, value / 1e9 as billion_usd
        from (from ip_receipts union all by name from ip_payments) as charges
        join dim_area as area on charges.area = area.area
        where charges.area in ('USA', 'CHN') and value is not null
        order by year
        """
    )
    latest = charges[charges["year"] == charges["year"].max()].set_index(["economy", "metric_id"])["billion_usd"]
    lines = (
        alt.Chart(charges)
        .mark_line(point=True)
        .encode(
            x=alt.X("year:Q", axis=alt.Axis(format="d", title=None)),
            y=alt.Y("billion_usd:Q", title="billion US dollars"),
            color=alt.Color("economy:N", title=None),
            strokeDash=alt.StrokeDash("metric_id:N", title=None),
        )
    )
    summary = "; ".join(
        f"{economy} {what.removeprefix('ip_')} {value:,.1f} bn"
        for (economy, what), value in latest.sort_index().items()
    )
    mo.vstack(
        [
            mo.md(
                f"## Who earns and who pays\n\nCharges for the use of IP with the whole world. In {charges['year'].max()}: {summary}."
            ),
            drawn(lines),
        ]
    )
    return (charges,)


@app.cell
def pair(alt, ask, drawn, mo):
    between = ask(
        """
        select year, area || ' receives from ' || counterpart_area as flow, value / 1e6 as million_usd
        from bilateral_ip_charges_all
        where
            item = 'SH' and source = 'wto' and value is not null
            and ((area = 'USA' and counterpart_area = 'CHN') or (area = 'CHN' and counterpart_area = 'USA'))
        order by year
        """
    )
    bars = (
        alt.Chart(between)
        .mark_bar()
        .encode(
            x=alt.X("year:O", title=None),
            xOffset="flow:N",
            y=alt.Y("million_usd:Q", title="million US dollars"),
            color=alt.Color("flow:N", title=None),
        )
    )
    mo.vstack(
        [
            mo.md(
                "## What one pays the other\n\nBoth directions as the United States report them to the WTO. The bars are not drawn where "
                "nothing was published; a suppressed figure is not zero."
            ),
            drawn(bars),
        ]
    )
    return (between,)


@app.cell
def vintages(ask, drawn, mo):
    known = ask(
        """
        select year, vintage, value / 1e9 as billion_usd
        from metric_vintages
        where metric_id = 'ip_receipts' and area = 'USA' and source = 'world_bank' and year in (2010, 2016) and value is not null
        order by year, vintage
        """
    )
    mo.vstack(
        [
            mo.md(
                "## The past changes\n\nReceipts of the United States for two years, as published on different days."
            ),
            drawn(known),
        ]
    )
    return (known,)


@app.cell
def inventing(alt, ask, drawn, mo):
    joint = ask(
        """
        select year, value as patents
        from co_inventions
        where area = 'USA' and counterpart_area = 'CHN'
        order by year
        """
    )
    peak = joint.loc[joint["patents"].idxmax()]
    events = ask(
        """
        select date, year(date) + dayofyear(date) / 366 as year, title
        from dim_policy_event
        where list_has_all(string_split(areas, ';'), ['USA', 'CHN']) and year(date) >= (select min(year) from co_inventions)
        order by date
        """
    )
    marks = (
        alt.Chart(events).mark_rule(strokeDash=[2, 3], opacity=0.5).encode(x="year:Q", tooltip=["date:T", "title:N"])
    )
    line = (
        alt.Chart(joint)
        .mark_line(point=True)
        .encode(
            x=alt.X("year:Q", axis=alt.Axis(format="d", title=None), scale=alt.Scale(zero=False)), y=alt.Y("patents:Q")
        )
    )
    mo.vstack(
        [
            mo.md(
                "## Inventing together\n\nPatents granted by the USPTO with an inventor in each country, whole counting, by year of grant. "
                f"Most were granted in {peak['year']:.0f}: {peak['patents']:,.0f}. The newest year may not be complete. Dotted lines are "
                "agreements and rules between the two, listed below; they are dated context, not the cause of the figures."
            ),
            drawn(marks + line),
            drawn(events[["date", "title"]]),
        ]
    )
    return events, joint


@app.cell
def claimed(ask, drawn, mo):
    audit = ask(
        "select claim_id, verdict, claimed_value, value_latest, unit, explanation from fct_claim_audit order by claim_id"
    )
    counts = ", ".join(f"{count} {verdict}" for verdict, count in audit["verdict"].value_counts().sort_index().items())
    mo.vstack(
        [
            mo.md(f"## What people say\n\nFigures that others published, beside the official ones: {counts}."),
            drawn(audit),
        ]
    )
    return (audit,)


@app.cell
def citing(mo, release):
    import json

    package = json.loads((release / "datapackage.json").read_text(encoding="utf-8"))
    citations = [
        f"- {resource['citation']}"
        for resource in package["resources"]
        if resource["name"] in ("ip_receipts", "bilateral_ip_charges", "co_inventions")
    ]
    mo.md("## How to cite\n\n" + "\n".join(citations))
    return


if __name__ == "__main__":
    app.run()

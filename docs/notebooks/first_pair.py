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
    import marimo as mo
    import pandas as pd

    here = Path(__file__).resolve().parents[2]
    folder = Path(os.environ.get("BILATERAL_DATA", here / "data")) / "releases" / "current"
    mo.stop(not folder.exists(), mo.md("There is no release yet: run `make refresh` first."))
    release = folder.resolve()

    def read(table: str) -> pd.DataFrame:
        """Return a table of the release."""
        return pd.read_parquet(release / "parquet" / f"{table}.parquet")

    mo.md(f"""
        # The United States and China: what two economies exchange in ideas

        From release `{release.name}`. Every figure below comes from it; `bilateral describe TABLE` describes a table, and
        `bilateral explain` leads from a figure to its payload.
        """)
    return alt, mo, pd, read, release


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
def national(alt, drawn, mo, pd, read):
    both = pd.concat([read("ip_receipts"), read("ip_payments")])
    both = both[both["area"].isin(["USA", "CHN"]) & both["value"].notna()]
    charges = (
        both.merge(read("dim_area")[["area", "name"]], on="area")
        .rename(columns={"name": "economy"})
        .assign(billion_usd=lambda frame: frame["value"] / 1e9)
        .sort_values("year")[["economy", "metric_id", "year", "billion_usd"]]
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
                "## Who earns and who pays\n\nCharges for the use of IP with the whole world. In"
                f" {charges['year'].max()}: {summary}."
            ),
            drawn(lines),
        ]
    )
    return (charges,)


@app.cell
def pair(alt, drawn, mo, read):
    reported = read("bilateral_ip_charges_all").query(
        "item == 'SH' and source == 'wto' and area in ('USA', 'CHN') and counterpart_area in ('USA', 'CHN') and"
        " value.notna()"
    )
    between = reported.assign(
        flow=reported["area"] + " receives from " + reported["counterpart_area"], million_usd=reported["value"] / 1e6
    ).sort_values("year")[["year", "flow", "million_usd"]]
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
                "## What one pays the other\n\nBoth directions as the United States report them to the WTO. The bars"
                " are not drawn where nothing was published; a suppressed figure is not zero."
            ),
            drawn(bars),
        ]
    )
    return between, reported


@app.cell
def ratio(drawn, mo, reported):
    # docs/questions/03_charges_both_ways.sql
    both_ways = (
        reported.pivot_table(index="year", columns="area", values="value", aggfunc="max")
        .div(1e6)
        .rename(columns={"USA": "china_paid_million_usd", "CHN": "united_states_paid_million_usd"})
        .assign(
            ratio=lambda frame: (frame["china_paid_million_usd"] / frame["united_states_paid_million_usd"]).round(1)
        )
    )
    mo.vstack(
        [
            mo.md(
                "## Question: how many dollars went to the United States for each that went to"
                f" China?\n\n{both_ways['ratio'].iloc[0]:,.1f} in {both_ways.index[0]},"
                f" {both_ways['ratio'].iloc[-1]:,.1f} in {both_ways.index[-1]}."
            ),
            drawn(both_ways.reset_index()),
        ]
    )
    return (both_ways,)


@app.cell
def vintages(drawn, mo, read):
    known = (
        read("metric_vintages")
        .query(
            "metric_id == 'ip_receipts' and area == 'USA' and source == 'world_bank' and year in (2010, 2016) and"
            " value.notna()"
        )
        .assign(billion_usd=lambda frame: frame["value"] / 1e9)
        .sort_values(["year", "vintage"])[["year", "vintage", "billion_usd"]]
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
def inventing(alt, drawn, mo, pd, read):
    joint = (
        read("co_inventions")
        .query("area == 'USA' and counterpart_area == 'CHN'")
        .rename(columns={"value": "patents"})
        .sort_values("year")[["year", "patents"]]
    )
    peak = joint.loc[joint["patents"].idxmax()]
    events = read("dim_policy_event").assign(date=lambda frame: pd.to_datetime(frame["date"])).sort_values("date")
    of_both = events["areas"].str.split(";").apply({"USA", "CHN"}.issubset)
    events = events[of_both & (events["date"].dt.year >= joint["year"].min())]
    events = events.assign(year=events["date"].dt.year + events["date"].dt.day_of_year / 366)
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
                "## Inventing together\n\nPatents granted by the USPTO with an inventor in each country, whole"
                f" counting, by year of grant. Most were granted in {peak['year']:.0f}: {peak['patents']:,.0f}. The"
                " newest year may not be complete. Dotted lines are agreements and rules between the two, listed"
                " below; they are dated context, not the cause of the figures."
            ),
            drawn(marks + line),
            drawn(events[["date", "title"]]),
        ]
    )
    return events, joint


@app.cell
def overtaking(drawn, mo, read):
    # docs/questions/14_when_china_overtook.sql
    applications = (
        read("pct_applications")
        .query("area in ('USA', 'CHN')")
        .pivot(index="year", columns="area", values="value")
        .rename(columns={"USA": "united_states", "CHN": "china"})[["united_states", "china"]]
        .dropna()
        .assign(china_ahead=lambda frame: frame["china"] > frame["united_states"])
    )
    first = applications.index[applications["china_ahead"]].min()
    mo.vstack(
        [
            mo.md(
                "## Question: when did China overtake the United States in PCT applications?\n\nBy filing year, among"
                f" the years that the release has of both: first in {first}."
            ),
            drawn(applications.reset_index()),
        ]
    )
    return (applications,)


@app.cell
def claimed(drawn, mo, read):
    shown = ["claim_id", "verdict", "claimed_value", "value_latest", "unit", "explanation"]
    audit = read("fct_claim_audit").sort_values("claim_id")[shown]
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

"""One month's file of the SEC: submissions, dimensions and numbers."""

from orchestration.sources import sec
from tests.archives import zipped
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal, table

NUM_COLUMNS = [*"adsh tag version ddate qtrs uom dimh iprx value footnote footlen dimn coreg durp datp dcml".split()]  # noqa: SIM905
SUBMISSION = {
    "adsh": "0000804328-24-000075",
    "cik": "804328",
    "name": "QUALCOMM INC/DE",
    "form": "10-K",
    "period": "20240930",
    "fy": "2024",
    "fp": "FY",
    "filed": "20241106",
}
NUMBER = {
    "adsh": SUBMISSION["adsh"],
    "tag": "Revenues",
    "version": "us-gaap/2024",
    "ddate": "20240930",
    "qtrs": "4",
    "uom": "USD",
    "dimh": "0xc1",
    "iprx": "0",
    "value": "1.0",
}
DIMENSIONS = {
    "0x00000000": "",
    "0xc1": "Geographical=CN;",
    "0xc2": "Geographical=OtherForeignCountries;",
    "0xc3": "Geographical=CN;ProductOrService=LicenseAndService;",
}
KEPT: tuple[dict[str, str], ...] = ({}, {"dimh": "0xc2", "footnote": '"a mark'}, {"dimh": "0x00000000"}, {"value": ""})
LEFT_OUT = ({"dimh": "0xc3"}, {"tag": "Assets"}, {"tag": "Assets", "dimh": "0xno"}, {"version": "0000804328-24-000075"})


def members() -> dict[str, bytes]:
    dimensions = [{"dimhash": code, "segments": text, "segt": "0"} for code, text in DIMENSIONS.items()]
    numbers = [{**NUMBER, **change} for change in (*KEPT, *LEFT_OUT)]
    return {
        "sub.tsv": table([*SUBMISSION, "accepted"], SUBMISSION, delimiter="\t").encode(),
        "dim.tsv": table(dimensions[0], *dimensions, delimiter="\t").encode(),
        "num.tsv": table(NUM_COLUMNS, *numbers, delimiter="\t").encode(),
        "readme.htm": b"<html></html>",
    }


def turned(content: bytes) -> bytes:
    """A table with its columns in another order and one more."""
    return b"".join(b"\t".join([b"more", *reversed(line.split(b"\t"))]) + b"\n" for line in content.splitlines())


BODY = zipped(members())
REFUSED: tuple[Refusal, ...] = (
    ("\tdimh\t", "\tdimension\t", "num.tsv: columns missing: ['dimh'], unexpected: ['dimension'", "header"),
)
CASES = [
    Case(
        make_origin(sec.CARD, "financial_statements", BODY, file_name="2024_11_notes.zip"),
        BODY,
        {"numbers": 4, "dimensions": 2, "submissions": 1},
        {"dimh": "0xc1", "value": 1.0, "uom": "USD", "payload_pointer": "row 1"},
        "2024-11-30",
        REFUSED,
        (zipped({name: turned(body) if name.endswith(".tsv") else body for name, body in members().items()}),),
    )
]

"""USPTO: every table of PatentsView as the portal packs it, and the first places of the bundle's own table of them."""

from dataclasses import replace

from orchestration.sources import uspto
from tests.archives import zipped
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

PATENTS = (
    '"patent_id"\t"patent_type"\t"patent_date"\t"patent_title"\t"withdrawn"\n'
    '"90000001"\t"utility"\t"2020-05-05"\t"A ""title"", with\na line end\tand a tab"\t0\n'
    '"D9000002"\t"design"\t"2020-05-12"\t"Chair"\t1\n'
)
TURNED = (
    '"more"\t"withdrawn"\t"patent_type"\t"patent_date"\t"patent_id"\n'
    '"x"\t0\t"utility"\t"2020-05-05"\t"90000001"\n'
    '"x"\t1\t"design"\t"2020-05-12"\t"D9000002"\n'
)
CELLS = {"inventor_sequence": "0", "assignee_sequence": "1", "wipo_field_sequence": "2"}
REFUSED: tuple[Refusal, ...] = (
    ('"2020-05-12"', '"12/05/2020"', "patent_date is '12/05/2020'; it must be date32", "row 2"),
    ('\t"Chair"\t1', "\t1", "the delimited text cannot be read", None),
)


def case(key: str, content: str, first: dict[str, object], refused: tuple[Refusal, ...] = (), same: str = "") -> Case:
    name = next(resource.ask["table"] for resource in uspto.RESOURCES if resource.key == key)
    packed = [zipped({f"{key}.tsv": text.encode()}) for text in (content, same) if text]
    origin = make_origin(uspto.CARD, key, packed[0], file_name=f"{key}.tsv.zip")
    rows = {name: 2 if key == "g_patent" else 1}
    stamped = replace(origin, stamp="2026-04-10 00:02:57")
    return Case(stamped, packed[0], rows, first, "2026-04-10", refused, tuple(packed[1:]))


def plain(key: str, table: str) -> Case:
    """A table of one row whose cells have the names of their columns."""
    names = uspto.TABLES[table].names
    cells = [CELLS.get(name, f"{name} 1") for name in names]
    return case(key, "\t".join(names) + "\n" + "\t".join(cells) + "\n", {names[0]: f"{names[0]} 1"})


CASES = [
    case("g_patent", PATENTS, {"patent_id": "90000001", "withdrawn": 0, "payload_pointer": "row 1"}, REFUSED, TURNED),
    *(plain(item.key, item.ask["table"]) for item in uspto.RESOURCES if item.key != "g_patent"),
]

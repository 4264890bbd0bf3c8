"""SNB: licence fees received, as the data portal answers; one partner has no figure in one year."""

from orchestration.sources import snb
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal

BODY = (
    '\ufeff"CubeId";"bopserva"\r\n"PublishingDate";"2023-09-25 09:00"\r\n\r\n"Date";"D0";"D1";"D2";"Value"\r\n'
    '"2021";"VS";"L";"E";"10413.4"\r\n"2021";"C1";"L";"E";"1074.9"\r\n"2022";"VS";"L";"E";\r\n"2022";"C1";"L";"E";"-3"\r\n'
).encode()
REFUSED: tuple[Refusal, ...] = (
    ('"bopserva"', '"bopservq"', "where CubeId bopserva must be", "line 1"),
    ("PublishingDate", "Published", "where the PublishingDate must be", "line 2"),
    ("2023-09-25", "September", "September", "line 2"),
    ('"D2";"Value"', '"D3";"Value"', "columns ['Date', 'D0', 'D1', 'D3', 'Value']", "line 4"),
    ('"2021";"C1"', '"2021";"VS"', "Date, D0 repeated", "line 6"),
    ('"C1";"L"', '"C1";"F"', "D1 is 'F', not 'L', which was requested", "line 6"),
    ('"2022";"C1"', '"2022-Q1";"C1"', "Date is not int32: '2022-Q1'", "line 8"),
)
CASES = [
    Case(
        make_origin(snb.CARD, snb.RESOURCES[0].key, BODY, file_name="bopserva.csv"),
        BODY,
        {"bilateral_services": 4},
        {"Date": 2021, "D0": "VS", "Value": 10413.4, "payload_pointer": "line 5"},
        "2023-09-25",
        REFUSED,
        (BODY.replace(b"\r\n", b"\n"), BODY.removeprefix("\ufeff".encode())),
    )
]

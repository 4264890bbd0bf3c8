"""The rules of admission: one table of what is compared, with which limits and why, for code, documents and check.

Limits of change are natural logarithms of ratios, shares are 0 to 1, ages are years before the newest year.
"""

import csv
import json
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

G20 = frozenset("ARG AUS BRA CAN CHN DEU FRA GBR IDN IND ITA JPN KOR MEX RUS SAU TUR USA ZAF".split())  # noqa: SIM905
TABLE = Path(__file__).with_name("rules.csv")


@dataclass(frozen=True)
class Rule:
    """One row: its level of the European Statistical System, its limits as ``name=value``, and where a person looks."""

    id: str
    level: str
    compares: str
    limits: str
    evidence: str
    consequence: str
    look: str


with TABLE.open(encoding="utf-8", newline="") as _stream:
    RULES = {row["id"]: Rule(**row) for row in csv.DictReader(_stream)}

Parameters = SimpleNamespace
PARAMETERS = Parameters(major_economies=G20)
"""All limits by name; an experiment replaces some of them."""

for _name, _, _value in (limit.partition("=") for rule in RULES.values() for limit in rule.limits.split()):
    _numbers = [json.loads(number) for number in _value.split("|")]
    setattr(PARAMETERS, _name, _numbers if len(_numbers) > 1 else _numbers[0])

"""Program that unpacks a foreign archive, gzip body or workbook within limits, without imports of this package.

    python unpacking.py MEGABYTES SECONDS member PATTERN LIMIT       < archive   > the bytes of the member
    python unpacking.py MEGABYTES SECONDS names LIMIT                < archive   > the members' names, as JSON
    python unpacking.py MEGABYTES SECONDS gzip LIMIT                 < gzip body > its bytes
    python unpacking.py MEGABYTES SECONDS sheet NAME ROWS COLUMNS LIMIT < workbook > the cells of a sheet, as JSON

A refusal is one JSON object on standard error. ``archives.py`` starts this program.
"""

import gzip
import json
import re
import reprlib
import resource
import sys
import zipfile
from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import IO, Any

MOST_MEMBERS = 10_000
"""Most members of an archive, far above any publisher's; millions of entries attack memory."""
ZIP, SEVEN_ZIP, GZIP = b"PK", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b"

_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_CLIMBING = re.compile(r"^([A-Za-z]:|[/\\])|(^|[/\\])\.\.([/\\]|$)")


class Refusal(Exception):  # noqa: N818 - the answer of this program, not a defect
    """An archive or workbook that is not read; ``row`` is the place in it."""

    def __init__(self, failure: str, row: str | None = None) -> None:
        super().__init__(failure)
        self.failure, self.row = failure, row


def run(file: IO[bytes], out: IO[bytes], command: str, *arguments: str) -> None:
    """Carry out one command of the program; raise Refusal if the file is damaged or hostile, or lacks the member."""
    head = file.read(len(SEVEN_ZIP))
    file.seek(0)
    *names, limit = arguments
    kind = "7z archive" if head == SEVEN_ZIP else "zip archive"
    try:
        if command == "sheet":
            kind = ".xlsx workbook"
            sheet, rows, columns = names
            cells = sheet_cells(file, sheet, int(rows), int(columns), int(limit))
            out.write(json.dumps(cells, default=str).encode())
        elif command == "gzip":
            kind = "gzip body"
            _gzip(file, int(limit), out)
        else:
            unpack = _seven_zip if head == SEVEN_ZIP else _zip
            members = unpack(file, names[0] if names else None, int(limit), out)
            if command == "names":
                out.write(json.dumps(members).encode())
    except (Refusal, MemoryError, BrokenPipeError):
        raise
    except Exception as error:  # libraries let errors of their decoders through; each means that the file is damaged
        raise Refusal(f"the {kind} is damaged: {type(error).__name__}: {error}") from error


def _gzip(file: IO[bytes], limit: int, out: IO[bytes]) -> None:
    seen = 0
    with gzip.GzipFile(fileobj=file) as stream:
        while chunk := stream.read(_CHUNK):
            seen += len(chunk)
            if seen > limit:
                raise Refusal(f"the body has more than {limit} bytes unpacked")
            out.write(chunk)


def _zip(file: IO[bytes], pattern: str | None, limit: int, out: IO[bytes]) -> list[str]:
    with zipfile.ZipFile(file) as archive:
        members = [item for item in archive.infolist() if not item.is_dir()]
        names = [item.filename for item in members]
        _judge([(item.filename, item.file_size) for item in members], limit)
        if pattern is not None:
            name = _chosen(names, pattern)
            if archive.getinfo(name).flag_bits & _ENCRYPTED:
                raise Refusal("the archive is encrypted", name)
            with archive.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    out.write(chunk)
        return names


def _seven_zip(file: IO[bytes], pattern: str | None, limit: int, out: IO[bytes]) -> list[str]:
    import py7zr
    from py7zr.io import NullIO, Py7zIO, WriterFactory

    class Member(NullIO):
        """Writes a member to the output; py7zr checks its hash and unpacks no more bytes than it declares."""

        def write(self, s: bytes | bytearray) -> int:
            return out.write(s)

    class Factory(WriterFactory):
        def create(self, filename: str, mode: str = "wb") -> Py7zIO:
            return Member()  # type: ignore[no-untyped-call]

    with py7zr.SevenZipFile(file) as archive:
        if archive.needs_password():
            raise Refusal("the archive is encrypted")
        members = [item for item in archive.list() if not item.is_directory]
        names = [item.filename for item in members]
        _judge([(item.filename, item.uncompressed) for item in members], limit)
        if pattern is not None:
            archive.extract(targets=[_chosen(names, pattern)], factory=Factory())
        return names


def _judge(members: Sequence[tuple[str, int]], limit: int) -> None:
    """Refuse an archive by its directory: every member counts, also those that nobody reads."""
    names = [name for name, _ in members]
    if len(names) > MOST_MEMBERS:
        raise Refusal(f"{len(names)} members in an archive; the most is {MOST_MEMBERS}")
    if climbing := [name for name in names if _CLIMBING.search(name)]:
        raise Refusal(f"member {reprlib.repr(climbing[0])} points outside of its archive")
    for name, times in Counter(names).items():
        if times > 1:
            raise Refusal(f"member {reprlib.repr(name)} is in the archive {times} times")
    if (total := sum(size for _, size in members)) > limit:
        raise Refusal(f"the members have {total} bytes unpacked; the limit is {limit}")


def _chosen(names: list[str], pattern: str) -> str:
    matching = [name for name in names if fnmatchcase(PurePosixPath(name).name, pattern)]
    if len(matching) != 1:
        raise Refusal(
            f"{len(matching)} members match {pattern}, not one: {reprlib.repr(matching)} among {reprlib.repr(names)}"
        )
    return matching[0]


def sheet_cells(file: IO[bytes], name: str, rows: int, columns: int, limit: int) -> list[list[Any]]:
    """Return the values of a sheet's first rows and columns; a workbook may declare any number of both."""
    with zipfile.ZipFile(file) as archive:
        _judge([(item.filename, item.file_size) for item in archive.infolist()], limit)
    from openpyxl import load_workbook

    book = load_workbook(file, read_only=True, data_only=True)
    if name not in book.sheetnames:
        raise Refusal(f"no sheet {name!r} in the workbook; it has {reprlib.repr(book.sheetnames)}")
    return [list(row) for row in book[name].iter_rows(max_row=rows, max_col=columns, values_only=True)]


def main(megabytes: str, seconds: str, *command: str) -> int:
    """Run the program on standard input and output; return its exit code."""
    for kind, value in (
        (resource.RLIMIT_AS, int(megabytes) << 20),
        (resource.RLIMIT_CPU, int(seconds)),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    try:
        run(sys.stdin.buffer, sys.stdout.buffer, *command)
        sys.stdout.buffer.flush()
    except Refusal as error:
        print(json.dumps({"failure": error.failure, "row": error.row}), file=sys.stderr)
        return 1
    except MemoryError:
        print(json.dumps({"failure": f"unpacking needs more than {megabytes} MB of memory"}), file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stdout = None  # the reader has enough; nothing is left to flush
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

"""Zip and 7z archives for tests; equal members give equal bytes, whatever the clock says. No test here."""

import io
import zipfile
from collections.abc import Mapping
from functools import cache

import py7zr

Member = tuple[str, bytes]


def zipped(*members: Member | Mapping[str, bytes]) -> bytes:
    """A zip of these members, in this order; a name may repeat."""
    return _zipped(_flat(members))


def seven_zipped(*members: Member | Mapping[str, bytes], password: str | None = None) -> bytes:
    """The same as a 7z."""
    return _seven_zipped(_flat(members), password)


def _flat(members: tuple[Member | Mapping[str, bytes], ...]) -> tuple[Member, ...]:
    return tuple(pair for member in members for pair in (member.items() if isinstance(member, Mapping) else (member,)))


@cache  # an archive holds the moment of its making
def _zipped(members: tuple[Member, ...]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return target.getvalue()


@cache
def _seven_zipped(members: tuple[Member, ...], password: str | None) -> bytes:
    target = io.BytesIO()
    with py7zr.SevenZipFile(target, "w", password=password) as archive:
        for name, body in members:
            archive.writestr(body, name)
    return target.getvalue()

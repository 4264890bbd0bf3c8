"""The embedded bundle: recorded answers of publishers."""

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

from orchestration.contracts.payload import SMALL_PAYLOAD_LIMIT, Answer, Origin, short_hash
from orchestration.core.errors import FeedError
from orchestration.core.files import read_json
from orchestration.ingestion.origin_cards import origin_from

CARD_SUFFIX = ".origin.json"


@dataclass(frozen=True)
class BundleEdition:
    """The answers of one source at one moment, in ``data/bundle/<source>/<edition>/``.

    Every answer is compared with the hash on its origin card before a source sees it.
    """

    folder: Path

    @cached_property
    def origins(self) -> dict[Path, Origin]:
        return {path: origin_from(read_json(path), path.name) for path in sorted(self.folder.glob(f"*{CARD_SUFFIX}"))}

    def resources(self) -> set[str]:
        """Return the keys of the resources in this edition."""
        return {origin.resource for origin in self.origins.values()}

    def answers(self, resource: str) -> Iterator[Answer]:
        """Yield the recorded answers of a resource by file name.

        Raises:
            FeedError: the bytes of one are not those of its origin card.
        """
        for path, origin in self.origins.items():
            if origin.resource == resource:
                body = self._body(path, origin)
                seen = hashlib.sha256(body).hexdigest()
                if (seen, len(body)) != (origin.sha256, origin.size):
                    raise self._refusal(
                        origin,
                        f"the payload is not the one on its origin card: {len(body)} bytes sha256:{short_hash(seen)}, "
                        f"the card states {origin.size} bytes sha256:{short_hash(origin.sha256)}",
                    )
                yield Answer(origin, partial(io.BytesIO, body))

    def _body(self, card_path: Path, origin: Origin) -> bytes:
        plain = card_path.with_name(card_path.name.removesuffix(CARD_SUFFIX))
        try:
            with plain.open("rb") if plain.exists() else gzip.open(plain.with_name(plain.name + ".gz")) as stream:
                return stream.read(SMALL_PAYLOAD_LIMIT)
        except (OSError, EOFError, zlib.error) as error:
            raise self._refusal(origin, f"a payload of the bundle cannot be read: {error}") from error

    def _refusal(self, origin: Origin, failure: str) -> FeedError:
        return FeedError(
            failure,
            publisher=origin.publisher,
            payload=f"{origin.source}/{self.folder.name}/{origin.file_name}",
            remedy="restore the payload (git checkout data/bundle), or record it again together with its card",
        )


def bundle_editions(bundle: Path, source_id: str) -> list[BundleEdition]:
    """Return the editions of a source in the bundle, oldest first."""
    folder = bundle / source_id
    if not folder.is_dir():
        return []
    return [BundleEdition(path) for path in sorted(folder.iterdir()) if path.is_dir()]

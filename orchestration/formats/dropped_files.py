"""Files that a person downloaded, recognised by their content, not by their names.

What an error may quote: of a file that was recognised as the publisher's, anything; of another one, its name alone.
"""

from collections.abc import Callable, Iterator, Mapping

from orchestration.contracts.payload import Answer
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.core.errors import FeedError, NothingDroppedError
from orchestration.formats.archives import archive_beginning, is_archive


def recognised_files(
    card: Card,
    resource: Resource,
    feed: Feed,
    about: Callable[[Answer], str | None],
    *,
    expected: str,
    remedy: str,
    place: str = "line 1, column 1",
) -> Iterator[Answer]:
    """Yield the dropped files of ``resource``, in the order of their names.

    Args:
        card, resource, feed: as a source's ``fetch`` has them.
        about: returns the key of a file's resource, or None for a foreign file, such as ``by_mark`` makes it.
        expected, place: the mark that ``about`` searches, and its place in the file.
        remedy: what to download, and where.

    Raises:
        FeedError: a file in the folder is of no resource of this source; it is named, and its content is not quoted.
        NothingDroppedError: the folder has no file of this resource.
    """
    result = False
    for answer in feed.files(card, resource):
        name = answer.origin.file_name
        key = about(answer)
        if key is None:
            raise FeedError(
                f"{name!r} in the drop folder is not a file of {answer.origin.publisher}; it must have {expected}",
                publisher=answer.origin.publisher,
                payload=f"{card.id}/{name}",
                row=place,
                remedy=f"take the file out of the drop folder of {card.id}; what belongs there: {remedy}",
            )
        if key == resource.key:
            result = True
            yield answer
    if not result:
        raise NothingDroppedError(
            f"no downloaded file of {resource.title} is in the drop folder",
            publisher=card.publisher,
            payload=f"{card.id}/{resource.key}",
            remedy=f"{remedy}, and put the file into the drop folder of {card.id}",
        )


def by_mark(marks: Mapping[str, str], *, member: str = "*.csv", size: int = 4_096) -> Callable[[Answer], str | None]:
    """Return a function that knows the resource of a file by a text near its beginning.

    Args:
        marks: the text of each resource.
        member: of an archive, the one member that matches this glob is searched.
        size: bytes that are searched.
    """

    def about(answer: Answer) -> str | None:
        head = beginning(answer, size)
        if is_archive(head):
            head = archive_beginning(answer, member, size) or b""
        text = head.decode("utf-8-sig", "replace")
        return next((key for key, mark in marks.items() if mark in text), None)

    return about


def beginning(answer: Answer, size: int) -> bytes:
    """Return the first bytes of a file."""
    with answer.opener() as stream:
        return stream.read(size)

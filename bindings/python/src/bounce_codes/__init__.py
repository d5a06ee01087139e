"""What an SMTP reply means, and what to do about it.

>>> from bounce_codes import Bounce, classify
>>> verdict = classify("550 5.1.1 <ada@example.com>: User unknown")
>>> verdict.bounce == Bounce.HARD
True
>>> verdict.evidence
'User unknown'
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count, islice
from struct import Struct
from threading import local
from typing import Iterable, Iterator, List, Tuple

from ._engine import ffi, lib
from ._labels import Bounce, Category, Class, Command, Label, Outcome, Scope, Table

__all__ = [
    "Bounce", "Category", "Class", "Command", "Delivery", "Label", "Outcome", "Row", "Scope", "Table", "Verdict",
    "classify", "classify_many", "delivery", "overlay", "table",
]  # fmt: skip
__version__: str = ffi.string(lib.bounce_codes_version()).decode()


@dataclass(frozen=True)
class Verdict:
    """What a reply means. The fields are the keys of the command's JSON, and ``advice``, ``postmaster``, and ``row``."""

    reply: int | None
    enhanced: str | None
    class_: Class | None
    #: What to do about the address; ``None`` if this is not a failure.
    bounce: Bounce | None
    category: Category
    name: str
    registry_name: str | None
    #: One sentence that says what happened.
    description: str
    matched: Table
    references: Tuple[str, ...]
    #: Whether this message may be sent again.
    retry: bool
    #: How many seconds the server asks to wait.
    retry_after: int | None
    scope: Scope | None
    #: Who answered, if the text shows it.
    provider: str | None
    #: Whether the reply code and the enhanced code are in different classes.
    contradictory: bool
    #: The words or the code that decided.
    evidence: str | None
    #: What to do next, in a sentence or two.
    advice: str
    #: The page where the provider explains its replies or takes questions.
    postmaster: str | None
    #: The key of the row that decided: ``X.1.1``, ``550``, ``Gmail: 5.7.27``; the name if words or a block list did.
    row: str


@dataclass(frozen=True)
class Delivery:
    """What a log line says about a delivery."""

    outcome: Outcome | None
    command: Command | None
    recipient: str | None
    verdict: Verdict | None


@dataclass(frozen=True)
class Row:
    """A row of a table. ``bounce`` is for a permanent failure: class 4 is always soft."""

    table: Table
    key: str
    #: The provider, if the row says what one means.
    provider: str | None
    name: str
    registry_name: str | None
    description: str
    #: What to do next, if that differs from the general advice.
    advice: str | None
    #: How many seconds the provider asks to wait.
    retry_after: int | None
    class_: Class | None
    bounce: Bounce | None
    category: Category
    scope: Scope | None
    common: bool
    overlaid: bool
    references: Tuple[str, ...]


def classify(text: str | bytes, command: str | None = None) -> Verdict | None:
    """Say what a reply means; ``None`` if there is no code in it and no plain words.

    The text is a reply, a log line, or a sentence that quotes a reply. ``command``, a :class:`Command` or its label, is
    what the server answered.

    >>> classify("550 No").bounce.value, classify("550 No", "mail-from").bounce.value
    ('hard', 'block')
    """
    data = _encode(text)
    found, buffer = _answer.parts
    if _classify(data, len(data), _number(command) if command else 0, found):
        constant, start, length = _unpack(buffer)
        return _verdict(constant, data[start : start + length])
    return None


def classify_many(texts: Iterable[str | bytes]) -> Iterator[Verdict | None]:
    """Classify each text, faster than one by one. The texts are read a thousand at a time.

    >>> [verdict and verdict.reply for verdict in classify_many(["550 No", "hello"])]
    [550, None]
    """
    texts = iter(texts)
    verdicts = ffi.new("bounce_codes_verdict[]", _AT_ONCE)
    while True:
        encoded = [_encode(text) for text in islice(texts, _AT_ONCE)]
        if not encoded:
            return
        lengths = ffi.new("size_t[]", list(map(len, encoded)))
        lib.bounce_codes_classify_many(b"".join(encoded), lengths, len(encoded), verdicts)
        # The next verdicts overwrite these, and the caller may be slow.
        found = bytes(ffi.buffer(verdicts, _VERDICT.size * len(encoded)))
        for data, (constant, start, length) in zip(encoded, _VERDICT.iter_unpack(found)):
            yield _verdict(constant, data[start : start + length]) if constant[_CATEGORY] else None


def delivery(record: str | bytes) -> Delivery:
    """Read a log line: how the delivery ended, for whom, and what the reply in it means."""
    data = _encode(record)
    verdict = classify(data)
    found, _ = _answer.parts
    recipient = data[found.recipient.offset :][: found.recipient.length]
    return Delivery(
        outcome=_OUTCOMES[found.outcome],
        command=_COMMANDS[found.command],
        recipient=recipient.decode("utf-8", "replace") or None,
        verdict=verdict,
    )


def table(name: str | None = None) -> List[Row]:
    """List the rows of a table, a :class:`Table` or its label, or of all tables.

    >>> [row.key for row in table("class")]
    ['2', '4', '5']
    """
    rows = []
    for number, label in enumerate(_TABLES):
        if label and name in (label, None):
            for place in count():
                row = _row(number, place)
                if row is None:
                    break
                rows.append(row)
    return rows


def overlay() -> str | None:
    """Return the file name of the overlay that is built in; ``None`` without one."""
    file = lib.bounce_codes_overlay()
    return ffi.string(file).decode() if file else None


# How many texts are classified in one call.
_AT_ONCE = 1024
# Everything in a verdict but the evidence and the recipient says the same in the next reply with the same meaning.
_CONSTANT = ffi.offsetof("bounce_codes_verdict", "evidence")
# Which of these bytes is 0 if there is no verdict.
_CATEGORY = ffi.offsetof("bounce_codes_verdict", "category")
# All of these bytes, and where the evidence starts and its length.
_VERDICT = Struct(f"{_CONSTANT}s2N{ffi.sizeof('bounce_codes_part')}x")

_classify = lib.bounce_codes_classify
_unpack = _VERDICT.unpack


class _Answer(local):
    """The verdict that the engine writes, and its bytes. Each thread has its own, because the engine runs without the
    interpreter's lock."""

    def __init__(self) -> None:
        verdict = ffi.new("bounce_codes_verdict *")
        self.parts = verdict, ffi.buffer(verdict)


_answer = _Answer()


def _labels(enumeration):
    """The labels by their numbers; 0 is none."""
    return [None, *enumeration]


_CLASSES, _BOUNCES, _CATEGORIES = _labels(Class), _labels(Bounce), _labels(Category)
_SCOPES, _COMMANDS, _OUTCOMES, _TABLES = _labels(Scope), _labels(Command), _labels(Outcome), _labels(Table)


def _number(command: str) -> int:
    return _COMMANDS.index(Command(command))


def _encode(text: str | bytes) -> bytes:
    if isinstance(text, str):
        try:
            return text.encode()
        except UnicodeEncodeError:
            return text.encode("utf-8", "replace")
    return text if isinstance(text, bytes) else bytes(memoryview(text))


def _text(text) -> str | None:
    return bytes(ffi.buffer(text.start, text.length)).decode() if text.start else None


# What has been seen: rows, the fields that they give, and verdicts, which never change.
_rows = {}
_constants = {}
_verdicts = {}
_MOST_SEEN = 4096


def _row(number: int, place: int) -> Row | None:
    found = _rows.get((number, place))
    if found:
        return found
    row = ffi.new("bounce_codes_table_row *")
    if not lib.bounce_codes_row(number, place, row):
        return None
    name, provider = _text(row.name), _text(row.provider)
    references = [_text(lib.bounce_codes_reference(number, place, index)) for index in range(row.references)]
    return _rows.setdefault(
        (number, place),
        Row(
            table=_TABLES[number],
            key=ffi.string(row.key).decode() or (f"{provider}: {_text(row.code)}" if provider else name),
            provider=provider,
            name=name,
            registry_name=_text(row.registry_name),
            description=_text(row.description),
            advice=_text(row.advice),
            retry_after=row.retry_after or None,
            class_=_CLASSES[row.class_],
            bounce=_BOUNCES[row.permanent_bounce],
            category=_CATEGORIES[row.category],
            scope=_SCOPES[row.scope],
            common=row.common,
            overlaid=row.overlaid,
            references=tuple(references),
        ),
    )


def _fields(constant: bytes) -> dict:
    """The fields of a verdict but the evidence."""
    verdict = ffi.new("bounce_codes_verdict *")
    ffi.memmove(verdict, constant, len(constant))
    row = _row(verdict.matched, verdict.row)
    return dict(
        reply=verdict.reply or None,
        enhanced=".".join(map(str, verdict.enhanced)) if verdict.enhanced[0] else None,
        class_=_CLASSES[verdict.class_],
        bounce=_BOUNCES[verdict.bounce],
        category=_CATEGORIES[verdict.category],
        name=row.name,
        registry_name=row.registry_name,
        description=row.description,
        matched=row.table,
        references=row.references,
        retry=verdict.retry,
        retry_after=verdict.retry_after or None,
        scope=_SCOPES[verdict.scope],
        provider=_text(verdict.provider),
        contradictory=verdict.contradictory,
        advice=_text(verdict.advice),
        postmaster=_text(verdict.postmaster),
        row=row.key,
    )


def _verdict(constant: bytes, evidence: bytes) -> Verdict:
    verdict = _verdicts.get((constant, evidence))
    if verdict is None:
        # A sender can invent a million codes.
        for seen in (_constants, _verdicts):
            if len(seen) >= _MOST_SEEN:
                seen.clear()
        fields = _constants.get(constant)
        if fields is None:
            fields = _constants[constant] = _fields(constant)
        text = evidence.decode("utf-8", "replace") if evidence else None
        verdict = _verdicts[constant, evidence] = Verdict(**fields, evidence=text)
    return verdict

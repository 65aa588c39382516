"""What an event type is: its body, who signs it, what it links to and what it does to its stream.

A noun's file declares its events with `event_type`. Everything else is derived from these
declarations: the published schemas, the signing policy, the commands, the state machine. Pure; it
knows nothing of signatures, files or databases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from pydantic import Field

from custody.domain.values import Document, Frozen, Instant, Rulings, Text
from custody.errors import Reason
from custody.errors import Text as Words

ANYONE: Final = "*"


class Body(Frozen):
    """Base of all event bodies: the fields that every event may carry."""

    occurred_at: Instant = Field(
        description="when it happened, with the local offset (signing time is kept apart)",
        json_schema_extra={"description_zh": "发生时间，保留当地时区（签名时间另记）"},
    )
    reason: Text | None = Field(
        default=None,
        description="why; mandatory for corrections, overrides and late entries",
        json_schema_extra={"description_zh": "理由；更正、豁免与补录时必填"},
    )
    documents: tuple[Document, ...] = Field(
        default=(),
        max_length=20,
        description="files that belong to this event, by digest",
        json_schema_extra={"description_zh": "本事件所附文件（以摘要引用）"},
    )
    rulings: Rulings | None = Field(
        default=None,
        description="the rules that let this event pass; written by the ledger",
        json_schema_extra={"description_zh": "放行本事件的规则判定（由台账写入）"},
    )


@dataclass(frozen=True, slots=True)
class Sig:
    """One signature an event type accepts: in which role, with which meaning."""

    role: str
    meaning: str


@dataclass(frozen=True, slots=True)
class LinkRule:
    """A relation to other streams that an event type may or must state.

    `lineage` marks relations along which material flows; `option` is the word people type.
    """

    rel: str
    kinds: tuple[str, ...]
    en: str
    zh: str
    least: int = 1
    most: int = 1
    lineage: bool = False


@dataclass(frozen=True, slots=True)
class Companion:
    """A second event written in the same act on a linked stream.

    Draws are companions: the drawn stream shows that a part is gone, and never to whom, so one
    customer's history does not lead to another's.

    Args:
        rel: the relation of the main event whose targets get the companion.
        type: event type of the companion.
        copy: body fields taken over from the main event.
        after: write it after the main event and link back to it, instead of before.
        back: relation under which an `after` companion links to the main event.
        replaces: the main event does not keep the link; only the companion relates the two.
    """

    rel: str
    type: str
    copy: tuple[str, ...] = ()
    after: bool = False
    back: str = ""
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Private:
    """A personal value: only its salted digest enters the event (RFC 9901), the value a vault."""

    name: str
    en: str
    zh: str
    least: int = 1


@dataclass(frozen=True, slots=True)
class TypeSpec:
    """The declaration of one event type; see `event_type` for the meaning of the fields."""

    name: str
    kinds: tuple[str, ...]
    command: tuple[str, str]
    title: Words
    meaning: Words
    body: type[Body]
    signers: tuple[Sig, ...]
    minimum: int
    every: bool
    opens: bool
    when: tuple[str, ...]
    then: str | None
    links: tuple[LinkRule, ...]
    companions: tuple[Companion, ...]
    private: tuple[Private, ...]
    gate: str | None
    next: tuple[str, ...]
    plumbing: bool
    decides: bool
    answered_by: str | None = None
    in_keys: tuple[Sig, ...] = ()
    counted: tuple[tuple[str, str], ...] = ()

    @property
    def noun(self) -> str:
        """The first word of the type name."""
        return self.name.split(".", 1)[0]

    @property
    def aliases(self) -> dict[str, str]:
        """Body fields that hold a business number, with the scheme that keeps it unique."""
        found = {}
        for name, info in self.body.model_fields.items():
            extra = info.json_schema_extra
            if isinstance(extra, dict) and "alias_scheme" in extra:
                found[name] = str(extra["alias_scheme"])
        return found

    @property
    def decisive(self) -> dict[str, tuple[str, bool]]:
        """Fields that decisions rest on: the command instead, and whether it is never corrected."""
        found = {name: (command, False) for name, command in self.counted}
        for name, info in self.body.model_fields.items():
            extra = info.json_schema_extra
            for key in ("decisive", "revised_by"):
                if isinstance(extra, dict) and key in extra:
                    found[name] = (str(extra[key]), key == "revised_by")
        return found

    @property
    def takes(self) -> bool:
        """Whether it writes off what another act takes: the plumbing of a draw."""
        verb = self.name.partition(".")[2].partition("/")[0]
        return self.plumbing and verb in ("drawn", "used", "filled")

    @property
    def settles(self) -> bool:
        """Whether it is a decision, or a draw: from then on something rests on the record."""
        return bool(self.then or self.gate or self.decides or self.takes)

    @property
    def correctable(self) -> bool:
        """Facts can be corrected; decisions that changed a standing need a new decision."""
        if self.plumbing or self.decides:
            return False
        return self.opens or (self.then is None and self.gate is None)

    @property
    def voidable(self) -> bool:
        """A fact that opened nothing and changed no standing can be declared not to have been."""
        return self.correctable and not self.opens

    def link(self, rel: str) -> LinkRule | None:
        """Return the rule for relation `rel`, if the type knows it."""
        return next((rule for rule in self.links if rule.rel == rel), None)


TYPES: Final[dict[str, TypeSpec]] = {}
BodyT = TypeVar("BodyT", bound=type[Body])


def event_type(
    name: str,
    *,
    kind: str | tuple[str, ...],
    command: str,
    en: str,
    zh: str,
    meaning_zh: str,
    signers: tuple[Sig, ...],
    every: bool = False,
    minimum: int = 1,
    opens: bool = False,
    when: tuple[str, ...] = (),
    then: str | None = None,
    links: tuple[LinkRule, ...] = (),
    companions: tuple[Companion, ...] = (),
    private: tuple[Private, ...] = (),
    gate: str | None = None,
    next: tuple[str, ...] = (),  # noqa: A002 - the word people read: what to do next
    plumbing: bool = False,
    decides: bool = False,
    answered_by: str | None = None,
    in_keys: tuple[Sig, ...] = (),
    counted: tuple[tuple[str, str], ...] = (),
) -> Callable[[BodyT], BodyT]:
    """Declare an event type; the decorated class is its body, its docstring the English meaning.

    Args:
        name: ``noun.past_participle/vN``.
        kind: stream kind(s) the event is written to.
        command: ``noun verb``, the words people type.
        en, zh: the title in both languages; `meaning_zh` translates the docstring.
        signers: the accepted (role, meaning) pairs; with `every`, each signs, by other persons.
        opens: the event is the first of its stream (sequence 0), and only there.
        when: statuses in which the event is allowed; empty means any status but "voided".
        then: the status the stream has afterwards; None leaves it.
        gate: name of the gate whose rules must be satisfied before it is written.
        next: commands to suggest afterwards.
        plumbing: written by the ledger itself, not offered as a command.
        decides: it changes a standing although `then` cannot name the status it leads to.
        answered_by: the type that must follow it before it is corrected or voided.
        in_keys: the pairs accepted instead in a key stream, where no policy is asked.
        counted: fields of a frozen schema that are decisive as well, with the command instead.
    """

    def declare(body: BodyT) -> BodyT:
        noun, verb = command.split(" ", 1)
        TYPES[name] = TypeSpec(
            name=name,
            kinds=(kind,) if isinstance(kind, str) else kind,
            command=(noun, verb),
            title=Words(en, zh),
            meaning=Words(" ".join((body.__doc__ or "").split()), meaning_zh),
            body=body,
            signers=signers,
            minimum=len(signers) if every else minimum,
            every=every,
            opens=opens,
            when=when,
            then=then,
            links=links,
            companions=companions,
            private=private,
            gate=gate,
            next=next,
            plumbing=plumbing,
            decides=decides,
            answered_by=answered_by,
            in_keys=in_keys,
            counted=counted,
        )
        return body

    return declare


def said(
    en: str,
    zh: str,
    *,
    alias: str | None = None,
    decisive: str | None = None,
    revised_by: str | None = None,
    default: Any = ...,
    **limits: Any,
) -> Any:
    """Declare a body field with its description in both languages.

    Args:
        alias: the scheme under which the value is a business number, unique in the ledger.
        decisive: decisions rest on the field, so it is corrected only until one was taken; the
            words name the command that records the new fact instead.
        revised_by: decisions taken on other items rest on it, so it is never corrected; the words
            name the command that gives it a new value from now on.
    """
    extra: dict[str, Any] = {"description_zh": zh}
    told = {"alias_scheme": alias, "decisive": decisive, "revised_by": revised_by}
    extra.update({key: value for key, value in told.items() if value is not None})
    return Field(default, description=en, json_schema_extra=extra, **limits)


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature on an event, resolved to the person behind the key."""

    kid: str
    person: str
    role: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Link:
    """A dependency of an event on another stream, as it stood (`head` is a leaf hash, base64)."""

    rel: str
    stream: str
    head: str


@dataclass(frozen=True, slots=True)
class Event:
    """One fact, as the domain sees it; `index` and `leaf` place it in the log.

    A proposed event, not yet written, has the next free index and an empty `leaf`.
    """

    index: int
    leaf: str
    stream: str
    seq: int
    type: str
    time: str
    signers: tuple[Signed, ...]
    links: tuple[Link, ...]
    body: Body
    private: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The kind of the stream, for example ``batch``."""
        return self.stream.partition(":")[0]

    @property
    def spec(self) -> TypeSpec:
        """The declaration of this event's type."""
        return TYPES[self.type]

    def linked(self, *rels: str) -> tuple[str, ...]:
        """Return the streams linked under any of `rels`, in order."""
        return tuple(link.stream for link in self.links if link.rel in rels)

    def persons(self, meaning: str | None = None) -> tuple[str, ...]:
        """Return the person streams that signed, all or with one meaning."""
        return tuple(s.person for s in self.signers if meaning in (None, s.meaning))


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What the events of one stream have made true; each noun adds its own facts."""

    stream: str
    number: str
    status: str
    opened: str
    holds: tuple[str, ...] = field(default=())

    @property
    def kind(self) -> str:
        """The kind of the stream."""
        return self.stream.partition(":")[0]

    @property
    def parents(self) -> tuple[str, ...]:
        """The streams this item's material came from; empty where material does not flow."""
        return ()


Evolve = Callable[[Any, Event], Any]
EVOLVE: Final[dict[str, Evolve]] = {}


def evolves(kind: str) -> Callable[[Evolve], Evolve]:
    """Register the function that turns (state or None, event) into the next state of `kind`."""

    def register(function: Evolve) -> Evolve:
        EVOLVE[kind] = function
        return function

    return register


Check = Callable[[Any, Event], Iterable[Reason]]
CHECKS: Final[dict[str, Check]] = {}


def checks(kind: str) -> Callable[[Check], Check]:
    """Register the invariants of `kind`: (state or None, event) to the reasons against the event.

    For what the table of statuses cannot say: balances, open hand-overs, different eyes.
    """

    def register(function: Check) -> Check:
        CHECKS[kind] = function
        return function

    return register


World = Mapping[str, State]

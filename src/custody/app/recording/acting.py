"""Turn one intent into the signed entries of one act. Nothing is written here.

The order inside an act: companions that draw on other items, the main event, companions that note
it elsewhere, and claims of the numbers it introduces. Gates are asked about the world as it was
before the act; each event is then judged in its own stream; all is signed at the end.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from custody.app.judgement.histories import Histories
from custody.app.judgement.objections import objections
from custody.app.recording.bodies import body_number, body_of, spec_of, stamp
from custody.app.recording.intent import Intent, SignAs
from custody.app.recording.lookback import Affected, Below, look_back
from custody.app.recording.naming import ReadStream, resolve
from custody.app.recording.signing import assign, signed_in
from custody.app.verification.details import in_both
from custody.domain.batch_standing import QUALITY
from custody.domain.lookback import is_bad_news
from custody.domain.model import Body, Companion, Event, Link, Signed, TypeSpec
from custody.errors import InputError, Reason, RefusedError
from custody.errors import Text as Words
from custody.evidence import payload as wire
from custody.evidence.authority import Authority
from custody.evidence.disclosure import commit, padded
from custody.evidence.encoding import ZERO, b64
from custody.evidence.entry import Entry, encode, pae
from custody.evidence.names import alias_stream
from custody.rules.model import Case, Ruling, evaluate, reasons, recorded, remarks

CLAIM = "alias.claimed/v1"
HONEST_SKEW = 300


@dataclass(frozen=True, slots=True)
class Drafted:
    """The entries of one act, ready to append, and what was decided on the way."""

    entries: tuple[Entry, ...]
    main: int
    rulings: tuple[Ruling, ...]
    disclosures: tuple[tuple[bytes, str, str, str], ...]  # leaf, digest, subject, disclosure
    numbers: tuple[str, ...]
    affected: tuple[Affected, ...] | None = None  # None when the event is no bad news
    signed_as: tuple[SignAs, ...] = ()


class Draft:
    """One act in the making.

    Args:
        origin: log origin.
        size: index the first event of the act will have.
        now: Unix seconds, the signing time.
        read: stream → (index, entry).
        histories: the same streams as states.
        law: authority as it stands, as far as the signers are concerned.
        below: what an event that is bad news is bad news for, by which way.
        skew: seconds by which honest clocks may differ.
    """

    def __init__(
        self,
        *,
        origin: str,
        size: int,
        now: int,
        read: ReadStream,
        histories: Histories,
        law: Authority,
        skew: int = HONEST_SKEW,
        below: Below = lambda _event: {},
    ) -> None:
        self.below = below
        self.origin, self.size, self.now, self.skew = origin, size, now, skew
        self.read, self.histories, self.law = read, histories, law
        self.world = histories.world()
        self.entries: list[Entry] = []
        self.heads: dict[str, tuple[int, str]] = {}
        self.numbers: list[str] = []
        self.disclosures: list[tuple[bytes, str, str, str]] = []

    def act(self, intent: Intent, by: Sequence[SignAs]) -> Drafted:
        """Return the act that `intent` describes.

        Raises:
            InputError: the intent does not fit its type (C14x).
            RefusedError: C200 a rule or the state of an item forbids it, C202 the signers may not
                sign it.
        """
        spec = spec_of(intent.type)
        subject = self._subject(spec, intent)
        body = body_of(spec, intent.body, subject)
        links = self._links(spec, intent.links)
        signers = assign(signed_in(spec, subject), by, self.law)
        private = self._private(spec, intent.private)

        found = self._judge(spec, subject, body, links, signers, tuple(d for d, _ in private))
        case = Case(found.event, self.histories.state(subject), self.world)
        rulings = evaluate(case)
        stops = [*found.reasons, *reasons(rulings)]
        if stops:
            raise RefusedError(
                "C200",
                where=body_number(body) or subject,
                reasons=stops,
                title=spec.title.en,
                title_zh=spec.title.zh,
            )
        body = body.model_copy(update={"rulings": recorded(rulings)})

        before = [c for c in spec.companions if not c.after]
        after = [c for c in spec.companions if c.after]
        for companion in before:
            for target in _targets(links, companion):
                self._companion(companion, target, body, (), signers)
        kept = [
            (rel, target)
            for rel, target in links
            if not any(c.replaces and c.rel == rel for c in spec.companions)
        ]
        named = {target for _, target in kept}
        considered = self.world.consulted - named - {subject}
        kept += [("considered", stream) for stream in considered if self._head(stream)]
        beside = remarks(Case(found.event, case.state, self.histories.world()))
        main = len(self.entries)
        entry = self._write(spec.name, subject, body, kept, signers, [d for d, _ in private])
        for digest, disclosure in private:
            self.disclosures.append((entry.leaf, digest, _whose(subject, body), disclosure))
        for companion in after:
            for target in _targets(links, companion):
                back = ((companion.back, subject),) if companion.back else ()
                self._companion(companion, target, body, back, signers)
        self._claim_numbers(spec, subject, body, signers)
        found_below = look_back(self, found.event, signers) if is_bad_news(found.event) else None
        return Drafted(
            tuple(self.entries),
            main,
            (*rulings, *beside),
            tuple(self.disclosures),
            tuple(self.numbers),
            found_below,
            tuple(sign_as for sign_as, _ in signers),
        )

    def hold(self, cause: Event, by: Sequence[SignAs]) -> Drafted:
        """Return an act that only holds what is below `cause` and not on hold for it yet.

        Signed by whoever may sign the bad news, or by quality. It has no entry when nothing is
        left to be held.

        Raises:
            InputError, RefusedError: as `act`.
        """
        quality = replace(cause.spec, signers=QUALITY, every=False)
        try:
            signers = assign(quality, by, self.law)
        except InputError:  # no hand of quality: then somebody who may sign the news itself
            signers = assign(replace(cause.spec, every=False), by, self.law)
        found = look_back(self, cause, signers)
        signed_as = tuple(sign_as for sign_as, _ in signers)
        return Drafted(tuple(self.entries), 0, (), (), tuple(self.numbers), found, signed_as)

    # ---------------------------------------------------------------- reading the intent

    def _subject(self, spec: TypeSpec, intent: Intent) -> str:
        if spec.opens and not intent.subject:
            return f"{spec.kinds[0]}:{secrets.token_hex(16)}"
        if not intent.subject:
            raise InputError("C142", where=spec.name, type=spec.name)
        if spec.opens:
            return intent.subject
        return resolve(self.read, intent.subject, spec.kinds)

    def _links(self, spec: TypeSpec, links: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        for rel, ref in links:
            rule = spec.link(rel)
            if rule is None and not (rel == "assessment" and spec.gate):
                known = ", ".join(r.rel for r in spec.links)
                raise InputError("C144", where=spec.name, rel=rel, known=known)
            target = resolve(self.read, ref, rule.kinds if rule else ("assessment",))
            if (rel, target) not in found:
                found.append((rel, target))
        # The state machine judges links that the event keeps; those that move to a companion are
        # only seen here.
        for moved in (c.rel for c in spec.companions if c.replaces):
            rule = spec.link(moved)
            count = sum(rel == moved for rel, _ in found)
            if rule is not None and not rule.least <= count <= rule.most:
                raise InputError(
                    "C161", where=spec.name, rel=moved, least=rule.least, most=rule.most
                )
        return found

    def _private(self, spec: TypeSpec, values: Mapping[str, str]) -> list[tuple[str, str]]:
        known = {p.name for p in spec.private}
        for name in values:
            if name not in known:
                raise InputError("C145", where=spec.name, name=name, known=", ".join(known))
        missing = [p.name for p in spec.private if p.least and not values.get(p.name)]
        if missing:
            raise InputError("C146", where=spec.name, names=", ".join(missing))
        made = []
        for name, value in values.items():
            disclosure, digest = commit(name, value, secrets.token_bytes(32))
            made.append((digest, disclosure))
        return made

    # ---------------------------------------------------------------- judging and writing

    def _judge(
        self,
        spec: TypeSpec,
        subject: str,
        body: Body,
        links: Sequence[tuple[str, str]],
        signers: Sequence[tuple[SignAs, Signed]],
        private: tuple[str, ...],
    ) -> _Judged:
        """Ask the state machine of the stream; heads of links are not needed for that."""
        count, _ = self._head(subject) or (0, "")
        event = Event(
            index=self.size + len(self.entries),
            leaf="",
            stream=subject,
            seq=count,
            type=spec.name,
            time=stamp(self.now),
            signers=tuple(s for _, s in signers),
            links=tuple(Link(rel, target, "") for rel, target in links),
            body=body,
            private=private,
        )
        stream = self.histories.events(subject)
        now = self.histories.world()
        return _Judged(event, objections(stream, self.histories.state(subject), event, now))

    def _companion(
        self,
        companion: Companion,
        target: str,
        body: Body,
        links: Sequence[tuple[str, str]],
        signers: Sequence[tuple[SignAs, Signed]],
    ) -> None:
        name = companion.type.format(kind=target.partition(":")[0])
        plain = body.plain()
        copied = {f: plain[f] for f in ("occurred_at", "reason", *companion.copy) if f in plain}
        self.beside(name, target, copied, links, signers)

    def beside(
        self,
        type_name: str,
        target: str,
        fields: Mapping[str, Any],
        links: Sequence[tuple[str, str]],
        signers: Sequence[tuple[SignAs, Signed]],
    ) -> None:
        """Write a further event of the act on another item, judged in its own stream.

        Raises:
            RefusedError: C200 that item does not allow it, C202 the signers may not sign it.
        """
        spec = spec_of(type_name)
        made = body_of(spec, fields, target)
        found = self._judge(spec, target, made, links, signers, ())
        if found.reasons:
            raise RefusedError(
                "C200",
                where=self.number(target),
                reasons=found.reasons,
                title=spec.title.en,
                title_zh=spec.title.zh,
            )
        self._write(type_name, target, made, links, signers, [])

    def _claim_numbers(
        self,
        spec: TypeSpec,
        subject: str,
        body: Body,
        signers: Sequence[tuple[SignAs, Signed]],
    ) -> None:
        claim = spec_of(CLAIM)
        for name, scheme in spec.aliases.items():
            value = getattr(body, name)
            if value is None:
                continue
            stream = alias_stream(scheme, value)
            if self._head(stream):
                raise RefusedError("C201", where=value, number=value, scheme=scheme)
            made = body_of(
                claim, {"scheme": scheme, "value": value, "occurred_at": body.occurred_at}, stream
            )
            self._write(CLAIM, stream, made, [("names", subject)], signers, [])

    def _write(
        self,
        type_name: str,
        stream: str,
        body: Body,
        links: Sequence[tuple[str, str]],
        signers: Sequence[tuple[SignAs, Signed]],
        digests: Sequence[str],
    ) -> Entry:
        count, head = self._head(stream) or (0, b64(ZERO))
        self._not_before(stream, self.now)
        made = []
        for rel, target in links:
            self._not_before(target, self.now + self.skew)
            known = self._head(target)
            if known is not None:
                made.append(wire.Link(known[1], rel, target))
        payload = wire.Payload(
            log=self.origin,
            stream=stream,
            seq=count,
            prev=head,
            type=type_name,
            time=stamp(self.now),
            signers=tuple(
                sorted(
                    (wire.Signer(s.kid, s.meaning, s.role) for _, s in signers),
                    key=lambda s: s.kid,
                )
            ),
            links=tuple(sorted(made, key=lambda link: (link.stream, link.rel))),
            body=body.plain(),
            sd=tuple(padded(digests, secrets.token_bytes) if digests else ()),
        )
        found = self.law.judge_payload(self.size + len(self.entries), payload)
        if found:
            raise RefusedError(
                "C202",
                where=type_name,
                reasons=[Reason(f.code, f.where, in_both(f.detail), NEXT_SIGNER) for f in found],
                type=type_name,
            )
        signed = pae(payload.to_bytes())
        raw = encode(payload.to_bytes(), {a.signer.kid: a.signer.sign(signed) for a, _ in signers})
        entry = Entry.parse(raw)
        self.entries.append(entry)
        self.heads[stream] = (count + 1, b64(entry.leaf))
        self.numbers.append(body_number(body) or self.number(stream))
        return entry

    def _not_before(self, stream: str, now: int) -> None:
        """A clock that is behind must not write a history that runs backwards."""
        for _, entry in list(self.read(stream))[-1:]:
            if entry.payload.time > stamp(now):
                raise InputError("C147", where=stream, now=stamp(self.now), last=entry.payload.time)

    def _head(self, stream: str) -> tuple[int, str] | None:
        """Return (count, head) of a stream, the events of this act counted."""
        if stream in self.heads:
            return self.heads[stream]
        events = self.read(stream)
        return (len(events), b64(events[-1][1].leaf)) if events else None

    def number(self, stream: str) -> str:
        """Return the business number of a stream, or its id."""
        state = self.histories.state(stream)
        return state.number if state is not None and state.number else stream


@dataclass(frozen=True, slots=True)
class _Judged:
    event: Event
    reasons: list[Reason]


NEXT_SIGNER = Words(
    "let a person sign whose key is accepted and holds the role: custody key list",
    "请由密钥已启用且具有相应角色的人员签名：custody key list",
)


def _whose(stream: str, body: Body) -> str:
    """Return whose personal value it is: a key's printed name belongs to its person."""
    person = getattr(body, "person", None)
    return f"person:{person}" if isinstance(person, str) else stream


def _targets(links: Sequence[tuple[str, str]], companion: Companion) -> list[str]:
    return [target for rel, target in links if rel == companion.rel]

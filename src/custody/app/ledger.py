"""The ledger: one object through which people record, ask, prove and audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from custody.app.asking.queries import Queries
from custody.app.judgement.histories import Histories
from custody.app.ports import Clock, EventLog, Keys, ReadModels, Signer, Vault
from custody.app.privacy.erased import erases
from custody.app.recording.acting import Draft, Drafted
from custody.app.recording.bodies import body_of, spec_of, stamp
from custody.app.recording.intent import Act, Intent, SignAs, Written
from custody.app.recording.lookback import Affected, below, latest_bad_news
from custody.app.recording.naming import resolve, schemes
from custody.app.recording.people import People, once
from custody.app.recording.reaffirming import reaffirmation, voiding
from custody.domain.fold import effective
from custody.domain.holding import CAUSES
from custody.domain.model import Event
from custody.domain.record import CORRECTABLE_KINDS, REAFFIRMABLE_KINDS
from custody.errors import ConflictError, InputError
from custody.evidence.disclosure import open_disclosure
from custody.evidence.encoding import b64
from custody.evidence.entry import Entry
from custody.evidence.names import key_stream
from custody.evidence.trust import TrustRoot

# Another person's event between reading and writing makes the act be decided anew; more often than
# this in a row only happens when something keeps writing.
TRIES = 8
Progress = Callable[[int, int], None]


class Ledger:
    """An open ledger.

    Args:
        log, vault, keys, models, clock: what `custody.wiring` provides.
        trust: the ledger's own trust file.
    """

    def __init__(
        self,
        log: EventLog,
        vault: Vault,
        keys: Keys,
        models: ReadModels,
        clock: Clock,
        trust: TrustRoot,
    ) -> None:
        self.log, self.vault, self.keys, self.clock = log, vault, keys, clock
        self.models, self.trust = models, trust
        self.people = People(self.read, trust)
        self.queries = Queries(self)

    @property
    def origin(self) -> str:
        """The name of the log, as on its checkpoints."""
        return self.log.origin

    def read(self, stream: str) -> list[tuple[int, Entry]]:
        """Return (index, entry) of every event of `stream`, in order."""
        return [(s.index, Entry.parse(s.wire)) for s in self.log.stream(stream)]

    def histories(self) -> Histories:
        """Return the streams as states, read afresh."""
        return Histories(once(self.read), self.people.person_of)

    def signer(self, name: str, passphrase: Callable[[str], bytes]) -> Signer:
        """Unlock the key called `name` (or whose id starts so).

        Raises:
            SigningKeyError: there is no such key here, or it does not open.
        """
        return self.keys.unlock(self.keys.find(name), passphrase)

    # ---------------------------------------------------------------- recording

    def record(
        self,
        intent: Intent,
        by: Sequence[SignAs],
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Act:
        """Write one act: the event, its companions, and the numbers it introduces.

        What the ledger writes by itself (draws, claims of numbers) or by its own methods
        (corrections, keys) is no act that can be recorded so.

        Bad news puts everything below on hold in the same act; what one act cannot take follows in
        further acts, and `progress` is told (held or listed, all) after each of them.

        Raises:
            InputError: C165 the type is none that people record, C169 it would erase values, others
                as `Draft.act`; nothing is written.
            RefusedError: as `Draft.act`; nothing is written.
            ConflictError: others kept writing to the same items; nothing is written.
            StorageError: the disk or the file; nothing is written.
        """
        spec = spec_of(intent.type)
        if spec.plumbing:
            en, zh = spec.title.en, spec.title.zh
            raise InputError("C165", where=spec.name, type=spec.name, title=en, title_zh=zh)
        if erases(self, intent):
            raise InputError("C169", where=str(intent.subject))
        return self._record(intent, by, dry_run=dry_run, progress=progress)

    def record_decision(
        self, intent: Intent, by: Sequence[SignAs], *, dry_run: bool = False
    ) -> Act:
        """Write a decision on a request about personal data; `app.privacy.erasure` carries it out.

        Raises:
            InputError, RefusedError, ConflictError, StorageError: as `record`.
        """
        return self._record(intent, by, dry_run=dry_run)

    def _record(
        self,
        intent: Intent,
        by: Sequence[SignAs],
        *,
        dry_run: bool = False,
        progress: Progress | None = None,
    ) -> Act:
        kids = _kids(intent.subject, by)
        act, drafted = self._write(lambda draft: draft.act(intent, by), kids, dry_run)
        if drafted.affected is not None and not dry_run:
            return self._swept(act, drafted.signed_as, progress)
        return act

    def look_back(
        self, ref: str, by: Sequence[SignAs], *, progress: Progress | None = None
    ) -> tuple[Affected, ...]:
        """Hold what came from an item that turned bad and is not on hold for it; safe to repeat.

        Recording the bad news does this by itself; this goes on after an interruption, or where
        the signer of the news could not sign the holds.

        Raises:
            InputError: C164 no bad news is on record about the item.
        """
        stream = resolve(self.read, ref, (*CAUSES, "key"))
        if latest_bad_news(self.histories(), stream) is None:
            raise InputError("C164", where=ref)
        return self._holding(stream, by, progress)[1]

    def _swept(self, act: Act, by: Sequence[SignAs], progress: Progress | None) -> Act:
        """Hold what one act could not take, and what others made while it was being written."""
        written, found = self._holding(act.main.stream, by, progress)
        held = {item.stream for item in act.affected if item.outcome == "held"}
        told = tuple(
            replace(item, outcome="held") if item.stream in held else item for item in found
        )
        return replace(act, events=(*act.events, *written), affected=told)

    def _holding(
        self, stream: str, by: Sequence[SignAs], progress: Progress | None
    ) -> tuple[list[Written], tuple[Affected, ...]]:
        written: list[Written] = []
        outcomes: dict[str, Affected] = {}
        kids = [a.signer.kid for a in by]

        def hold(draft: Draft) -> Drafted:
            cause = latest_bad_news(draft.histories, stream)
            assert cause is not None  # noqa: S101 - events never go away
            return draft.hold(cause, by)

        while True:
            act, drafted = self._write(hold, kids, dry_run=False)
            for item in drafted.affected or ():
                if item.outcome == "held" or item.stream not in outcomes:
                    outcomes[item.stream] = item
            written += act.events
            if progress is not None:
                waiting = sum(i.outcome == "waiting" for i in drafted.affected or ())
                progress(len(outcomes) - waiting, len(outcomes))
            if not act.events:
                return written, tuple(outcomes.values())

    def _below(self, event: Event) -> dict[str, tuple[str, ...]]:
        def children(stream: str) -> list[str]:
            return [edge["child"] for edge in self.models.edges(stream, up=False)]

        def touched(kid: str, start: int) -> list[str]:
            rows = self.models.entries(since=start)
            return [r["stream"] for r in rows if any(s["kid"] == kid for s in r["signers"])]

        return below(event, children, touched)

    def _write(
        self, make: Callable[[Draft], Drafted], kids: Sequence[str], dry_run: bool
    ) -> tuple[Act, Drafted]:
        for attempt in range(TRIES):
            read = once(self.read)
            people = People(read, self.trust)
            with self.log.reading():
                draft = Draft(
                    origin=self.origin,
                    size=self.log.size(),
                    now=self.clock(),
                    read=read,
                    histories=Histories(read, people.person_of),
                    law=people.authority(kids),
                    skew=self.trust.max_skew,
                    below=self._below,
                )
                drafted = make(draft)
                if draft.law.distrusts:
                    people.require_believed(drafted.entries, draft.size)
            if dry_run or not drafted.entries:
                size = range(draft.size, draft.size + len(drafted.entries))
                return _act(drafted, size), drafted
            # The vault first: a value without its event is garbage, an event whose value is lost
            # could never be read again.
            if drafted.disclosures:
                self.vault.put_all(drafted.disclosures)
            try:
                return _act(drafted, self.log.append(drafted.entries)), drafted
            except ConflictError:
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def correct(
        self,
        ref: str,
        seq: int,
        changes: Mapping[str, Any],
        reason: str,
        occurred_at: str,
        by: Sequence[SignAs],
        *,
        dry_run: bool = False,
    ) -> Act:
        """Record that event `seq` of an item is to be read differently.

        Args:
            changes: field → the reading from now on; None takes an optional field away.
        """
        stream = resolve(self.read, ref, CORRECTABLE_KINDS)
        target = _numbered(effective(self.histories().events(stream)), ref, seq)
        plain = target.body.plain()
        proposed = {**plain, **changes}
        after = body_of(
            target.spec, {k: v for k, v in proposed.items() if v is not None}, ref
        ).plain()
        body = {
            "corrects": target.leaf,
            "reason": reason,
            "occurred_at": occurred_at,
            "changes": [
                {"field": name, "was": plain.get(name), "now": after.get(name)}
                for name in sorted(changes)
            ],
        }
        return self._record(Intent("record.corrected/v1", stream, body), by, dry_run=dry_run)

    def void(
        self,
        ref: str,
        seq: int,
        reason: str,
        occurred_at: str,
        by: Sequence[SignAs],
        *,
        dry_run: bool = False,
    ) -> Act:
        """Record that event `seq` of an item did not happen."""
        place = (resolve(self.read, ref, CORRECTABLE_KINDS), seq)
        fields = {"reason": reason, "occurred_at": occurred_at}
        made = partial(voiding, trust=self.trust, place=place, fields=fields, by=by)
        return self._write(made, _kids(place[0], by), dry_run)[0]

    def reaffirm(
        self,
        ref: str,
        seq: int,
        reason: str,
        occurred_at: str,
        by: Sequence[SignAs],
        *,
        dry_run: bool = False,
    ) -> Act:
        """Record that event `seq` is true although its key can no longer be believed.

        Raises:
            InputError: C140, C141 `ref` names no item, or several; others as `reaffirmation`.
            RefusedError: as `reaffirmation`.
        """
        place = (resolve(self.read, ref, REAFFIRMABLE_KINDS), seq)
        fields = {"reason": reason, "occurred_at": occurred_at}
        made = partial(reaffirmation, trust=self.trust, place=place, fields=fields, by=by)
        return self._write(made, _kids(place[0], by), dry_run)[0]

    # ---------------------------------------------------------------- keys

    def enrol(
        self,
        key_name: str,
        *,
        person: str,
        printed_name: str,
        roles: Sequence[str],
        scope: Sequence[str] = ("*",),
        by: Sequence[SignAs],
    ) -> Act:
        """Grant the key called `key_name` to a registered person (staff number)."""
        card = self.keys.find(key_name)
        stream = resolve(self.read, person, ("person",))
        body = {
            "alg": card.alg,
            "pub": b64(card.public),
            "person": stream.partition(":")[2],
            "roles": sorted(set(roles)),
            "scope": sorted(set(scope)),
            "occurred_at": stamp(self.clock()),
        }
        private = {"printed_name": printed_name}
        intent = Intent("key.granted/v1", key_stream(card.kid), body, private=private)
        return self._record(intent, by)

    def accept(self, key_name: str, by: Sequence[SignAs]) -> Act:
        """Take responsibility for a key that was granted; signed with that very key."""
        return self._key_event("key.accepted/v1", key_name, {}, by)

    def change_roles(
        self, key_name: str, roles: Sequence[str], scope: Sequence[str], by: Sequence[SignAs]
    ) -> Act:
        """Give a key other roles and another scope from now on."""
        body = {"roles": sorted(set(roles)), "scope": sorted(set(scope))}
        return self._key_event("key.roles_changed/v1", key_name, body, by)

    def revoke(self, key_name: str, reason: str, distrust_from: int, by: Sequence[SignAs]) -> Act:
        """Revoke a key; when it was compromised, from log index `distrust_from` on."""
        body = {"reason": reason, "distrust_from": distrust_from}
        return self._key_event("key.revoked/v1", key_name, body, by)

    def _key_event(
        self, type_name: str, key_name: str, body: Mapping[str, Any], by: Sequence[SignAs]
    ) -> Act:
        card = self.keys.find(key_name)
        fields = {**body, "occurred_at": stamp(self.clock())}
        return self._record(Intent(type_name, key_stream(card.kid), fields), by)

    # ---------------------------------------------------------------- names

    def number_of(self, stream: str) -> str:
        """Return the business number of an item, or its stream id."""
        item = self.models.item(stream)
        return str(item["number"]) if item and item["number"] else stream

    def resolve(self, ref: str, kinds: Sequence[str] | None = None) -> str:
        """Return the stream an item's number names; all kinds are searched by default."""
        return resolve(self.read, ref, kinds or tuple(schemes()))

    def printed_name(self, kid: str) -> str:
        """Return the name printed beside signatures by a key, or the start of its id."""
        events = self.log.stream(key_stream(kid))[:1]
        for stored in events:
            for disclosure in self.vault.by_leaf(stored.leaf).values():
                name, value = open_disclosure(disclosure)
                if name == "printed_name" and isinstance(value, str):
                    return value
        return kid[:8]


def _numbered(events: Sequence[Event], ref: str, seq: int) -> Event:
    """Return the event with number `seq` of the item `ref`; InputError C151 when there is none."""
    target = next((e for e in events if e.seq == seq), None)
    if target is None:
        raise InputError("C151", where=ref, seq=seq)
    return target


def _kids(subject: str | None, by: Sequence[SignAs]) -> list[str]:
    """Return the keys whose standing matters: the signers', and the one the act is about."""
    about = [subject.partition(":")[2]] if subject and subject.startswith("key:") else []
    return [*(a.signer.kid for a in by), *about]


def _act(drafted: Drafted, indexes: Sequence[int]) -> Act:
    written = tuple(
        Written(index, b64(e.leaf), e.payload.stream, e.payload.type, number)
        for index, e, number in zip(indexes, drafted.entries, drafted.numbers, strict=True)
    )
    preview = tuple(
        {"stream": e.payload.stream, "type": e.payload.type, "body": dict(e.payload.body)}
        for e in drafted.entries
    )
    main = written[drafted.main] if written else Written(-1, "", "", "", "")
    return Act(written, main, drafted.rulings, preview, drafted.affected or ())

"""Which sets of witnesses are enough: the witness, group and quorum lines of C2SP tlog-policy.

Holds no signatures and checks none: it is asked which witnesses' lines were found good. ``log``
lines and witness addresses are not part of this profile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from custody.errors import EvidenceError, Text, TrustError
from custody.evidence.note import VerifierKey

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

NONE = "none"
MAX_LINES = 128
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """A parsed policy.

    Attributes:
        lines: the lines as written.
        witnesses: short name -> verifier key.
        groups: group name -> (threshold, member names).
        quorum: name of the witness or group that must be satisfied, or ``none``.
    """

    lines: tuple[str, ...]
    witnesses: Mapping[str, VerifierKey]
    groups: Mapping[str, tuple[int, tuple[str, ...]]]
    quorum: str

    @classmethod
    def parse(cls, lines: Sequence[str]) -> WitnessPolicy:
        """Read the lines in order; a group may only name what stands above it.

        Raises:
            TrustError: C503 naming the line.
        """
        if len(lines) > MAX_LINES:
            raise _refused("", f"it has more than {MAX_LINES} lines", f"它超过 {MAX_LINES} 行")
        witnesses: dict[str, VerifierKey] = {}
        groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        taken: set[str] = set()
        quorum: str | None = None
        for line in lines:
            word, *rest = line.split(" ")
            defined = witnesses.keys() | groups.keys()
            if word == "witness" and len(rest) == 2:
                witnesses[_fresh(line, rest[0], defined)] = _witness(line, rest[1])
            elif word == "group" and len(rest) >= 3:
                name, threshold, *members = rest
                _fresh(line, name, defined)
                if len(set(members)) != len(members) or not set(members) <= defined:
                    raise _refused(
                        line,
                        "a member is listed twice or not defined above",
                        "有成员重复列出，或上文未定义",
                    )
                if taken & set(members):
                    # A witness in two groups would count twice towards the quorum.
                    raise _refused(
                        line, "a member already belongs to another group", "有成员已属于另一组"
                    )
                taken |= set(members)
                groups[name] = (_threshold(line, threshold, len(members)), tuple(members))
            elif word == "quorum" and len(rest) == 1 and quorum is None:
                quorum = rest[0]
                if quorum != NONE and quorum not in defined:
                    raise _refused(
                        line,
                        "it names neither a witness nor a group defined above",
                        "它所指的见证方或组在上文没有定义",
                    )
            else:
                raise _refused(
                    line,
                    "it is not a witness, group or (single) quorum line",
                    "它不是 witness、group 或（唯一的）quorum 行",
                )
        if quorum is None:
            raise _refused("", "there is no quorum line", "缺少 quorum 行")
        if len({key.public for key in witnesses.values()}) != len(witnesses):
            raise _refused(
                "", "one witness key is listed under two names", "同一见证密钥列在两个名称之下"
            )
        return cls(tuple(lines), witnesses, groups, quorum)

    def satisfied_by(self, good: Collection[str]) -> bool:
        """Say whether the witnesses with these short names are enough."""
        return self.quorum == NONE or self._met(self.quorum, good)

    @property
    def single_operator(self) -> bool:
        """True when nobody but the operator vouches for the view of the log."""
        return self.quorum == NONE

    def _met(self, name: str, good: Collection[str]) -> bool:
        if name in self.witnesses:
            return name in good
        threshold, members = self.groups[name]
        return sum(self._met(member, good) for member in members) >= threshold


def _fresh(line: str, name: str, defined: Collection[str]) -> str:
    if not _NAME.fullmatch(name) or name == NONE or name in defined:
        raise _refused(line, "the name is not allowed or already used", "名称不合规定或已被使用")
    return name


def _witness(line: str, vkey: str) -> VerifierKey:
    try:
        return VerifierKey.parse(vkey)
    except EvidenceError as error:
        detail = str(error.params.get("detail", ""))
        raise _refused(line, detail, "其公钥行不可用") from error


def _threshold(line: str, text: str, members: int) -> int:
    if text == "all":
        return members
    if text == "any":
        return 1
    if not _THRESHOLD.fullmatch(text) or int(text) > members:
        raise _refused(
            line,
            f"the threshold is not any, all or a number up to {members}",
            f"门槛须为 any、all 或不超过 {members} 的数",
        )
    return int(text)


def _refused(line: str, en: str, zh: str) -> TrustError:
    at, zh_at = (f" ({line[:60]!r})", f"（{line[:60]!r}）") if line else ("", "")
    return TrustError("C503", where="witness policy", detail=Text(en + at, zh + zh_at))

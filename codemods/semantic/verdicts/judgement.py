"""What the resolver says of one expression."""

from __future__ import annotations

from dataclasses import dataclass

from codemods.model.plan import Reason, Verdict


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on an expression with regard to a target, and the chain that led to it."""

    verdict: Verdict
    reason: Reason

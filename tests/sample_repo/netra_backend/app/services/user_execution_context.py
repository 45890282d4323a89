"""Who runs what."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class UserExecutionContext:
    """Identifies one run of one user. Every engine and every agent gets exactly one."""

    user_id: str
    run_id: str
    thread_id: str = "main"
    metadata: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.user_id or not self.run_id:
            raise ValueError("a context needs a user_id and a run_id")

    @property
    def correlation_id(self) -> str:
        return f"{self.user_id}/{self.thread_id}/{self.run_id}"

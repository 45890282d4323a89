"""The frames on the wire."""

from dataclasses import dataclass


@dataclass(frozen=True)
class WebSocketEvent:
    name: str

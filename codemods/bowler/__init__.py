"""Bowler inside codemods: queries written for Bowler run over today's syntax and become ordinary changes.

A query module imports `Query` and `receiver_is` from here; a script written for Bowler goes on importing
`bowler` and gets the same `Query`. Nothing here writes a file, prompts, or starts a process.
"""

from codemods.bowler.query import Query
from codemods.bowler.receivers import receiver_is

__all__ = ["Query", "receiver_is"]

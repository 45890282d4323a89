"""``rename-attribute``: reads and writes of an attribute under its new name."""

from __future__ import annotations

from codemods.refactoring.members.members import MemberRename


class RenameAttribute(MemberRename):
    """Renames an attribute or property where it is read, set or deleted on instances of a class.

    Keywords of the same name stay: ``rename-argument`` renames those of the constructor. With ``definition``,
    those that stand for a field which the class declares follow it.
    """

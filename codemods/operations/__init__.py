"""The vocabulary of recipes: one file per operation, found by its name.

Modules whose names begin with an underscore are what the operations share.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping

from codemods.refactoring.operation import Context, Operation, Watch, change_at
from codemods.refactoring.where import Places, is_test_file

__all__ = ["OPERATIONS", "Context", "Operation", "Places", "Watch", "change_at", "is_test_file"]


class Registry(Mapping[str, type[Operation]]):
    """All operations by the name recipes use; each is imported when first asked for."""

    def __getitem__(self, name: str) -> type[Operation]:
        if name not in self._names():
            raise KeyError(name)
        module_name = name.replace("-", "_")
        module = importlib.import_module(f"{__name__}.{module_name}")
        operation: type[Operation] = getattr(module, "".join(word.capitalize() for word in name.split("-")))
        assert issubclass(operation, Operation)
        return operation

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def __len__(self) -> int:
        return len(self._names())

    @staticmethod
    def _names() -> list[str]:
        modules = (module.name for module in pkgutil.iter_modules(__path__))
        return sorted(name.replace("_", "-") for name in modules if not name.startswith("_"))


OPERATIONS = Registry()

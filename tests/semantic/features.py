"""Further parts of random programs: annotations, narrowing, patterns, classes that hand things on."""

from __future__ import annotations

from tests.semantic.class_blocks import ClassBlocks
from tests.semantic.flow_blocks import FlowBlocks
from tests.semantic.function_blocks import FunctionBlocks

HEADER = """
import contextlib, functools
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated, Any, Callable, Generic, NamedTuple, NewType, Optional, Protocol
from typing import Self, TypeVar, Union, cast

class Closing(Protocol):
    def close(self): ...

def fits(made, declared):
    return made if isinstance(made, declared) else declared()

def kept(function):
    return function

def wrapped(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper
"""


class Features(FunctionBlocks, FlowBlocks, ClassBlocks):
    """Writes one block that stands for itself: it uses only the classes it is given."""

    def block(self, stem: str) -> list[str]:
        """The lines of a block at the top of a module. ``stem`` makes its names its own."""
        self.stem = stem
        kinds = [
            self.annotated,
            self.containers,
            self.narrowed,
            self.matched,
            self.rebound,
            self.tried,
            self.walrus,
            self.comprehension,
            self.generic,
            self.entered,
            self.hierarchy,
            self.decorated,
            self.attributes,
            self.fields,
            self.coroutines,
            self.closures,
            self.imports,
            self.set_from_outside,
            self.generic_classes,
            self.named_tuples,
            self.makers,
            self.for_type_checkers,
        ]
        return self.random.choice(kinds)()

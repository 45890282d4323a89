"""Which object is this? Names, receivers, fixtures, and the verdict on a site."""

from codemods.resolve.judgement import Judgement
from codemods.resolve.resolver import Resolver, Target

__all__ = ["Judgement", "Resolver", "Target"]

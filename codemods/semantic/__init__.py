"""Which object is this? Names, receivers, fixtures, and the verdict on a site."""

from codemods.semantic.verdicts.judgement import Judgement
from codemods.semantic.verdicts.model import Resolver, Target

__all__ = ["Judgement", "Resolver", "Target"]

"""The rule language: a typed expression tree as data, three-valued, explained, analysed when published."""

from tongban.ground.expressions.analysis import Finding, analyse
from tongban.ground.expressions.evaluation import Reason, Result, evaluate
from tongban.ground.expressions.logic import UNKNOWN, Calculated, Truth, Unknown
from tongban.ground.expressions.nodes import (
    Arithmetic,
    Boolean,
    Compare,
    Count,
    DateDifference,
    Exists,
    Expr,
    InList,
    Literal,
    Parameter,
    Path,
    parameters_of,
    paths_of,
    walk,
)
from tongban.ground.expressions.reading import from_json, literal, to_json
from tongban.ground.expressions.words import in_words

__all__ = [
    "UNKNOWN",
    "Arithmetic",
    "Boolean",
    "Calculated",
    "Compare",
    "Count",
    "DateDifference",
    "Exists",
    "Expr",
    "Finding",
    "InList",
    "Literal",
    "Parameter",
    "Path",
    "Reason",
    "Result",
    "Truth",
    "Unknown",
    "analyse",
    "evaluate",
    "from_json",
    "in_words",
    "literal",
    "parameters_of",
    "paths_of",
    "to_json",
    "walk",
]

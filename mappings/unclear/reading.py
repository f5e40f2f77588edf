"""What is told of an unclear sentence."""

from collections.abc import Mapping

import msgspec


class Reading(msgspec.Struct, frozen=True):
    """One unclear sentence: the question, what each choice means, why the default is what it is, who should settle it.

    ``choices`` maps the values of ``setting`` to their meaning; a reading without a setting has one choice only.
    """

    clauses: str
    question: str
    choices: Mapping[str, str]
    why: str
    settled_by: str
    setting: str = ""

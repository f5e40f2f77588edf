"""OperationOutcomes: what a server says about a request, told without anything that could be a patient's.

Spec: https://hl7.org/fhir/R4/operationoutcome.html.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

#: https://hl7.org/fhir/R4/valueset-issue-severity.html, worst first; "success" is R5's.
SEVERITIES: Final = ("fatal", "error", "warning", "information", "success")
#: https://hl7.org/fhir/R5/valueset-issue-type.html, which holds R4's.
CODES: Final = frozenset(
    "invalid structure required value invariant security login unknown expired forbidden suppressed processing"
    " not-supported duplicate multiple-matches not-found deleted too-long code-invalid extension too-costly"
    " business-rule conflict limited-filter transient lock-error no-store exception timeout incomplete throttled"
    " informational success".split()
)
_ELEMENT: Final = r"[A-Za-z][A-Za-z0-9]{0,63}(?:\[(?:\d{1,6}|x)\])?"
_PATH: Final = re.compile(rf"{_ELEMENT}(?:\.{_ELEMENT})*")  # names of elements alone: no value fits in


class Issue(msgspec.Struct, frozen=True):
    """One issue: how bad, what kind, and the elements it is about. Texts of the server are not kept."""

    severity: str
    code: str
    expression: tuple[str, ...] = ()

    def told(self) -> str:
        """``error required Patient.birthDate``."""
        return " ".join((self.severity, self.code, *self.expression))


class Outcome(msgspec.Struct, frozen=True):
    """What a server says: severity, code and element of each issue, and nothing of its free text."""

    issues: tuple[Issue, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether an issue is an error, or is none that can be understood."""
        return any(issue.severity not in SEVERITIES[2:] for issue in self.issues)

    def has(self, *codes: str) -> bool:
        """Whether an issue that is an error has one of ``codes``."""
        return any(issue.code in codes for issue in self.issues if issue.severity in SEVERITIES[:2])

    def told(self) -> str:
        """Severity, code and element of each issue: what may stand in a message or a log."""
        return "; ".join(issue.told() for issue in self.issues)


def outcome_of(body: bytes | Mapping[str, Any] | None) -> Outcome | None:
    """The OperationOutcome in an answer's body, as bytes or decoded; None where there is none."""
    if isinstance(body, bytes):
        try:
            body = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
    if not isinstance(body, Mapping) or body.get("resourceType") != "OperationOutcome":
        return None
    issues = body.get("issue")
    return Outcome(tuple(_issue(each) for each in issues) if isinstance(issues, list) else ())


def _issue(issue: object) -> Issue:
    """One issue; what is none of the words that FHIR has for it is ``?``."""
    held = issue if isinstance(issue, Mapping) else {}
    severity, code = str(held.get("severity")), str(held.get("code"))
    paths = held.get("expression") or held.get("location")  # location is what older servers fill
    return Issue(
        severity if severity in SEVERITIES else "?",
        code if code in CODES else "?",
        tuple(each for each in paths if isinstance(each, str) and _PATH.fullmatch(each))
        if isinstance(paths, list)
        else (),
    )

"""What can go wrong when talking to a FHIR server: one tree, to which every lower exception is mapped.

    FhirError
        Unreachable           no connection, no answer in time, or half an answer
        Throttled             429, 503: later
        Unauthorised          401, after the credentials were renewed
        Forbidden             403
        NotFound              404
        Gone                  410: it was deleted
        Conflict              409
        PreconditionFailed    412: another version, or more than one match
        Unprocessable         422
        Invalid               any other 4xx, and a redirect that may not be followed
        ServerFault           any other 5xx
        NotFhir               an answer that is not the FHIR that was asked for, too large, or too deep
        ForeignHost           a link or a redirect that leads to another server
        Incomplete            a pull that lacks something

A message never holds an id, a query value, a body or a server's free text. Spec: https://hl7.org/fhir/R4/http.html.
"""

from typing import Final

from adapter.fhir.outcomes import Outcome


class FhirError(Exception):
    """A request that did not bring what was asked for.

    ``place`` is the method and the type ("POST ResearchSubject"). ``repeatable``: the same request may succeed later, and
    sending it again does no harm. ``perhaps_done``: the server may have done what was asked, although it did not say so.
    """

    def __init__(
        self,
        place: str,
        reason: str,
        *,
        outcome: Outcome | None = None,
        status: int | None = None,
        repeatable: bool = False,
        perhaps_done: bool = False,
    ) -> None:
        said = f" ({outcome.told()})" if outcome and outcome.issues else ""
        super().__init__(f"{place}: {reason}{said}")
        self.place = place
        self.reason = reason
        self.outcome = outcome
        self.status = status
        self.repeatable = repeatable
        self.perhaps_done = perhaps_done


class Unreachable(FhirError):
    """No connection, no TLS, no such name, no answer in time, or an answer that broke off.

    Always ``repeatable`` later; where ``perhaps_done``, whoever repeats a plain create must look for it first.
    """

    def __init__(self, place: str, reason: str, *, status: int | None = None, perhaps_done: bool = False) -> None:
        super().__init__(place, reason, status=status, repeatable=True, perhaps_done=perhaps_done)


class Throttled(FhirError):
    """The server asks to come back later; ``retry_after`` in seconds, where it says when."""

    def __init__(
        self,
        place: str,
        reason: str,
        *,
        retry_after: float | None = None,
        outcome: Outcome | None = None,
        status: int | None = None,
        perhaps_done: bool = False,
    ) -> None:
        super().__init__(place, reason, outcome=outcome, status=status, repeatable=True, perhaps_done=perhaps_done)
        self.retry_after = retry_after


class Unauthorised(FhirError):
    """401, with credentials that were just renewed."""


class Forbidden(FhirError):
    """403."""


class NotFound(FhirError):
    """404: not there, or not to be known by us."""


class Gone(FhirError):
    """410: it was deleted."""


class Conflict(FhirError):
    """409: another change stands against this one."""


class PreconditionFailed(FhirError):
    """412: not the version that ``If-Match`` named, or more than one match of a conditional write.

    Where ``perhaps_done`` the request was sent more than once, and it may be our own first sending that changed the version.
    """


class Unprocessable(FhirError):
    """422: the server understood the resource and refuses it."""


class Invalid(FhirError):
    """Any other 4xx, and a redirect that may not be followed."""


class ServerFault(FhirError):
    """Any other 5xx. ``repeatable`` where the request does no harm a second time."""


class NotFhir(FhirError):
    """An answer that is not the FHIR that was asked for, or is too large or too deep."""


class ForeignHost(FhirError):
    """A link or a redirect that leads to another server: no request is sent there."""


class Incomplete(FhirError):
    """A pull that lacks something; ``lacking`` says what, without ids or values."""

    def __init__(self, place: str, reason: str, *, lacking: tuple[str, ...] = ()) -> None:
        super().__init__(place, reason)
        self.lacking = lacking


#: Status -> error. Others are ``Invalid`` below 500 and ``ServerFault`` from there on.
BY_STATUS: Final[dict[int, type[FhirError]]] = {
    401: Unauthorised,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    412: PreconditionFailed,
    422: Unprocessable,
}

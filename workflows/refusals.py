"""Carry refusals of the domain across Temporal: a refusal is an answer, so never retry it."""

from typing import Any, Final

from pydantic import TypeAdapter
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

from cases.errors import CaseError, Refusal
from cases.recording import SequenceError

_ADAPTER: Final = TypeAdapter(Refusal)


def failure(error: CaseError) -> ApplicationError:
    """Return the refusal as a failure; the message is the code, the words travel sealed."""
    return ApplicationError(error.code, error.refusal, type=error.code, non_retryable=True)


def refusal(error: ApplicationError) -> Refusal | None:
    """Return the refusal a failure carries; None when it is a fault of another kind."""
    details = error.details
    if not details or error.type is None:
        return None
    body = details[0]
    if isinstance(body, Refusal):
        return body
    return _ADAPTER.validate_python(body) if body.get("code") == error.type else None


class Refusals(Interceptor):
    """Turn every `CaseError` an activity raises into one non-retryable failure."""

    def intercept_activity(
        self,
        next: ActivityInboundInterceptor,  # noqa: A002 -- the SDK's name
    ) -> ActivityInboundInterceptor:
        """Wrap the chain of one activity."""
        return _Inbound(next)


class _Inbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        try:
            return await super().execute_activity(input)
        except CaseError as error:
            raise failure(error) from error
        except SequenceError as error:  # repeating it mends nothing, and would hold the lock
            raise ApplicationError(
                str(error), type="record.out_of_sequence", non_retryable=True
            ) from error

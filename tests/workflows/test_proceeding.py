"""The one door and the clocks, on the real server with moved time."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import WorkflowUpdateFailedError
from temporalio.worker import Worker

from cases.ethics_review.acts import Accept, Declare, OpenMeeting, Submit
from cases.ethics_review.state import Outcome
from cases.ethics_review.vote import CastBallot, OpenVote
from cases.expert_review.acts import Accept as AcceptExpert
from cases.follow_up import Conclude, Report, Result
from cases.proceeding import Actor, Paper
from cases.recording import PaperOrder, Receipt, Recorded, Recording, Request
from tests.makers import ethics_opening, follow_up_opening
from worker import RUNNER, WORKFLOWS
from workflows.ethics_review import EthicsReview
from workflows.follow_up import FollowUp
from workflows.options import ISSUE_PAPER, RECORD
from workflows.refusals import Refusals, refusal

SIX = tuple(f"m{n}" for n in range(1, 7))


class Office:
    """Activities that remember instead of writing."""

    def __init__(self):
        self.recordings: list[Recording] = []
        self.papers: list[PaperOrder] = []
        self.slow = 0.0

    @property
    def kinds(self):
        return [e.kind for r in self.recordings for e in r.events]

    @activity.defn(name=RECORD)
    async def record(self, recording: Recording) -> Recorded:
        await asyncio.sleep(self.slow)
        self.recordings.append(recording)
        receipt = Receipt(
            proceeding=recording.proceeding,
            request=recording.request,
            digest=recording.digest,
            seq=recording.first + len(recording.events) - 1,
            kinds=tuple(e.kind for e in recording.events),
            at=recording.at,
        )
        return Recorded(receipt=receipt, events=recording.events)

    @activity.defn(name=ISSUE_PAPER)
    async def issue(self, order: PaperOrder) -> Paper:
        self.papers.append(order)
        return Paper(template=order.template, number="第0001号", sha256="0" * 64)


@asynccontextmanager
async def staffed(client):
    office = Office()
    async with Worker(
        client,
        task_queue="office",
        workflows=WORKFLOWS,
        activities=[office.record, office.issue],
        interceptors=[Refusals()],
        workflow_runner=RUNNER,
    ):
        yield office


@pytest.fixture
async def office(temporal):
    """An office in real time."""
    async with staffed(temporal) as office:
        yield office


@pytest.fixture
async def patient_office(env):
    """An office where time skips ahead whenever nothing happens."""
    async with staffed(env.client) as office:
        yield office


async def until(holds):
    for _ in range(400):
        if holds():
            return
        await asyncio.sleep(0.05)
    pytest.fail("it did not happen")


def request(act, person="m1", id_=None):
    return Request(
        id=id_ or uuid4().hex,
        digest=f"{act}",
        actor=Actor(person=person, body="c1", role="member"),
        salt="ab" * 32,
        policy="p",
        act=act,
    )


async def start(client, workflow, opening):
    case = f"BJ-2026-{uuid4().hex[:6]}"
    return await client.start_workflow(
        workflow.run, replace(opening, case=case), id=f"{uuid4()}", task_queue="office"
    )


async def act(handle, deed, person="m1", id_=None):
    return await handle.execute_update(EthicsReview.act, request(deed, person, id_))


async def accepted(client):
    review = await start(client, EthicsReview, ethics_opening(listed=False))
    await act(review, Submit(pledge=True))
    await act(review, Accept())
    return review


async def voting(client):
    review = await accepted(client)
    for member in SIX:
        await act(review, Declare(conflict=False), member)
    await act(review, OpenMeeting(present=SIX))
    await act(review, OpenVote())
    return review


async def refused(awaitable):
    with pytest.raises(WorkflowUpdateFailedError) as failure:
        await awaitable
    return refusal(failure.value.cause)


async def test_four_equal_ballots_sent_at_once_count_once(temporal, office):
    review = await voting(temporal)
    office.slow = 0.2
    ballot = CastBallot(choice=Outcome.APPROVE)

    answers = await asyncio.gather(
        *(act(review, ballot) for _ in range(4)), return_exceptions=True
    )

    assert sum(isinstance(a, Receipt) for a in answers) == 1
    assert office.kinds.count("ethics_review.ballot_cast") == 1
    await review.terminate()


async def test_the_same_request_gets_the_same_receipt(temporal, office):
    review = await voting(temporal)
    ballot = request(CastBallot(choice=Outcome.APPROVE), "m2")

    first = await review.execute_update(EthicsReview.act, ballot, id="u1")
    again = await review.execute_update(EthicsReview.act, ballot, id="u2")

    assert first == again
    assert office.kinds.count("ethics_review.ballot_cast") == 1
    await review.terminate()


async def test_a_refusal_travels_with_its_grounds_and_leaves_nothing(temporal, office):
    review = await accepted(temporal)
    await until(lambda: office.kinds.count("paper.issued") == 2)  # pledge and acceptance
    before = len(office.recordings)

    found = await refused(act(review, OpenMeeting(present=("m1",))))

    assert found.code == "declaration.missing"
    assert found.reasons[0].citation.article == 8
    assert found.words.en.startswith("m1")
    assert len(office.recordings) == before
    await review.terminate()


async def test_an_act_of_another_procedure_is_refused(temporal, office):
    review = await accepted(temporal)

    assert (await refused(act(review, AcceptExpert()))).code == "act.wrong_stage"
    await review.terminate()


async def test_a_late_review_is_reminded_of_once_breached_once_and_stays_open(
    env, patient_office
):
    office = patient_office
    review = await accepted(env.client)

    await until(lambda: "clock.breached" in office.kinds)

    assert office.kinds.count("clock.reminded") == 1
    assert office.kinds.count("clock.breached") == 1
    reminded = next(r for r in office.recordings if r.events[0].kind == "clock.reminded")
    breached = next(r for r in office.recordings if r.events[0].kind == "clock.breached")
    begun = next(r for r in office.recordings if r.events[-1].kind == "clock.started")
    clock = begun.events[-1].clock
    assert timedelta(0) <= reminded.at - clock.remind_at < timedelta(minutes=1)
    assert timedelta(0) <= breached.at - clock.ends_at < timedelta(minutes=1)
    assert reminded.actor.role == "system"
    await review.terminate()


async def test_a_follow_up_that_goes_on_begins_the_next(temporal, office):
    first = await start(temporal, FollowUp, follow_up_opening())
    await until(lambda: office.recordings)
    case = office.recordings[0].case
    await first.execute_update(FollowUp.act, request(Report(summary="按计划")))
    await first.execute_update(FollowUp.act, request(Conclude(result=Result.CONTINUE)))

    assert await first.result() == "continue"
    following = temporal.get_workflow_handle(f"follow-up/{case}/2")
    await until(lambda: any(r.proceeding.endswith("/2") for r in office.recordings))
    opened = next(r for r in office.recordings if r.proceeding.endswith("/2")).events[0]
    assert opened.opening.ordinal == 2
    await following.terminate()


async def test_what_acts_say_is_sealed_in_the_engine(temporal, office):
    review = await voting(temporal)
    await act(review, CastBallot(choice=Outcome.NOT_APPROVE, reason="风险防控措施不足"), "m3")

    history = (await review.fetch_history()).to_json()

    assert "风险防控" not in history
    assert "NOT_APPROVE" not in history
    assert "not_approve" not in history
    await review.terminate()

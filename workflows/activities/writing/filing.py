"""Papers of the algorithm filing."""

from cases.filing import CLOCK, Filing
from cases.labels import ROLES_IN_FILING
from documents.papers import FilingNotice, Head, PublicationText, ReturnNotice
from forms.library import questionnaire
from forms.prefill import prefill
from law.filing_number import parse
from law.words import Words
from records.facts import Facts
from workflows.activities.writing.base import grounds

_PROVISIONS = "algorithm_recommendation_2022"


def publication_text(facts: Facts, head: Head) -> PublicationText:
    """Write what the institution will publish of the algorithm, in the form's own boxes."""
    said, _ = prefill(questionnaire("publication_text"), facts.answers)
    return PublicationText(
        head=head,
        algorithm=said.get("algorithm_name", ""),
        principle=said.get("principle", ""),
        mechanism=said.get("mechanism", ""),
        scenario=said.get("scenario", ""),
        purpose=said.get("intent", ""),
        grounds=grounds(_PROVISIONS, ("notice_to_users", "display"), on=head.issued_on),
    )


def return_notice(facts: Facts, head: Head) -> ReturnNotice:
    """Write why the authority did not record the filing, item by item."""
    filing: Filing = facts.state
    returned = [done for done in facts.done if done.kind == "filing.returned"][-1]
    return ReturnNotice(
        head=head,
        received_on=filing.clock(CLOCK).started_on,
        items=tuple(returned.words.values()),
        grounds=grounds(_PROVISIONS, ("examination",), on=head.issued_on),
    )


def filing_notice(facts: Facts, head: Head) -> FilingNotice:
    """Write the notice that the filing is recorded, with its number."""
    filing: Filing = facts.state
    number = parse(filing.number)
    warning = Words(
        "编号校验位与推算规则不符，按原件登记",
        "the number fails the derived check digit and is recorded as printed",
    )
    asked = facts.answers["filing"]
    return FilingNotice(
        head=head,
        filing_number=filing.number,
        algorithm=asked["algorithm_name"],
        algorithm_class=number.algorithm_class.words,
        role=ROLES_IN_FILING[filing.opening.role],
        product=facts.answers["service"]["name"],
        purpose=asked["scenario"],
        warning=None if number.check_holds else warning,
        grounds=grounds(_PROVISIONS, ("examination", "display"), on=head.issued_on),
    )

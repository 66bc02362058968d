"""The words a policy row may use; a row with any other word stops the start."""

from typing import Final

ROLES: Final = frozenset(
    {
        "applicant",
        "officer",
        "safety_head",
        "secretary",
        "chair",
        "vice_chair",
        "member",
        "organiser",
        "expert",
        "safety_examiner",
        "filing_examiner",
        "regulator",
        "operator",
    }
)
EVERYBODY: Final = "any"
"""Stands in rows for whoever asks, also without a token."""

STAGES: Final = frozenset({"*", "draft"})
RELATIONS: Final = frozenset(
    {
        "own",
        "own_in_another_seat",
        "same_institution",
        "this_committee",
        "seated",
        "organises",
        "in_group",
        "same_authority",
        "jurisdiction",
        "undeclared",
        "recused",
    }
)
EFFECTS: Final = frozenset({"allow", "deny"})
OTHER_ACTS: Final = frozenset(
    {
        "case.attach",
        "case.create",
        "case.list",
        "case.read",
        "case.read_dossier",
        "case.read_draft",
        "case.edit",
        "case.sign_off",
        "filing.propose_number",
        "inbox.read",
        "law.read",
        "register.read",
        "paper.verify",
        "person.list_experts",
        "person.read_self",
        "receipt.read",
        "service.read",
        "trail.checkpoint",
        "trail.cosign",
        "trail.feed",
        "trail.read",
        "webhook.manage",
    }
)
"""Acts beside those of the proceedings, which name themselves."""

"""Everything is judged at the time it is proven to be of, and by all lists there are."""

import asyncio

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from documents.verify import verify
from documents.verifying.judging import Judge
from documents.verifying.reading import Reader
from documents.verifying.trust import Trust, trusted
from tests.documents.dated import (
    ARCH,
    ARCH_SHORT,
    BODY,
    CLEAN,
    DAY,
    EVIL,
    LATE,
    NOW,
    ROOT,
    SHORT,
    SIGN,
    SROOT,
    T0,
    TRUST,
    TSA,
    TSA_SHORT,
    Liar,
    crl,
    good,
    idp,
    inside,
    lists,
    own_address,
    paper,
)

RENEWAL = [(ARCH, T0 + 400 * DAY)]
CASES = [
    (
        "all is well",
        good,
        lambda: TRUST,
        {
            "holds": True,
            "chain": "pass",
            "revocation": "pass",
            "times": "pass",
            "archive": "pass",
        },
    ),
    (
        "signer and its time-stamper ended later",
        lambda: paper(SHORT, TSA_SHORT),
        lambda: TRUST,
        {"holds": True, "chain": "pass", "revocation": "pass", "times": "pass"},
    ),
    (
        "signer had ended before",
        lambda: paper(LATE),
        lambda: TRUST,
        {"holds": False, "chain": "fail"},
    ),
    (
        "revoked before, list inside",
        lambda: paper(lists=(crl(ROOT), crl(SIGN, [(BODY, T0 - DAY)]), crl(SROOT))),
        lambda: TRUST,
        {"holds": False, "revocation": "fail", "noted": "2019-12-31"},
    ),
    (
        "revoked after, newer list of the operator",
        good,
        lambda: lists(crl(SIGN, [(BODY, T0 + DAY)], at=NOW - DAY)),
        {"holds": True, "revocation": "pass", "noted": "2020-01-02"},
    ),
    (
        "revoked before, only the operator's newer list says so",
        good,
        lambda: lists(crl(SIGN, [(BODY, T0 - DAY)], at=NOW - DAY)),
        {"holds": False, "revocation": "fail"},
    ),
    (
        "the same, and the certificate ended since",
        lambda: paper(SHORT),
        lambda: lists(crl(SIGN, [(SHORT, T0 - DAY)], at=NOW - DAY)),
        {"holds": False, "revocation": "fail"},
    ),
    (
        "no list at all",
        lambda: paper(lists=()),
        lambda: TRUST,
        {"holds": True, "revocation": "unknown"},
    ),
    (
        "no list of the hand's authority",
        lambda: paper(lists=(crl(ROOT), crl(SROOT))),
        lambda: TRUST,
        {"holds": True, "revocation": "unknown"},
    ),
    (
        "no list inside, the operator's newer one",
        lambda: paper(lists=()),
        lambda: lists(*(crl(c, at=NOW - DAY) for c in (ROOT, SIGN, SROOT))),
        {"holds": True, "revocation": "pass"},
    ),
    (
        "lists were stale when it was signed",
        lambda: paper(lists=[crl(c, at=T0 - 60 * DAY) for c in (ROOT, SIGN, SROOT)]),
        lambda: TRUST,
        {"holds": True, "revocation": "unknown"},
    ),
    (
        "a newer list made after the certificate ended does not vouch",
        lambda: paper(SHORT, lists=(crl(ROOT), crl(SROOT))),
        lambda: lists(crl(SIGN, at=NOW - DAY)),
        {"holds": True, "revocation": "unknown"},
    ),
    (
        "a forged list that revokes",
        good,
        lambda: lists(crl(SIGN, [(BODY, T0 - DAY)], key=EVIL)),
        {"holds": True, "revocation": "pass"},
    ),
    (
        "a forged list that vouches",
        lambda: paper(lists=(crl(ROOT), crl(SROOT), crl(SIGN, key=EVIL))),
        lambda: TRUST,
        {"holds": True, "revocation": "unknown"},
    ),
    (
        "signing authority revoked before",
        good,
        lambda: lists(crl(ROOT, [(SIGN, T0 - DAY)], at=NOW - DAY)),
        {"holds": False, "revocation": "fail"},
    ),
    (
        "signing authority revoked after",
        good,
        lambda: lists(crl(ROOT, [(SIGN, T0 + DAY)], at=NOW - DAY)),
        {"holds": True, "revocation": "pass"},
    ),
    (
        "key lost before, revoked after",
        good,
        lambda: lists(crl(SIGN, [(BODY, T0 + DAY)], at=NOW - DAY, lost=T0 - DAY)),
        {"holds": False, "revocation": "fail"},
    ),
    (
        "removed from a list",
        good,
        lambda: lists(
            crl(
                SIGN,
                [(BODY, T0 - DAY)],
                at=NOW - DAY,
                delta=True,
                reason=x509.ReasonFlags.remove_from_crl,
            )
        ),
        {"holds": True, "revocation": "pass"},
    ),
    (
        "list of authorities only",
        lambda: inside(crl(SIGN, scope=idp(only_contains_ca_certs=True))),
        lambda: TRUST,
        {"revocation": "unknown"},
    ),
    (
        "list of users only",
        lambda: inside(crl(SIGN, scope=idp(only_contains_user_certs=True))),
        lambda: TRUST,
        {"revocation": "pass"},
    ),
    (
        "list of some reasons",
        lambda: inside(
            crl(
                SIGN, scope=idp(only_some_reasons=frozenset([x509.ReasonFlags.key_compromise]))
            )
        ),
        lambda: TRUST,
        {"revocation": "unknown"},
    ),
    (
        "list of another part",
        lambda: inside(
            crl(SIGN, scope=idp(full_name=[x509.UniformResourceIdentifier("http://x/other")]))
        ),
        lambda: TRUST,
        {"revocation": "unknown"},
    ),
    (
        "list of its own part",
        lambda: inside(
            crl(
                SIGN,
                scope=idp(full_name=[x509.UniformResourceIdentifier(own_address(SIGN))]),
            )
        ),
        lambda: TRUST,
        {"revocation": "pass"},
    ),
    (
        "list of changes only",
        lambda: inside(crl(SIGN, delta=True)),
        lambda: TRUST,
        {"revocation": "unknown"},
    ),
    (
        "list of changes that revokes",
        lambda: inside(crl(SIGN, [(BODY, T0 - DAY)], delta=True)),
        lambda: TRUST,
        {"revocation": "fail", "holds": False},
    ),
    (
        "indirect list that names its serial",
        lambda: inside(crl(SIGN, [(BODY, T0 - DAY)], scope=idp(indirect_crl=True))),
        lambda: TRUST,
        {"revocation": "unknown"},
    ),
    (
        "stampers' root does not make signers",
        good,
        lambda: Trust((SROOT.pem,), (SROOT.pem,)),
        {"holds": False, "chain": "fail", "times": "pass"},
    ),
    (
        "signers' root does not make stampers",
        good,
        lambda: Trust((ROOT.pem,), (ROOT.pem,)),
        {"holds": False, "times": "unknown", "archive": "fail"},
    ),
    (
        "no archive: stamper and signer ended",
        lambda: paper(SHORT, TSA_SHORT, None),
        lambda: TRUST,
        {"holds": False, "chain": "fail", "times": "unknown"},
    ),
    (
        "no archive: stamper lasts, signer ended",
        lambda: paper(SHORT, TSA, None),
        lambda: lists(*CLEAN, crl(SROOT, at=NOW - DAY)),
        {"holds": True, "times": "pass", "archive": "unknown", "revocation": "pass"},
    ),
    (
        "stamper revoked before the archive",
        good,
        lambda: lists(crl(SROOT, [(TSA, T0)], at=NOW - DAY)),
        {"holds": True, "times": "unknown", "chain": "pass"},
    ),
    (
        "stamper revoked after the archive",
        good,
        lambda: lists(crl(SROOT, [(TSA, T0 + DAY)], at=NOW - DAY)),
        {"holds": True, "times": "pass", "noted": "2020-01-02"},
    ),
    (
        "archive stamper revoked",
        good,
        lambda: lists(crl(SROOT, [(ARCH, T0 + DAY)], at=NOW - DAY)),
        {"holds": False, "archive": "fail"},
    ),
    (
        "archive stamper ended",
        lambda: paper(arch=ARCH_SHORT),
        lambda: TRUST,
        {"holds": False, "archive": "fail"},
    ),
    (
        "archive stamper ended, renewed in time",
        lambda: paper(SHORT, TSA_SHORT, ARCH_SHORT, again=RENEWAL),
        lambda: TRUST,
        {"holds": True, "archive": "pass", "times": "pass"},
    ),
    (
        "archive stamper ended, renewed too late",
        lambda: paper(SHORT, TSA_SHORT, ARCH_SHORT, again=[(ARCH, T0 + 600 * DAY)]),
        lambda: TRUST,
        {"holds": False, "archive": "fail"},
    ),
    (
        "archive stamper revoked after its renewal",
        lambda: paper(SHORT, TSA_SHORT, ARCH_SHORT, again=RENEWAL),
        lambda: lists(crl(SROOT, [(ARCH_SHORT, T0 + 450 * DAY)], at=NOW - DAY)),
        {"holds": True, "archive": "pass"},
    ),
    (
        "archive stamper revoked before its renewal",
        lambda: paper(SHORT, TSA_SHORT, ARCH_SHORT, again=RENEWAL),
        lambda: lists(crl(SROOT, [(ARCH_SHORT, T0 + 350 * DAY)], at=NOW - DAY)),
        {"holds": False, "archive": "fail"},
    ),
    (
        "time-stamps of something else",
        lambda: paper(kind=Liar),
        lambda: TRUST,
        {"times": "unknown", "chain": "pass"},
    ),
    (
        "the same, signer ended since, no archive",
        lambda: paper(SHORT, kind=Liar, arch=None),
        lambda: TRUST,
        {"holds": False, "chain": "fail"},
    ),
]


@pytest.mark.parametrize(
    ("paper_", "trust", "wanted"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_judged_at_its_time(paper_, trust, wanted):
    verdict = verify(paper_(), trust(), NOW)

    told = {check.name: check.answer.value for check in verdict.checks}
    told["noted"] = next((s.revoked_at for s in verdict.signatures if s.revoked_at), "")[:10]
    told["holds"] = bool(verdict)
    assert {name: told[name] for name in wanted} == wanted


def test_a_signature_names_its_certificate():
    signature = verify(good(), TRUST, NOW).signatures[0]

    assert signature.serial == f"{BODY.certificate.serial_number:x}"
    assert signature.fingerprint == BODY.certificate.fingerprint(hashes.SHA256()).hex()


def test_of_two_tokens_in_one_signature_none_proves_a_time():
    one = Reader(good()).embedded_regular_signatures[0]
    unsigned = one.signer_info["unsigned_attrs"]
    token = next(a for a in unsigned if a["type"].native == "signature_time_stamp_token")

    assert asyncio.run(Judge(TRUST, [], CLEAN).signature(one, NOW)).proof is not None
    token["values"].append(token["values"][0].copy())
    assert asyncio.run(Judge(TRUST, [], CLEAN).signature(one, NOW)).proof is None


@pytest.mark.parametrize(("roots", "lists_"), [(b"no certificate", ()), (None, (b"no list",))])
def test_a_broken_trust_is_refused_when_it_is_read(roots, lists_):
    with pytest.raises(ValueError):  # noqa: PT011 -- in the words of whoever reads it
        trusted([roots or ROOT.pem], [ROOT.pem], lists_)

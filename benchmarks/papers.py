"""Papers: a letter beside plain WeasyPrint and Chromium, signing, two processes, verify."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import orjson
import weasyprint  # pyright: ignore[reportMissingTypeStubs] -- none are published

from documents import pdf
from documents.html import html
from documents.keys import Keys
from documents.papers import DecisionLetter, Head, Signatory, record
from documents.pki import DevelopmentAuthority
from documents.press import Press
from documents.sign import Hand, Seal, Sealer
from documents.verify import verify
from law.finding import Reason
from law.parameters import cite
from law.words import Words

_ROUNDS: Final = 15
_LETTERS: Final = 100
_DAY: Final = date(2026, 11, 24)
_BODY: Final = "首善大学科技伦理审查委员会"
_NAMES: Final = ("王镕", "李喆", "欧阳䶮")


def main() -> None:
    """Print each figure, its limit, and its floor."""
    letter = _letter()
    text, facts = html(letter), orjson.dumps(record(letter))
    ours = _median(lambda: pdf.lay_out(text, facts, _DAY))
    plain = _median(lambda: _plain(text))
    print(f"letter, PDF/A-3a and UA-1: {ours * 1e3:.0f} ms (<= 1.3 times)")
    print(f"  floor, plain WeasyPrint: {plain * 1e3:.0f} ms; ratio {ours / plain:.2f}")
    _chromium(text, ours)
    _signing(letter, facts)
    asyncio.run(_two_processes(text, facts))


def _letter() -> DecisionLetter:
    approved, refused = Words("批准", "approved"), Words("不予批准", "not approved")
    rows = (("到会委员不少于五人", 14), ("到会委员三分之二以上同意", 16))
    return DecisionLetter(
        head=Head(
            number="伦审字〔2026〕第0001号",
            case="BJ-2026-000001",
            proceeding="ethics-review/BJ-2026-000001/1",
            issuer=Words(_BODY, "Ethics committee"),
            addressee=Words("首善大学", "Shoushan University"),
            project="面向公众的问答模型",
            issued_on=_DAY,
            verify_at="https://shenbei.test/verify/3F9A-77C0-1B2E-84D5",
        ),
        grounds=tuple(
            Reason(Words(words, ""), cite("ethics_measures_2023", article))
            for words, article in rows
        ),
        signatories=tuple(
            Signatory(person=name, name=name, role=Words("委员", "member"), act="x", event="0")
            for name in _NAMES
        ),
        outcome=approved,
        accepted_on=_DAY,
        due_on=_DAY,
        late=False,
        present=6,
        needed=4,
        tally=((approved, 5), (refused, 1)),
        opinion=None,
        reasons=("风险受益比合理，知情同意书可以理解。",) * 3,
    )


def _plain(text: str) -> None:
    fonts, *sheets = pdf.style()
    source: Any = weasyprint.HTML(string=text, url_fetcher=pdf.Assets())
    source.write_pdf(stylesheets=sheets, font_config=fonts)


def _chromium(text: str, ours: float) -> None:
    program = shutil.which("chromium")
    if program is None:
        print("  chromium is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "letter.html"
        page.write_text(text, "utf-8")
        quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        printing: list[Any] = [program, *quiet, f"--print-to-pdf={folder}/x.pdf", page]

        def print_it() -> None:
            subprocess.run(printing, check=True, capture_output=True)  # noqa: S603 -- our own

        taken = _median(print_it, 3)
    print(f"  headless Chromium: {taken * 1e3:.0f} ms; ratio {ours / taken:.2f} (< 1)")


def _signing(letter: DecisionLetter, facts: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        authority = DevelopmentAuthority(folder / "pki")
        sealer = Sealer(Keys(authority))
        (folder / "seal.pdf").write_bytes(pdf.seal_pdf(_BODY))
        (folder / "hand.pdf").write_bytes(pdf.hand_pdf(_NAMES[0]))
        seal = Seal("c1", _BODY, folder / "seal.pdf")
        hands = [Hand(who, folder / "hand.pdf") for who in letter.signatories]
        text = html(letter)

        def sign() -> bytes:
            return sealer.seal(pdf.lay_out(text, facts, _DAY), seal, hands)

        signed = sign()
        times = _times(sign)
        verifying = _times(lambda: verify(signed, authority.trust()))
        middle = times[len(times) // 2]
        print(
            "letter set, with three signatures and a seal, B-LTA: "
            f"p50 {middle:.2f} s, p95 {times[-1]:.2f} s (<= 1.5 s)"
        )
        middle = verifying[len(verifying) // 2] * 1e3
        print(f"verify its four signatures and the archive stamp: {middle:.0f} ms (<= 200 ms)")


async def _two_processes(text: str, facts: bytes) -> None:
    taken: list[float] = []
    for workers in (1, 2):
        press = Press(workers)
        try:
            await asyncio.gather(
                *(press.lay_out(text, facts, _DAY) for _ in range(workers * 2))
            )
            start = perf_counter()
            letters = (press.lay_out(text, facts, _DAY) for _ in range(_LETTERS))
            await asyncio.gather(*letters)
            taken.append(perf_counter() - start)
        finally:
            press.close()
    one, two = taken
    print(f"{_LETTERS} letters on two processes: {two:.1f} s (>= 1.7 times as fast)")
    print(f"  floor, on one: {one:.1f} s; ratio {one / two:.2f}")


def _times(job: Callable[[], Any], rounds: int = _ROUNDS) -> list[float]:
    job()
    found: list[float] = []
    for _ in range(rounds):
        start = perf_counter()
        job()
        found.append(perf_counter() - start)
    return sorted(found)


def _median(job: Callable[[], Any], rounds: int = _ROUNDS) -> float:
    return _times(job, rounds)[rounds // 2]


if __name__ == "__main__":
    main()

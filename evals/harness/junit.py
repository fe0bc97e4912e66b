"""A run as JUnit XML: a test suite for each suite, a case for each threshold and for each case of it."""

from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from evals.harness.keeping import RunReport
from evals.suites import EvalReport, shortfalls


def write_junit(report: RunReport, file: Path) -> None:
    """Write the file that build servers read."""
    root = Element("testsuites", name="provost eval")
    for suite in report["suites"]:
        root.append(_suite(suite))
        for beside in suite.get("beside", []):
            root.append(_suite(beside))
    indent(root)
    ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _suite(report: EvalReport) -> Element:
    cases = [*_thresholds(report), *_cases(report)]
    failed = sum(case.find("failure") is not None for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    name = f"{report['suite']} ({report['model']})"
    counts = {"tests": str(len(cases)), "failures": str(failed), "skipped": str(skipped), "errors": "0"}
    found = Element("testsuite", {"name": name, **counts})
    found.extend(cases)
    return found


def _thresholds(report: EvalReport) -> list[Element]:
    if "skipped" in report:
        case = Element("testcase", classname=report["suite"], name="data")
        SubElement(case, "skipped", message=report["skipped"])
        return [case]
    missed = set(shortfalls(report["metrics"], report["thresholds"]))
    found = []
    for name, bounds in report["thresholds"].items():
        case = Element("testcase", classname=f"{report['suite']}.threshold", name=name)
        if name in missed:
            said = f"{report['metrics'].get(name, 'not measured')}, bounds {dict(bounds)}"
            SubElement(case, "failure", message=said)
        found.append(case)
    return found


def _cases(report: EvalReport) -> list[Element]:
    found = []
    for each in report.get("cases", []):
        name = f"{each['id']} seed {each['seed']}"
        case = Element("testcase", classname=f"{report['suite']}.{each['kind']}", name=name, time=str(each["seconds"]))
        if each["wrong"]:
            SubElement(case, "failure", message="; ".join(each["wrong"]))
        found.append(case)
    return found

"""Zips and XML that are built to harm: each is refused with a reason, in little time and memory."""

# ruff: noqa: E501 - pieces of reports

import io
import time
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reports.archive import Budget, unpack
from bot.reports.junit import read_report
from bot.reports.tree import MAX_DEPTH, Malformed, read_tree
from bot.triage import read_artifact

REPORT = (
    b'<testsuite name="tea"><testcase name="is hot"><failure message="it is cold"/></testcase></testsuite>'
)
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><testsuite name="&c;"/>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<testsuite><testcase name="&x;"/></testsuite>"""
REMOTE = b'<!DOCTYPE t SYSTEM "http://169.254.169.254/latest/x.dtd"><testsuite/>'


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def everything(_path: str) -> bool:
    return True


@pytest.mark.parametrize("data", [LAUGHS, OUTSIDE, REMOTE])
def test_document_types_and_entities_are_refused(data: bytes):
    with pytest.raises(Malformed, match="document type or entities"):
        read_tree(data)


def test_deep_nesting_is_refused():
    with pytest.raises(Malformed, match=f"deeper than {MAX_DEPTH}"):
        read_tree(b"<testsuite>" * 100_000)


def test_too_many_elements_are_refused():
    with pytest.raises(Malformed, match="too many"):
        read_tree(b"<testsuite>" + b"<a/>" * 500_001)


def test_a_text_of_100_megabytes_is_cut():
    data = (
        b"<testsuite><testcase name='t'><failure>" + b"x" * (100 << 20) + b"</failure></testcase></testsuite>"
    )
    begun = time.process_time()
    (failure,) = read_report(data).failures
    assert len(failure.message) <= 32 * 1024
    assert time.process_time() - begun < 30


def test_output_of_tests_is_not_kept():
    output = (
        b"<system-out>[[ATTACHMENT|shot.png]]" + b"y" * (1 << 20) + b"<![CDATA[<failure/>]]></system-out>"
    )
    data = b'<testsuite><testcase name="t">' + output + b"</testcase></testsuite>"
    assert read_report(data).failures == ()
    assert read_report(data).totals[0].passed == 1


@pytest.mark.parametrize("end", [20, 60, 90])
def test_a_report_that_was_cut_is_refused(end: int):
    with pytest.raises(Malformed, match="no well-formed XML"):
        read_report(REPORT[:end])


@pytest.mark.parametrize("data", [b"", b"\0" * 100, b"{}", b"<html><body/></html>", b"PK\x03\x04"])
def test_what_is_no_report_is_refused(data: bytes):
    with pytest.raises(Malformed):
        read_report(data)


@pytest.mark.parametrize(
    "data",
    [
        b'<?xml version="1.0" encoding="utf-8"?>' + REPORT.replace(b"cold", "k\xe4lt".encode("latin-1")),
        b'<?xml version="1.0" encoding="windows-1252"?>'
        + REPORT.replace(b"cold", "k\xe4lt".encode("cp1252")),
        ('<?xml version="1.0" encoding="utf-16"?>' + REPORT.decode()).encode("utf-16"),
        b"\xef\xbb\xbf" + REPORT,
        REPORT.replace(b"cold", b"\x1b[31mcold\x1b[0m"),
        REPORT.replace(b"cold", b"&#x1B;[31mcold&#27;[0m&#0;"),
    ],
    ids=["not utf-8", "windows", "utf-16", "mark", "escapes", "references"],
)
def test_encodings_that_runners_get_wrong_are_read(data: bytes):
    (failure,) = read_report(data).failures
    assert failure.test == "is hot"
    assert failure.message.startswith("it is ")
    assert "\x1b" not in failure.message


def test_an_encoding_that_nobody_knows_is_refused():
    with pytest.raises(Malformed, match="encoding"):
        read_report(b'<?xml version="1.0" encoding="klingon"?>' + REPORT)


@given(st.binary(max_size=300))
def test_no_bytes_break_it(data: bytes):
    read_artifact(data, ("*",))
    read_artifact(packed({"junit.xml": data}), ("*.xml",))


@given(st.lists(st.sampled_from(["<testsuites>", "<testsuite name='a'>", "<testcase name='t' line='x'>",
    "<failure message='&#10;'>", "</failure>", "</testcase>", "</testsuite>", "</testsuites>", "text", "<skipped/>",
    "<error type='E'/>", "<testcase/>", "<flakyFailure/>"]), max_size=20))  # fmt: skip
def test_no_report_breaks_it(parts: list[str]):
    reading = read_artifact(packed({"junit.xml": "".join(parts).encode()}), ("*.xml",))
    assert len(reading.failures) == len(reading.excerpts)


@pytest.mark.parametrize(
    "name", ["../junit.xml", "/etc/junit.xml", "a/../../junit.xml", "C:\\junit.xml", "..\\junit.xml"]
)
def test_paths_that_lead_out_are_not_read(name: str):
    found = unpack(packed({name: REPORT, "in/junit.xml": REPORT}), everything)
    assert [path for path, _ in found.files] == ["in/junit.xml"]


def test_a_file_that_inflates_too_much_is_not_read():
    bomb = packed({"junit.xml": b" " * (15 << 20), "tea.xml": REPORT})
    found = unpack(bomb, everything)
    assert [path for path, _ in found.files] == ["tea.xml"]
    assert found.gaps == ("junit.xml inflates more than 200 to 1",)


def test_a_file_that_is_too_large_is_not_inflated():
    found = unpack(packed({"junit.xml": b"x" * (17 << 20)}), everything)
    assert found.files == ()
    assert found.gaps == ("junit.xml is larger than 16 MiB",)


def test_a_size_that_lies_is_found_out():
    honest = packed({"junit.xml": b"a" * 5000 + b"b" * 5000})
    lying = honest.replace((10_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    found = unpack(lying, everything, Budget(file=100))
    assert found.files == ()
    assert found.gaps


def test_all_reports_together_have_a_limit():
    files = {f"{number}.xml": bytes([number]) * 1000 for number in range(10)}
    found = unpack(packed(files), everything, Budget(total=4500))
    assert len(found.files) == 4
    assert found.gaps


def test_entries_are_counted_before_anything_is_read():
    found = unpack(packed({f"{number}.xml": b"" for number in range(30)}), everything, Budget(entries=20))
    assert found.files == ()
    assert found.gaps == ("it lists more than 20 files",)


def test_more_reports_than_are_read_are_said():
    found = unpack(packed({f"{number}.xml": b"x" for number in range(9)}), everything, Budget(files=5))
    assert len(found.files) == 5
    assert found.gaps == ("9 files are reports, the first 5 were read",)


@pytest.mark.parametrize("damage", ["cut", "flipped", "method", "encrypted", "not a zip"])
def test_a_damaged_archive_is_said(damage: str):
    data = bytearray(packed({"junit.xml": REPORT * 20}))
    head = data.index(b"PK\x01\x02")
    match damage:
        case "cut":
            del data[head:]
        case "flipped":
            data[60:70] = b"\xff" * 10
        case "method":
            data[head + 10] = 99
        case "encrypted":
            data[head + 8] |= 1
        case _:
            data = bytearray(zlib.compress(REPORT))
    found = unpack(bytes(data), everything)
    assert found.files == ()
    assert found.gaps


def test_an_archive_inside_is_not_opened():
    assert read_artifact(packed({"inner.xml": packed({"junit.xml": REPORT})}), ("*.xml",)).failures == ()


def test_secrets_are_not_kept():
    secret = "ghp_" + "Zz9" * 12
    data = REPORT.replace(b"cold", secret.encode()).replace(b"is hot", b"is " + secret.encode())
    reading = read_artifact(packed({f"{secret}.xml": b"<", "junit.xml": data}), ("*.xml",))
    assert reading.failures
    assert secret not in repr(reading)

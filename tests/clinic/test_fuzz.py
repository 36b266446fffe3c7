from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher.clinic import ClinicError, read_clients, read_clinic
from matcher.clinic.schema import CLIENTS

HEADER = b"therapist_id,name,concerns,formats,capacity\n"
LIKELY = st.lists(
    st.sampled_from(
        [
            b'"',
            b",",
            b"\n",
            b"\r\n",
            b"\r",
            b";",
            b"T1",
            b"depression",
            b"phone",
            b"1",
            b"\xff",
            b"\0",
            b"=1+1",
            b"'",
            b" ",
        ]
    ),
    max_size=40,
).map(b"".join)


@given(st.binary(max_size=200) | LIKELY, st.booleans())
@example(b"\xef\xbb\xbf", False)
@example(b"\xff\xfe", False)
@example(b'"', True)
@example(b"\r\r\r", True)
@settings(max_examples=100, deadline=None)
def test_any_bytes_either_load_or_raise_a_clinic_error(content: bytes, with_header: bool) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "therapists.csv").write_bytes((HEADER if with_header else b"") + content)
        try:
            clinic = read_clinic(folder)
        except ClinicError as error:
            said = str(error)
        else:
            said = "therapists.csv"
            rows = [problem for problem in clinic.problems if problem.kind == "row"]
            assert bool(rows) == bool(len(clinic.rejected["therapists"]))
            assert all(problem.line >= 1 and str(problem) for problem in rows)
        assert "therapists.csv" in said


CELL = st.text(max_size=20)


@given(st.lists(st.lists(CELL, min_size=len(CLIENTS.columns), max_size=len(CLIENTS.columns)), max_size=4))
@settings(max_examples=40, deadline=None)
def test_any_cells_either_load_or_are_set_aside_and_no_row_is_lost(rows: list[list[str]]) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace("\0", "").replace('"', '""') + '"'

    header = ",".join(column.name for column in CLIENTS.columns)
    numbered = [[f"C{i}", *row[1:]] for i, row in enumerate(rows)]
    text = "\n".join([header, *(",".join(map(quoted, row)) for row in numbered)])
    with TemporaryDirectory() as name:
        path = Path(name) / "clients.csv"
        path.write_bytes(text.encode("utf-8", "replace"))
        frame, _, rejected = read_clients(path)
    assert len(frame) + len(rejected) == len(rows)

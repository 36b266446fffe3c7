"""Every way a folder is known to be broken: whole files that load nothing, rows set aside, and oddities that load."""

from pathlib import Path

import pytest

from matcher.clinic import Clinic, ClinicError, read_clinic

THERAPISTS = "therapist_id,name,concerns,formats,capacity"
ANN = "T1,Ann,depression,phone,2"
CLIENTS = "client_id,concerns"
EPISODES = "episode_id,client_id,therapist_id,started_on"


def folder_of(tmp_path: Path, **files: str | bytes) -> Path:
    files = {"therapists": f"{THERAPISTS}\n{ANN}\n"} | files
    for name, content in files.items():
        raw = content.encode() if isinstance(content, str) else content
        (tmp_path / f"{name}.csv").write_bytes(raw)
    return tmp_path


def wide(table: str, *columns: str) -> str:
    return ",".join([{"therapists": THERAPISTS, "clients": CLIENTS, "episodes": EPISODES}[table], *columns])


WHOLE_FILES: dict[str, tuple[bytes, list[str]]] = {
    "empty": (b"", ["is empty", "header"]),
    "only a byte order mark": (b"\xef\xbb\xbf", ["is empty"]),
    "blank lines only": (b"\n\n\r\n", ["is empty"]),
    "UTF-16 with mark": (f"{THERAPISTS}\n{ANN}\n".encode("utf-16"), ["UTF-16", "CSV UTF-8"]),
    "UTF-16 without mark": (f"{THERAPISTS}\n{ANN}\n".encode("utf-16-le"), ["line 1", "NUL", "CSV UTF-8"]),
    "Windows-1252": (
        f"{THERAPISTS}\n{ANN}\nT2,André,sleep,phone,1\n".encode("cp1252"),
        ["line 3", "0xe9", "é", "UTF-8"],
    ),
    "a character cut off at the end": (f"{THERAPISTS}\n{ANN}\nT2,é".encode()[:-1], ["line 3", "breaks off"]),
    "NUL bytes": (f"{THERAPISTS}\n{ANN}\nT2,\0,sleep,phone,1\n".encode(), ["line 3", "NUL"]),
    "missing column": (b"therapist_id,name,formats,capacity\nT1,A,phone,1\n", ["line 1", "missing: concerns"]),
    "misspelt column": (b"therapist_id,name,concern,formats,capacity\n", ["concerns (did you mean concern?)"]),
    "several missing columns": (b"therapist_id,name\n", ["columns missing: concerns", "formats", "capacity"]),
    "doubled column": (f"{THERAPISTS},fee,Fee \n".encode(), ["fee occurs twice"]),
    "semicolons": (f"{THERAPISTS}\n{ANN}\n".replace(",", ";").encode(), ["separated by semicolons, not commas"]),
    "tabs": (f"{THERAPISTS}\n{ANN}\n".replace(",", "\t").encode(), ["separated by tabs"]),
    "a quotation mark never closed": (
        f'{THERAPISTS}\n{ANN}\nT2,"Bo,sleep,phone,1\n'.encode(),
        ["line 3", "never closed"],
    ),
    "an unclosed header": (b'"therapist_id,name\n', ["header", "not closed"]),
    "one cell swallows the file": (f'{THERAPISTS}\nT2,"{"x" * 140_000}'.encode(), ["line 2", "never closed"]),
    "an id for two people": (f"{THERAPISTS}\n{ANN}\n\nT1,Bo,sleep,phone,1\n".encode(), ["T1 on lines 2, 4", "own id"]),
    "an id for a good and a bad row": (f"{THERAPISTS}\n{ANN}\nT1,Bo,nosuch,phone,1\n".encode(), ["T1 on lines 2, 3"]),
    "an id for two bad rows": (f"{THERAPISTS}\nT9,A,x,phone,1\nT9,B,x,phone,1\n".encode(), ["T9 on lines 2, 3"]),
    "not a table at all": (b"%PDF-1.7 hello", ["missing"]),
}


@pytest.mark.parametrize(("content", "said"), WHOLE_FILES.values(), ids=WHOLE_FILES.keys())
def test_an_unusable_file_is_one_clear_error_and_leaves_no_report(
    tmp_path: Path, content: bytes, said: list[str]
) -> None:
    folder = folder_of(tmp_path, therapists=content)
    with pytest.raises(ClinicError) as caught:
        read_clinic(folder)
    assert "therapists.csv" in str(caught.value)
    assert [part for part in said if part not in str(caught.value)] == []
    assert sorted(path.name for path in folder.iterdir()) == ["therapists.csv"]


# column, cell, what the report says was expected
THERAPIST_CELLS: list[tuple[str, str, str]] = [
    ("concerns", "anxity", "did you mean generalised_anxiety?"),
    ("concerns", "depression;slep", "did you mean sleep?"),
    ("concerns", "", "required"),
    ("concerns", ";", "between the semicolons"),
    ("concerns", "=HYPERLINK(1)", "a known concern"),
    ("formats", "video", "did you mean telehealth?"),
    ("capacity", "-1", "whole number, 0 or more"),
    ("capacity", "1.5", "whole number"),
    ("capacity", "many", "whole number"),
    ("capacity", "", "required"),
    ("name", "  ", "required"),
    ("therapist_id", "", "required"),
    ("therapist_id", "T1;T2", "without a semicolon"),
    ("gender", "female", "did you mean woman?"),
    ("profession", "counselor", "did you mean counsellor?"),
    ("years_experience", "-1", "0 to 80 years"),
    ("modalities", "cbt;hypnosis", "a known modality"),
    ("age_groups", "adults", "did you mean adult?"),
    ("latitude", "900", "-90 to 90"),
    ("latitude", "-37", "longitude beside the latitude"),
    ("longitude", "145", "latitude beside the longitude"),
    ("fee", "-5", "0 or more"),
    ("fee", '"1,5"', "decimal point rather than a comma"),
    ("fee", "$120", "a number"),
    ("fee", "inf", "a number"),
    ("fee", "nan", "a number"),
    ("fee", "1e999", "a number"),
    ("fee", "1_000", "a number"),
    ("fee", "١٢", "a number"),
    ("funding", "=cmd()", "not a formula"),
    ("funding", "123", "words"),
    ("availability", "monday_morning", "did you mean mon_morning?"),
    ("openings_confirmed_on", "01/02/2026", "YYYY-MM-DD"),
    ("openings_confirmed_on", "2026-02-30", "that exists"),
    ("next_opening", "2 Feb 2026", "YYYY-MM-DD"),
    ("next_opening", "20260201", "YYYY-MM-DD"),
    ("next_opening", "2026-02-01T10:00", "YYYY-MM-DD"),
    ("next_opening", "0206-02-01", "between 1900 and 2100"),
    ("challenge", "1.01", "-1 to 1"),
    ("bio", "bell\x07", "control characters"),
]
CLIENT_CELLS: list[tuple[str, str, str]] = [
    ("concerns", "depression:7", "from 1 to 3"),
    ("concerns", "depression:0", "from 1 to 3"),
    ("concerns", "depression:1.5", "whole number"),
    ("concerns", "depression", "code:number"),
    ("concerns", "depression:", "code:number"),
    ("concerns", "depression:1;depression:3", "once"),
    ("concerns", "deppression:1", "did you mean depression?"),
    ("age", "140", "0 to 120"),
    ("age", "-1", "0 to 120"),
    ("age", "forty", "0 to 120"),
    ("enquired_at", "yesterday", "YYYY-MM-DDThh:mm"),
    ("enquired_at", "2026-02-01T25:00", "that exist"),
    ("enquired_at", "03/02/2026 10:00", "YYYY-MM-DDThh:mm"),
    ("measure", "phq8", "did you mean phq9?"),
    ("score", "16", "the measure the score belongs to"),
    ("max_distance_km", "-1", "km"),
    ("latitude", "-37", "longitude beside the latitude"),
    ("must_have", "therapist_gendre", "did you mean therapist_gender?"),
    ("must_have", "about", "a known wish or limit column"),
    ("exclude_therapists", "T1;T\x012", "an id"),
    ("risk_raised", "maybe", "true or false"),
    ("importance", "directiveness:4", "from 0 to 3"),
    ("importance", "bio:1", "a known wish or limit column"),
]
EPISODE_CELLS: list[tuple[str, str, str]] = [
    ("client_id", "nobody", "a client loaded from clients.csv"),
    ("started_on", "", "required"),
    ("ended_on", "2025-12-31", "not before started_on"),
    ("sessions", "-1", "whole number"),
    ("ending", "ended", "one of planned"),
    ("alliance_goal", "11", "0 to 10"),
    ("score_end", "5", "the measure the score_end belongs to"),
    ("matched_by", "chance", "one of usual"),
]
GOOD = {
    "therapists": dict(zip(THERAPISTS.split(","), ANN.split(","), strict=True)),
    "clients": {"client_id": "C1", "concerns": "depression:2"},
    "episodes": {"episode_id": "E1", "client_id": "C1", "therapist_id": "T1", "started_on": "2026-01-01"},
}
CASES = [
    (table, column, cell, said)
    for table, cases in (("therapists", THERAPIST_CELLS), ("clients", CLIENT_CELLS), ("episodes", EPISODE_CELLS))
    for column, cell, said in cases
]


@pytest.mark.parametrize(("table", "column", "cell", "said"), CASES)
def test_a_bad_cell_sets_its_row_aside_and_says_what_was_expected(
    tmp_path: Path, table: str, column: str, cell: str, said: str
) -> None:
    key = next(iter(GOOD[table]))
    columns = list(dict.fromkeys([*GOOD[table], column]))
    good = GOOD[table] | {key: "good"}
    bad = GOOD[table] | {key: "bad", column: cell}
    lines = [",".join(row.get(name, "") for name in columns) for row in (good, bad)]
    files = {name: ",".join(row) + "\n" + ",".join(row.values()) + "\n" for name, row in GOOD.items()}
    clinic = read_clinic(folder_of(tmp_path, **files | {table: "\n".join([",".join(columns), *lines])}))

    assert list(getattr(clinic, table)[key]) == ["good"]
    found = [p for p in clinic.problems if p.kind == "row" and p.file == f"{table}.csv"]
    assert [(p.line, said in p.expected) for p in found] == [(3, True)]
    assert found[0].value == ("" if column != found[0].column else cell.strip().strip('"').strip())
    assert list(clinic.rejected[table].index) == [3]
    written = (tmp_path / f"rejected_{table}.csv").read_bytes().decode()
    assert written.startswith(",".join(columns) + "\r\n")
    report = (tmp_path / "problems.csv").read_text(encoding="utf-8").splitlines()
    assert any(line.startswith(f"{table}.csv,3,") and line.endswith(",row") for line in report)


@pytest.mark.parametrize(
    ("measure", "score", "said"),
    [("phq9", "30", "from 0 to 27"), ("k10", "5", "from 10 to 50"), ("gad7", "-1", "0 or more")],
)
def test_a_score_outside_its_measure_sets_the_client_aside(tmp_path: Path, measure: str, score: str, said: str) -> None:
    text = f"{wide('clients', 'measure', 'score')}\nC1,sleep:1,{measure},{score}\nC2,sleep:1,phq9,27\n"
    clinic = read_clinic(folder_of(tmp_path, clients=text))
    assert list(clinic.clients["client_id"]) == ["C2"]
    assert [(p.line, p.column, said in p.expected) for p in clinic.problems] == [(2, "score", True)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("T2,Bo,sleep,phone", "5 cells, as in the header"),
        ("T2,Bo,sleep,phone,1,extra", "5 cells, as in the header (a cell with a comma in it"),
        ('T2,"Bo\nand,sleep,phone,1\nT3,"Cy",sleep,phone,1', "quotation marks inside a quoted cell"),
        ('T2,"Bo" Lee,sleep,phone,1', "quotation marks inside a quoted cell"),
    ],
)
def test_a_row_that_does_not_fit_the_header_is_set_aside(tmp_path: Path, row: str, said: str) -> None:
    clinic = read_clinic(folder_of(tmp_path, therapists=f"{THERAPISTS}\n{ANN}\n{row}\nT4,Di,sleep,phone,1\n"))
    assert {"T1", "T4"} <= set(clinic.therapists["therapist_id"])
    first = next(problem for problem in clinic.problems if problem.kind == "row")
    assert first.line == 3
    assert said in first.expected
    assert str(first).startswith("therapists.csv, line 3: the row cannot be used")


def loads(tmp_path: Path, **files: str | bytes) -> Clinic:
    clinic = read_clinic(folder_of(tmp_path, **files))
    assert [str(problem) for problem in clinic.problems if problem.kind == "row"] == []
    return clinic


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{THERAPISTS}\n{ANN}\n".encode(),
        f"{THERAPISTS}\r\n{ANN}\r\n".encode(),
        f"{THERAPISTS}\r{ANN}\r".encode(),
        f"{THERAPISTS}\n{ANN}".encode(),
        f"\n\n{THERAPISTS}\n\n{ANN}\n\n".encode(),
        f"{THERAPISTS},\n{ANN},\n".encode(),
        f"{THERAPISTS}\n{ANN},,\n".encode(),
        f'"therapist_id","name","concerns","formats","capacity"\n{ANN}\n'.encode(),
        f"{THERAPISTS.upper()}\n{ANN}\n".encode(),
        b"therapist_id, name , concerns,formats,capacity\n T1 ,Ann , Depression ;depression; ,Phone,2.0\n",
    ],
    ids=["BOM", "CRLF", "CR", "no last line end", "blank lines", "trailing commas", "blank cells beyond the header",
         "quoted header", "header in capitals", "spaces and capitals"],
)  # fmt: skip
def test_harmless_oddities_load_as_if_tidy(tmp_path: Path, content: bytes) -> None:
    clinic = loads(tmp_path, therapists=content)
    assert clinic.problems == ()
    row = clinic.therapists.iloc[0]
    assert tuple(row[THERAPISTS.split(",")]) == ("T1", "Ann", "depression", "phone", 2)


def test_lines_stay_true_after_quoted_line_breaks_and_blank_lines(tmp_path: Path) -> None:
    text = f'{THERAPISTS}\r\nT1,"Ann\r\nAmelia",sleep,phone,1\r\n\r\nT2,Bo,sleep,phone,x\r\n'
    clinic = read_clinic(folder_of(tmp_path, therapists=text))
    assert [problem.line for problem in clinic.problems] == [5]
    assert clinic.therapists["name"].iloc[0] == "Ann\nAmelia"


def test_lines_stay_true_across_blocks(tmp_path: Path) -> None:
    rows = "".join(f"T{i},Ann,sleep,phone,{'x' if i == 45_000 else 1}\n" for i in range(45_001))
    clinic = read_clinic(folder_of(tmp_path, therapists=f"{THERAPISTS}\n{rows}"))
    assert [problem.line for problem in clinic.problems] == [45_002]
    assert len(clinic.therapists) == 45_000


def test_age_zero_is_an_age(tmp_path: Path) -> None:
    clinic = loads(tmp_path, clients=f"{wide('clients', 'age')}\nC1,sleep:1,0\n")
    assert clinic.clients["age"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("cell", "value"), [("TRUE", True), ("yes", True), ("1", True), ("False", False), ("n", False)]
)
def test_spellings_of_true_and_false(tmp_path: Path, cell: str, value: bool) -> None:
    clinic = loads(tmp_path, clients=f"{wide('clients', 'risk_raised')}\nC1,sleep:1,{cell}\nC2,sleep:1,\n")
    assert clinic.clients["risk_raised"].iloc[0] == value
    assert clinic.clients["risk_raised"].isna().tolist() == [False, True]


def test_a_time_zone_becomes_utc(tmp_path: Path) -> None:
    clinic = loads(tmp_path, clients=f"{wide('clients', 'enquired_at')}\nC1,sleep:1,2026-03-01T09:30:00+10:30\n")
    assert clinic.clients["enquired_at"].iloc[0].isoformat() == "2026-02-28T23:00:00"


def test_a_header_and_no_rows_is_an_empty_table_with_a_notice(tmp_path: Path) -> None:
    clinic = loads(tmp_path, clients=f"{CLIENTS}\n")
    assert len(clinic.clients) == 0
    assert [str(problem) for problem in clinic.problems] == ["clients.csv, line 1: a header and no rows."]


def test_the_same_row_twice_is_loaded_once_with_a_notice(tmp_path: Path) -> None:
    clinic = loads(tmp_path, therapists=f"{THERAPISTS}\n{ANN}\n{ANN.replace('phone', 'Phone ')}\n")
    assert len(clinic.therapists) == 1
    assert [(p.line, p.expected) for p in clinic.problems] == [(3, "the same row as line 2; loaded once")]


def test_unknown_columns_are_kept_out_with_a_notice(tmp_path: Path) -> None:
    clinic = loads(tmp_path, therapists=f"{wide('therapists', 'favourite_tea', 'languges', '')}\n{ANN},oolong,x,y\n")
    assert "favourite_tea" not in clinic.therapists
    said = " ".join(map(str, clinic.problems))
    assert "column favourite_tea: not a column of therapists.csv; kept out." in said
    assert "did you mean languages?" in said
    assert "a column without a name" in said


def test_formulas_in_text_are_kept_as_text_with_a_notice_and_written_so_that_they_cannot_run(tmp_path: Path) -> None:
    text = f"{wide('therapists', 'bio', 'fee')}\nT1,=cmd(),sleep,phone,1,@SUM(1),\nT2,+Bo,sleep,phone,1,-x,bad\n"
    clinic = read_clinic(folder_of(tmp_path, therapists=text))
    assert clinic.therapists["name"].tolist() == ["=cmd()"]
    assert [p.column for p in clinic.problems if "formula" in p.expected] == ["name", "bio"]
    assert "T2,'+Bo,sleep,phone,1,'-x,bad" in (tmp_path / "rejected_therapists.csv").read_text(encoding="utf-8")


def test_a_must_have_that_is_blank_asks_for_nothing_and_is_noticed(tmp_path: Path) -> None:
    header = wide("clients", "must_have", "languages", "max_distance_km")
    rows = "C1,sleep:1,languages,,\nC2,sleep:1,languages;max_distance_km,english,20\n"
    clinic = loads(tmp_path, clients=f"{header}\n{rows}")
    assert [(p.line, p.kind, p.expected.split(",")[0]) for p in clinic.problems] == [
        (2, "notice", "names languages"),
        (3, "notice", "names max_distance_km"),
    ]


def test_clients_describe_their_own_gender(tmp_path: Path) -> None:
    clinic = loads(tmp_path, clients=f"{wide('clients', 'gender')}\nC1,sleep:1, Genderfluid\nC2,sleep:1,Non-binary\n")
    assert clinic.clients["gender"].tolist() == ["genderfluid", "non_binary"]
    assert [p.value for p in clinic.problems] == ["Genderfluid"]


def test_funds_and_languages_are_open_lists(tmp_path: Path) -> None:
    header = wide("therapists", "funding", "languages", "identities")
    clinic = loads(tmp_path, therapists=f"{header}\n{ANN},Bulk Bill;our fund,Haitian  Creole;Auslan,LGBTQIA+\n")
    row = clinic.therapists.iloc[0]
    assert (row["funding"], row["languages"]) == ("bulk_bill;our_fund", "haitian creole;auslan")
    assert ["did you mean lgbtqia?" in p.expected for p in clinic.problems] == [True]


def test_therapists_who_left_keep_their_episodes_and_are_noticed(tmp_path: Path) -> None:
    clients = f"{wide('clients', 'exclude_therapists')}\nC1,sleep:1,T1;T7\n"
    clinic = loads(tmp_path, clients=clients, episodes=f"{EPISODES}\nE1,C1,T8,2026-01-01\n")
    assert len(clinic.episodes) == 1
    assert [(p.column, p.value) for p in clinic.problems] == [("exclude_therapists", "T7"), ("therapist_id", "T8")]


def test_a_file_given_in_place_of_a_folder_or_a_folder_without_therapists(tmp_path: Path) -> None:
    with pytest.raises(ClinicError, match="is not a folder"):
        read_clinic(tmp_path / "nowhere")
    with pytest.raises(ClinicError, match=r"has no therapists\.csv"):
        read_clinic(tmp_path)
    (tmp_path / "therapists.csv").mkdir()
    with pytest.raises(ClinicError, match=r"therapists\.csv cannot be opened"):
        read_clinic(tmp_path)

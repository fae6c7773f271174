"""What is wrong with an input is said with file, line, column, value and what would do; then nothing is written."""
import json
import os

import pytest

from program import HEADER, ROW, STUDY, as_somebody_else, evaluate, has_controls, open_folder, refused, run, write_study  # noqa: F401


def with_cell(column, value):
    names, cells = HEADER.split(","), ROW.split(",")
    cells[names.index(column)] = value
    return f"{HEADER}\n{','.join(cells)}\n", names.index(column) + 1


def test_wrong_header(tmp_path):
    study = write_study(tmp_path, "police,id\nF,d1\n")
    refused(study, tmp_path / "out", "study.toml:", "missing_key", "force", "records.csv")
    refused(study, tmp_path / "out", "study.toml:", "missing_key", "deployment")


def test_utf_16_is_named(tmp_path):
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        refused(write_study(tmp_path, f"{HEADER}\n{ROW}\n".encode(encoding)), tmp_path / "out", "records.csv", "not_text")
    text = f"{HEADER}\n{ROW}\n".encode("utf-16")
    assert "UTF-16" in refused(write_study(tmp_path, text), tmp_path / "out", "not_text").stderr


def test_latin_1_is_placed(tmp_path):
    text = f"{HEADER}\n{ROW}\n".replace("North", "Orléans").encode("latin-1")
    refused(write_study(tmp_path, text), tmp_path / "out", "records.csv:2:", "not_text")


def test_byte_order_mark_is_accepted(tmp_path):
    assert evaluate(write_study(tmp_path, f"\ufeff{HEADER}\n{ROW}\n"), tmp_path / "out").returncode == 0


def result_of(folder):
    return json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))["result"]


def test_crlf_is_accepted(tmp_path):
    assert evaluate(write_study(tmp_path), tmp_path / "lf").returncode == 0
    assert evaluate(write_study(tmp_path, f"{HEADER}\r\n{ROW}\r\n"), tmp_path / "crlf").returncode == 0
    assert result_of(tmp_path / "lf") == result_of(tmp_path / "crlf")


def test_quotes_and_line_ends_inside_fields_are_accepted(tmp_path):
    row = ROW.replace("North", '"North, ""upper""\nend"')
    assert evaluate(write_study(tmp_path, f"{HEADER}\n{row}\n"), tmp_path / "out").returncode == 0
    sites = {f["axes"]["site"] for f in result_of(tmp_path / "out")["findings"] if "site" in f["axes"]}
    assert sites == {'North, "upper"\nend'}


@pytest.mark.parametrize("content", ["", "\n", "\ufeff", "   "])
def test_empty_file(tmp_path, content):
    refused(write_study(tmp_path, content), tmp_path / "out", "records.csv")


def test_header_without_rows(tmp_path):
    refused(write_study(tmp_path, HEADER + "\n"), tmp_path / "out", "empty_file")


def test_line_of_100_megabytes(tmp_path):
    study = write_study(tmp_path, f"{HEADER}\n".encode() + b"a" * 100_000_000 + b"\n")
    done = refused(study, tmp_path / "out", "records.csv:2", "malformed_csv")
    assert len(done.stderr) < 10_000


def test_nul_bytes(tmp_path):
    refused(write_study(tmp_path, f"{HEADER}\n{ROW}\n".replace("North", "No\0rth")), tmp_path / "out", "records.csv:2", "not_text")


def test_quote_that_never_closes(tmp_path):
    refused(write_study(tmp_path, f'{HEADER}\n{ROW.replace("North", chr(34) + "North")}\n'), tmp_path / "out", "records.csv:2")


@pytest.mark.parametrize("value", ["-1", "1.5", "+3", "1e3", "1 000", "0x10", "4503599627370497", "99999999999999999999999", "many", "12%", "١٢"])
@pytest.mark.parametrize("column", ["faces", "false_alerts"])
def test_counts_that_are_none(tmp_path, column, value):
    text, place = with_cell(column, value)
    refused(write_study(tmp_path, text), tmp_path / "out", f"records.csv:2:{place}: not_a_count", f"column {column}", f'"{value}"', "allowed: a whole number from 0 to 2^52")


def test_largest_count_is_accepted(tmp_path):
    assert evaluate(write_study(tmp_path, with_cell("faces", "4503599627370496")[0]), tmp_path / "out").returncode == 0


def test_parts_that_sum_above_the_largest_count(tmp_path):
    text = "force,deployment,faces,alerts,true_confirmed,true_unconfirmed,false_confirmed,false_unconfirmed\nF,d1,9,9,4503599627370496,4503599627370496,0,0\n"
    refused(write_study(tmp_path, text), tmp_path / "out", "records.csv:2")


def test_totals_above_the_largest_count(tmp_path):
    rows = "\n".join(f"F,d{i},2024-01-02,North,0.6,4503599627370496,4,3,1" for i in range(5000))
    refused(write_study(tmp_path, f"{HEADER}\n{rows}\n"), tmp_path / "out", "faces", "2^52")


def test_a_total_of_exactly_the_largest_count_is_accepted(tmp_path):
    rows = "\n".join(f"F,d{i},2024-01-02,North,0.6,{2**51},4,3,1" for i in range(2))
    assert evaluate(write_study(tmp_path, f"{HEADER}\n{rows}\n"), tmp_path / "out").returncode == 0
    refused(write_study(tmp_path, f"{HEADER}\n{rows}\n{ROW.replace('d1', 'd9')}\n"), tmp_path / "more", "2^52")


@pytest.mark.parametrize("value", ["2023-02-29", "2024-13-01", "2024-00-10", "02/01/2024", "2024-1-2", "2024-01-02T10:00", "20240102", "yesterday"])
def test_dates_that_are_none(tmp_path, value):
    text, place = with_cell("date", value)
    refused(write_study(tmp_path, text), tmp_path / "out", f"records.csv:2:{place}: not_a_date", "column date", f'"{value}"', "allowed: a calendar date as 2020-02-27")


@pytest.mark.parametrize("value", ["64", "64%", "60.0", "-0.1", "1.01", "nan", "inf", "high", "0,64"])
def test_m11_a_threshold_is_not_a_percentage(tmp_path, value):
    text, place = with_cell("threshold", f'"{value}"' if "," in value else value)
    refused(write_study(tmp_path, text), tmp_path / "out", f"records.csv:2:{place}:", "column threshold", f'"{value}"', "not a percentage")


def test_duplicate_ids_refuse_all_copies_and_are_not_printed(tmp_path):
    study = write_study(tmp_path, f"{HEADER}\n{ROW}\n{ROW.replace('d1', 'd2')}\n{ROW}\n")
    done = refused(study, tmp_path / "out", "records.csv:2", "duplicate_id")
    assert "records.csv:4" in done.stderr and "records.csv:3" not in done.stderr
    assert "d1" not in done.stderr


@pytest.mark.parametrize("row", ["F,d1", ROW + ",9", ROW + ","])
def test_rows_with_too_few_or_too_many_fields(tmp_path, row):
    refused(write_study(tmp_path, f"{HEADER}\n{row}\n"), tmp_path / "out", "records.csv:2", "wrong_field_count", "9 fields")


def test_header_twice(tmp_path):
    refused(write_study(tmp_path, f"{HEADER},faces\n{ROW},1\n"), tmp_path / "out", "records.csv:1", "duplicate_column", "faces")


@pytest.mark.parametrize("column", ["force", "deployment"])
def test_missing_identifier(tmp_path, column):
    refused(write_study(tmp_path, with_cell(column, "")[0]), tmp_path / "out", "records.csv:2", "missing_value", column)


def test_column_that_the_file_lacks(tmp_path):
    study = write_study(tmp_path, more='[source.columns]\nfaces = "face_count"\n')
    refused(study, tmp_path / "out", "study.toml:11:", "unknown_column", "source.columns.faces", '"face_count"', "allowed:", "faces")


def test_unknown_key_of_a_source(tmp_path):
    refused(write_study(tmp_path, more='label_sorce = "x"\n'), tmp_path / "out", "study.toml:10:1: unknown_key", '"label_sorce"', "allowed:", "did you mean label_source?")


def test_unknown_section(tmp_path):
    refused(write_study(tmp_path, more="[limits]\nx = 1\n"), tmp_path / "out", "study.toml:10:", "unknown_key", "limits", "limit")


@pytest.mark.parametrize("text, code", [("schema = ", "malformed_toml"), ("", "missing_key"), ("schema = 99\n", "newer_schema"), ('schema = "1"\n', "wrong_type")])
def test_studies_that_are_none(tmp_path, text, code):
    refused(write_study(tmp_path, head=text), tmp_path / "out", "study.toml", code)


@pytest.mark.parametrize("value", ["95", "1", "0", "-0.5", "nan", '"95 %"'])
def test_confidence_is_not_a_percentage(tmp_path, value):
    refused(write_study(tmp_path, head=STUDY.replace('"small"', f'"small"\nconfidence = {value}')), tmp_path / "out", "study.toml:4:", "study.confidence")


@pytest.mark.parametrize("value", ["0.001", '"0.1 %"', "{ events = 0.1, exposure = 100 }", "{ events = 2, exposure = 1 }", "{ events = 1 }", "{ events = 1, exposure = 0 }"])
def test_m06_m39_a_limit_is_two_whole_numbers_of_a_named_metric(tmp_path, value):
    limit = f'[[limit]]\nmetric = "false_alerts_per_face"\nat_most = {value}\nsource = "x"\n'
    refused(write_study(tmp_path, more=limit), tmp_path / "out", "study.toml:12:", "limit")


@pytest.mark.parametrize("metric", ["accuracy", "false_alert_rate", "fpir"])
def test_m39_a_limit_on_no_metric(tmp_path, metric):
    limit = f'[[limit]]\nmetric = "{metric}"\nat_most = {{ events = 1, exposure = 1000 }}\nsource = "x"\n'
    refused(write_study(tmp_path, more=limit), tmp_path / "out", "study.toml:11:", "limit", f'"{metric}"')


def test_path_that_is_not_there(tmp_path):
    study = write_study(tmp_path)
    (tmp_path / "records.csv").unlink()
    refused(study, tmp_path / "out", "records.csv", "cannot_open")
    refused(tmp_path / "nothing.toml", tmp_path / "out", "nothing.toml", "cannot_open")


def test_directory_in_place_of_a_file(tmp_path):
    study = write_study(tmp_path)
    (tmp_path / "records.csv").unlink()
    (tmp_path / "records.csv").mkdir()
    refused(study, tmp_path / "out", "records.csv", "cannot_open", "directory")
    refused(tmp_path, tmp_path / "out", "cannot_open", "directory")


def test_dangling_link(tmp_path):
    study = write_study(tmp_path)
    (tmp_path / "records.csv").unlink()
    (tmp_path / "records.csv").symlink_to("gone.csv")
    refused(study, tmp_path / "out", "records.csv", "cannot_open", "link")


def test_fifo_does_not_hang(tmp_path):
    study = write_study(tmp_path)
    (tmp_path / "records.csv").unlink()
    os.mkfifo(tmp_path / "records.csv")
    os.mkfifo(tmp_path / "pipe.toml")
    assert run("evaluate", study, "-o", tmp_path / "out", timeout=20).returncode == 3
    assert run("check", tmp_path / "pipe.toml", timeout=20).returncode == 3
    assert run("init", tmp_path / "records.csv", timeout=20).returncode == 3
    assert run("verify", tmp_path / "records.csv", study, timeout=20).returncode == 3
    refused(study, tmp_path / "out", "records.csv", "cannot_open", "pipe")


def test_file_that_may_not_be_read(open_folder):
    write_study(open_folder)
    (open_folder / "records.csv").chmod(0)
    done = as_somebody_else(open_folder, "check", "study.toml")
    assert done.returncode == 3
    assert "records.csv" in done.stderr and "cannot_open" in done.stderr and "ermission" in done.stderr


def test_ledger_lists_every_refused_row(tmp_path):
    rows = [ROW.replace("d1", f"d{i}") for i in range(6)]
    rows[1], rows[3], rows[4] = rows[1].replace("1000", "-5"), rows[3].replace("2024-01-02", "2024-02-30"), rows[4] + ",1"
    study = write_study(tmp_path, "\n".join([HEADER, *rows]) + "\n", head=STUDY.replace('"small"', '"small"\nmax_refused = 3'))
    done = evaluate(study, tmp_path / "out")
    assert done.returncode == 0
    assert "REFUSED ROWS" in done.stdout and "3 rows were refused" in done.stdout
    document = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))
    assert [(row["line"], row["rule"]) for row in document["provenance"]["ledger"]] == [(3, "not_a_count"), (5, "not_a_date"), (6, "wrong_field_count")]
    assert document["provenance"]["ledger"][0] | {"source": "s"} == {
        "source": "s", "file": "records.csv", "line": 3, "column": "faces", "rule": "not_a_count", "value": "-5", "allowed": "a whole number from 0 to 2^52"}
    assert document["result"]["records"]["refused_rows"] == {"wrong_field_count": 1, "not_a_count": 1, "not_a_date": 1}
    assert document["result"]["records"]["deployments"] == 3
    for line in (":3:6:", ":5:3:", ":6"):
        assert "records.csv" + line in done.stdout


def test_one_more_refused_row_than_allowed_stops(tmp_path):
    rows = [ROW.replace("d1", f"d{i}").replace("1000", "x" if i < 2 else "1000") for i in range(4)]
    study = write_study(tmp_path, "\n".join([HEADER, *rows]) + "\n", head=STUDY.replace('"small"', '"small"\nmax_refused = 1'))
    done = refused(study, tmp_path / "out", "study.max_refused", "2 rows refused", "at most 1")
    assert done.stderr.count("not_a_count") == 2
    checked = run("check", study)
    assert checked.returncode == 3 and checked.stdout.count("not_a_count") == 2


EVIL = "\x1b[31m\x1b]0;title\x07"
EVIL_RECORDS = f"{HEADER},{EVIL}\n{ROW},x\n{ROW.replace('d1', 'd2').replace('1000', EVIL)},x\n"


def test_hostile_headers_in_a_refusal_do_not_reach_the_terminal(tmp_path):
    study = write_study(tmp_path, EVIL_RECORDS, more='[source.columns]\nfaces = "no_such"\n')
    for done in (evaluate(study, tmp_path / "out"), run("check", study)):
        assert done.returncode == 3 and not has_controls(done.stderr)


@pytest.mark.parametrize("command", [["check"], ["check", "--show-values"], ["evaluate"], ["evaluate", "--show-values"]])
def test_hostile_names_and_values_do_not_reach_the_terminal(tmp_path, command):
    study = write_study(tmp_path, EVIL_RECORDS, head=STUDY.replace('"small"', '"small\\u001b[31m"\nmax_refused = 9'))
    done = run(command[0], study, *command[1:], cwd=tmp_path)
    assert done.returncode == 0 and not has_controls(done.stdout + done.stderr)


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_hostile_outcomes_do_not_reach_the_terminal(tmp_path, form):
    study = write_study(tmp_path, more='[source.columns]\n"outcome.\\u001b[31mred" = "alerts"\n')
    done = evaluate(study, tmp_path / "out", "--format", form)
    assert done.returncode == 0 and not has_controls(done.stdout + done.stderr)


def test_hostile_outcomes_in_a_verification_do_not_reach_the_terminal(tmp_path):
    study = write_study(tmp_path, more='[source.columns]\n"outcome.\\u001b[31mred" = "alerts"\n')
    assert evaluate(study, tmp_path / "out").returncode == 0
    (tmp_path / "records.csv").write_text(f"{HEADER}\n{ROW.replace(',4,3,1', ',5,4,1')}\n")
    done = run("verify", tmp_path / "out" / "evaluation.json", study)
    assert done.returncode == 1 and not has_controls(done.stdout + done.stderr)

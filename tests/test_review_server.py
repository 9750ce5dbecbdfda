"""The server of a review answers its own page on this machine and nobody else, and makes each change that the page asks for."""

import csv
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dxgov import Draft
from dxgov.cli import main
from dxgov.drafting.drafter import draft_document
from dxgov.drafting.forms import build_forms
from dxgov.drafting.record_tables import MODEL
from dxgov.drafting.review_session import ReviewSession
from readings import LETTER, letter_reading, make_document
from site_pages import parse_page
from soundness import sound

pytest.importorskip("html5lib")
pytest.importorskip("werkzeug")

from dxgov.drafting.review_server import MAX_BODY, ReviewServer

NAME = "2031-05-14-kaifu-towns"
ITEM, ASK, OTHER_ASK = f"req-{NAME}.01.1", f"req-{NAME}.01.1.a", f"req-{NAME}.01.2.a"


@frozen
class Answer:
    """What the server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        return json.loads(self.body)


@frozen
class Client:
    """A page of the server, or somebody who would like to be one."""

    port: int
    token: str

    def ask(self, path: str = "", method: str = "GET", body: bytes | None = None, **headers: str | None) -> Answer:
        """Ask for a path below the token, as the page does; a header of None is left out."""
        return self.ask_for(f"/{self.token}/{path}", method, body, **headers)

    def ask_for(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str | None) -> Answer:
        """Ask for a path."""
        usual: dict[str, str | None] = {"Host": f"127.0.0.1:{self.port}"}
        if method != "GET":
            usual |= {
                "Origin": f"http://127.0.0.1:{self.port}",
                "Content-Type": "application/json",
                "Content-Length": str(len(body or b"")),
            }
        usual |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in usual.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def change(self, action: str, digest: str | None = None, **arguments: Any) -> Answer:
        """Make a change for the present state, or for that of a digest."""
        digest = digest or self.ask("state").content["digest"]
        body = json.dumps({"digest": digest, "action": action, "arguments": arguments}, ensure_ascii=False).encode()
        return self.ask("changes", "POST", body)

    @property
    def records(self) -> Mapping[str, Any]:
        return self.ask("records").content["records"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of the letter's draft."""
    return draft_document(make_document(LETTER), letter_reading(), NAME).write(tmp_path / "draft")


@pytest.fixture
def client(folder: Path) -> Iterator[Client]:
    """The page of a server for the letter's draft."""
    server = ReviewServer(ReviewSession(folder, sound()), "dxgov publish draft -o PACKAGE")
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield Client(server.port, server.token)
    server.close()
    thread.join()


def read_asks(folder: Path) -> list[dict[str, str]]:
    with (folder / "data" / "asks.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# What the page does


def test_the_page_is_that_of_the_draft_with_buttons(client: Client, folder: Path):
    answer = client.ask()
    page = parse_page(answer.body)
    assert page.get("data-digest") == client.ask("state").content["digest"]
    actions = {element.get("data-action") for element in page.iter() if element.get("data-action")}
    assert actions >= {"amend", "accept", "split", "merge", "delete", "add", "undo", "redo", "left", "choose", "keys"}
    assert "connect-src 'self'" in answer.body.decode()
    assert answer.headers["Content-Type"].startswith("text/html")
    read = parse_page((folder / "review.html").read_bytes())
    assert [element.text for element in read.iter() if element.get("lang") == "ja"][:3] != []
    assert not [element for element in read.iter() if element.get("data-action")]


def test_each_change_is_made_and_saved(client: Client, folder: Path):
    assert client.change("amend", record=ASK, cells={"summary": "要旨。"}).status == 200
    assert client.change("choose", record=ASK, field="kinds", value='["infrastructure"]').content["text"]["en"] == "Saved."
    assert client.change("accept", record=ASK).status == 200
    row = read_asks(folder)[0]
    assert (row["summary"], row["kinds"], row["review"]) == ("要旨。", '["infrastructure"]', "reviewed")
    second = client.change("split", record=ASK, line=None).content["record"]
    assert [row["id"] for row in read_asks(folder)] == [ASK, second, OTHER_ASK]
    assert client.change("merge", record=second, into=ASK).status == 200
    assert client.change("delete", record=OTHER_ASK).status == 200
    added = client.change("add", table="asks", first_line=9, last_line=9).content["record"]
    assert [row["id"] for row in read_asks(folder)] == [ASK, added]
    for _ in range(2):
        assert client.change("undo").status == 200
    assert [row["id"] for row in read_asks(folder)] == [ASK, OTHER_ASK]
    assert client.change("redo").status == 200
    assert [row["id"] for row in read_asks(folder)] == [ASK]
    assert set(client.records) == {row["id"] for name in MODEL.tables for row in Draft.open(folder).data[name]}


def test_a_change_of_an_old_state_is_refused_in_both_languages(client: Client, folder: Path):
    seen = client.ask("state").content["digest"]
    assert client.change("amend", record=ASK, cells={"summary": "一"}).status == 200
    answer = client.change("amend", seen, record=ASK, cells={"summary": "二"})
    assert (answer.status, set(answer.content)) == (409, {"ja", "en"})
    assert read_asks(folder)[0]["summary"] == "一"


def test_of_many_changes_at_once_one_is_made(client: Client, folder: Path):
    seen = client.ask("state").content["digest"]
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda text=text: answers.append(client.change("amend", seen, record=ASK, cells={"summary": text}).status))
        for text in "一二三四五"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409, 409, 409, 409]
    assert len(json.loads((folder / "history.json").read_bytes())["steps"]) == 1


def test_what_cannot_be_done_is_told(client: Client, folder: Path):
    before = {path: path.read_bytes() for path in folder.rglob("*.csv")}
    assert client.change("undo").status == 422
    assert client.change("delete", record="none").status == 422
    assert client.change("split", record=ASK, line="8").status == 400
    assert client.change("split", record=ASK, lines=8).status == 400
    for name in ("refresh", "_find", "__init__", ""):
        assert client.change(name).status == 400
    for body in (b"", b"{", b"[]", b"{}", b'{"digest": "", "action": "undo", "arguments": 3}', b"[" * 50_000, b"\xff"):
        assert client.ask("changes", "POST", body).status == 400
    assert {path: path.read_bytes() for path in before} == before
    assert client.ask("left").content["command"] == "dxgov publish draft -o PACKAGE"
    assert len(client.ask("left").content["problems"]) == len(Draft.open(folder).todo)


def test_a_draft_that_cannot_be_read_is_told_until_it_is_mended(client: Client, folder: Path):
    content = (folder / "data/asks.csv").read_bytes()
    (folder / "data/asks.csv").write_bytes(b"\xff")
    for path in ("", "state", "records", "left"):
        answer = client.ask(path)
        assert answer.status == 500
        assert "asks.csv" in answer.content["ja"]
    (folder / "data/asks.csv").write_bytes(content)
    assert client.ask().status == 200


def test_forms_have_the_types_codes_and_references_of_the_model(client: Client):
    forms = client.ask("forms").content
    assert forms == json.loads(json.dumps(build_forms(MODEL, sound())))
    for name, table in MODEL.tables.items():
        columns = {column["name"]: column for field in forms["tables"][name]["fields"] for column in field["columns"]}
        derived = {part.column.name for field in table.fields for part in field.parts if part.derived}
        assert columns.keys() == {column.name for column in table.columns} - derived
        for column in table.columns:
            if column.name in columns:
                assert [code["value"] for code in columns[column.name]["codes"]] == list(column.codes)
                assert columns[column.name]["target"] == column.target
    assert {known["id"] for known in forms["known"]} == {record.id for record in sound()}


HOSTILE = '</textarea></script><script>alert(1)</script><img src=x onerror=alert(1)>" onfocus="alert(1) \u202eabc'


def test_html_in_texts_stays_text(client: Client):
    assert client.change("amend", record=ITEM, cells={"title": HOSTILE}).status == 200
    answer = client.ask()
    page = parse_page(answer.body)
    assert len([element for element in page.iter() if element.tag.endswith("}script")]) == 1
    assert not [element for element in page.iter() if element.tag.endswith("}img") or any(name.startswith("on") for name in element.attrib)]
    assert client.ask("records").headers["Content-Type"] == "application/json"
    assert client.records[ITEM]["cells"]["title"] == HOSTILE


# Who else asks


def test_no_page_is_shown_without_the_token(client: Client):
    for token in ("", "x", client.token[:-1], client.token.swapcase(), "%00", "..", client.token + "x"):
        for path in (f"/{token}", f"/{token}/", f"/{token}/state", f"/{token}/records"):
            answer = client.ask_for(path)
            assert answer.status == 404, path
            assert answer.content == client.ask_for("/").content


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1.evil.example:{port}"},
        {"Host": None},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "null"},
    ],
)
def test_what_comes_from_elsewhere_is_refused(headers: dict[str, str | None], client: Client):
    filled = {name: value and value.format(port=client.port) for name, value in headers.items()}
    for path in ("", "state", "records", "forms", "left"):
        assert client.ask(path, **filled).status == 403
    digest = client.ask("state").content["digest"]
    body = json.dumps({"digest": digest, "action": "delete", "arguments": {"record": ASK}}).encode()
    assert client.ask("changes", "POST", body, **filled).status == 403
    assert ASK in client.records


def test_forms_of_other_pages_change_nothing(client: Client):
    digest = client.ask("state").content["digest"]
    body = json.dumps({"digest": digest, "action": "delete", "arguments": {"record": ASK}}).encode()
    assert client.ask("changes", "POST", body, Origin=None).status == 403
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None):
        assert client.ask("changes", "POST", body, Content_Type=kind).status == 415
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH", "HEAD", "TRACE"):
        answer = client.ask("changes", method, body)
        assert answer.status == 405
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert client.ask("changes").status == 405
    assert ASK in client.records


def test_localhost_is_this_machine_too(client: Client):
    assert client.ask("state", Host=f"localhost:{client.port}").status == 200


@pytest.mark.parametrize(
    "path", ["../document.txt", "%2e%2e/document.txt", "..%2fdocument.txt", "data/asks.csv", "static/review.js", "//etc/passwd"]
)
def test_no_file_is_served(path: str, client: Client):
    assert client.ask(path).status == 404
    assert client.ask_for(f"/{path}").status == 404


def test_huge_bodies_are_refused_unread(client: Client):
    assert client.ask("changes", "POST", b" " * (MAX_BODY + 1)).status == 413
    assert client.ask("changes", "POST", b"", Content_Length=str(10**12)).status == 413
    assert client.ask("state").status == 200


def test_no_answer_may_be_kept_framed_or_read_elsewhere(client: Client):
    for path in ("", "state", "none"):
        headers = client.ask(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert not [name for name in headers if name.lower().startswith("access-control")]
        assert "Werkzeug" not in headers["Server"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def steady(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A page whose draft many tests look at."""
    folder = draft_document(make_document(LETTER), letter_reading(), NAME).write(tmp_path_factory.mktemp("steady") / "draft")
    server = ReviewServer(ReviewSession(folder), "")
    thread = threading.Thread(target=server.serve)
    thread.start()
    yield Client(server.port, server.token)
    server.close()
    thread.join()


@given(
    st.sampled_from(["amend", "choose", "accept", "split", "merge", "delete", "add"]),
    st.dictionaries(st.sampled_from(["record", "cells", "field", "value", "line", "into", "table", "first_line", "last_line"]), _JSON),
)
def test_no_arguments_break_the_server(steady: Client, action: str, arguments: dict[str, Any]):
    assert steady.change(action, **arguments).status in {400, 422}


# The command


Start = Callable[..., tuple["subprocess.Popen[str]", Client]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts the command, and returns it with the page that it names; what still runs at the end is killed."""
    processes = []

    def start(folder: Path, *options: str) -> tuple["subprocess.Popen[str]", Client]:
        command = [sys.executable, "-m", "dxgov", "review", str(folder), "--no-browser", *options]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=environment)
        processes.append(process)
        assert process.stdout is not None
        port, token = process.stdout.readline().rstrip("/\n").rpartition("127.0.0.1:")[2].split("/")
        return process, Client(int(port), token)

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def test_the_command_names_its_address_and_ends_by_ctrl_c(start: Start, folder: Path):
    process, client = start(folder, "--lang", "en")
    assert client.ask("state").status == 200
    assert b'<html lang="en" data-lang="en" data-chosen' in client.ask().body
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert client.token not in errors


def test_wrong_use_is_one_line(start: Start, tmp_path: Path, folder: Path):
    result = CliRunner().invoke(main, ["review", str(tmp_path), "--no-browser"])
    assert (result.exit_code, "holds no document.json" in result.stderr) == (2, True)
    _, client = start(folder)
    result = CliRunner().invoke(main, ["review", str(folder), "--no-browser", "--port", str(client.port)])
    assert (result.exit_code, len(result.stderr.splitlines())) == (2, 1)


@pytest.mark.slow
def test_a_killed_server_has_saved_all_that_it_acknowledged(start: Start, folder: Path):
    for number in range(6):
        process, client = start(folder)
        saved, sent = [read_asks(folder)[0]["summary"]], []
        timer = threading.Timer(1 + number / 7, process.kill)
        timer.start()
        try:
            for count in range(10**6):
                sent = [f"{number}.{count}"]
                if client.change("amend", record=ASK, cells={"summary": sent[0]}).status == 200:
                    saved = sent
        except (OSError, http.client.HTTPException):  # it is gone
            pass
        timer.join()
        process.wait()
        (summary,) = {Draft.open(folder).data["asks"][0]["summary"]}
        assert summary in (saved[0], sent[0])
    _, client = start(folder)
    assert client.change("undo").status == 200

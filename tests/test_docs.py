"""What README and docs say is so: their blocks run with the results they show, and no page is stale or silent about a name."""

import contextlib
import doctest
import importlib
import importlib.util
import io
import pkgutil
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from attrs import frozen

import dxgov
from dxgov.cli import main as commands
from dxgov.exporters.dictionary import dictionary
from dxgov.marks import Key

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
READMES = {"en": ROOT / "README.md", "ja": ROOT / "README.ja.md"}
PAGES = sorted([*READMES.values(), ROOT / "CONTRIBUTING.md", ROOT / "datasets" / "README.md", *DOCS.glob("*.md")])
GENERATED = {"cli.md", "dictionary.md", "dictionary.ja.md", "records.md"}
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "datasets" / "README.md", *DOCS.glob("*.md")])
GENERATED = {"cli.md", "cli.ja.md", "dictionary.md", "dictionary.ja.md", "records.md"}
FENCE = re.compile(r"^```(?P<language>python|console)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@frozen
class Block:
    language: str
    text: str
    line: int


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        yield Block(match["language"], match["text"], text.count("\n", 0, match.start("text")))


def run_python(block: Block, page: Path, namespace: dict) -> tuple[str, str]:
    """What the block prints, and what its comments say that it prints."""
    shown = [line.partition("# ->")[2].removeprefix(" ") for line in block.text.splitlines() if "# ->" in line]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile("\n" * block.line + block.text, str(page), "exec"), namespace)  # noqa: S102 - our own pages
    return printed.getvalue(), "\n".join(shown)


def run_console(block: Block) -> tuple[str, str]:
    """What the commands of the block print, with the commands, and the block itself."""
    told = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            program, *arguments = shlex.split(line[2:])
            assert program == "dxgov"
            run = subprocess.run(
                [sys.executable, "-X", "utf8", "-m", "dxgov", *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
            )
            assert run.returncode in (0, 1), run.stdout
            told += [line, *run.stdout.splitlines()]
    return "\n".join(told), block.text


def plain(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


@pytest.mark.parametrize("page", [page for page in PAGES if any(blocks(page))], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_blocks_run_and_give_what_they_show(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "example"}
    for block in blocks(page):
        found, shown = run_python(block, page, namespace) if block.language == "python" else run_console(block)
        assert plain(found) == plain(shown), f"{page.relative_to(ROOT)}:{block.line}"


@pytest.mark.parametrize("name", [name for _, name, _ in pkgutil.walk_packages(dxgov.__path__, "dxgov.") if "__main__" not in name])
def test_examples_in_docstrings_give_what_they_show(name):
    module = importlib.import_module(name)
    flags = doctest.NORMALIZE_WHITESPACE
    assert doctest.testmod(module, optionflags=flags).failed == 0


def test_the_example_runs(tmp_path):
    script = ROOT / "examples" / "first_steps.py"
    run = subprocess.run([sys.executable, "-X", "utf8", script], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    assert "src-2020-11-24-tokyo-assocs-letter, 4(1), line 50" in run.stdout
    assert len(script.read_text(encoding="utf-8").splitlines()) < 60


def _generator():
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_on_architecture_names_what_is_there():
    names = re.findall(r"`(dxgov(?:\.\w+)+)`", (DOCS / "architecture.md").read_text("utf-8"))
    assert len(names) > 20
    for name in names:
        pkgutil.resolve_name(name)


def test_generated_pages_are_current():
    stale = [page.relative_to(ROOT).as_posix() for page, text in _generator().pages().items() if page.read_text(encoding="utf-8") != text]
    assert not stale, "run python docs/generate.py"


def test_pictures_are_current():
    assert not [path.name for path, _, _ in _generator().outdated()], "run python docs/generate.py"


def test_a_stale_page_is_told_and_mended(tmp_path, monkeypatch, capsys):
    generate = _generator()
    page = tmp_path / "page.md"
    page.write_text("old", encoding="utf-8")
    monkeypatch.setattr(generate, "pages", lambda root: {root / page.name: "new\n"})
    monkeypatch.setattr(generate, "outdated", lambda _: iter([]))
    assert generate.main(["--check"], tmp_path) == 1
    assert "page.md: stale" in capsys.readouterr().out
    assert page.read_text(encoding="utf-8") == "old"
    assert generate.main([], tmp_path) == 0
    assert page.read_text(encoding="utf-8") == "new\n"
    assert generate.main(["--check"], tmp_path) == 0


@pytest.mark.parametrize("name", dxgov.__all__)
def test_every_public_name_is_documented(name):
    text = "".join((DOCS / page).read_text(encoding="utf-8") for page in ("api.md", "records.md"))
    directive = rf"((auto\w+|py:\w+):: dxgov\.|{{py:class}} ){re.escape(name)}$"
    assert re.search(directive, text, re.MULTILINE)


@pytest.mark.parametrize("page", ["cli.md", "cli.ja.md"])
def test_every_command_and_option_is_documented(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    assert commands.commands
    for name, command in commands.commands.items():
        section = text.partition(f"\n## dxgov {name}\n")[2].partition("\n## ")[0]
        assert section
        for option in command.params:
            if isinstance(option, click.Option):
                assert all(f"`{spelled}" in section for spelled in option.opts), (name, option.name)


def test_examples_in_help_stand_on_lines_of_their_own():
    texts = [text for command in (commands, *commands.commands.values()) for text in command.texts.texts.values()]
    assert not [text for text in texts if r"\b" in text], "a raw docstring hides from click what it must not wrap"


@pytest.mark.parametrize("page", ["validation.md", "validation.ja.md"])
def test_every_problem_code_is_documented(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    assert all(f"| `{code}` |" in text for code in dxgov.ProblemCode)


@pytest.mark.parametrize("page", ["coding.md", "coding.ja.md"])
def test_records_that_the_coding_guide_names_are_there(page):
    data = dxgov.load()
    prefixes = tuple(filter(None, (table.column(table.key[0]).mark(Key).prefix for table in data.model().tables.values())))
    named = re.findall(r"`([a-z0-9]+(?:[.-][a-z0-9]+)+)`", (DOCS / page).read_text(encoding="utf-8"))
    named = {name for name in named if name.startswith((*prefixes, "jp-", "jp."))}
    assert len(named) > 50
    assert not named - {record.id for record in data}


def test_every_page_is_in_the_table_of_contents():
    index = (DOCS / "index.md").read_text(encoding="utf-8")
    listed = set(index.splitlines())
    assert {page.stem for page in DOCS.glob("*.md")} - {"index"} <= listed


SIBLINGS = {page: DOCS / page.name.replace(".ja.md", ".md") for page in DOCS.glob("*.ja.md")} | {
    READMES["ja"]: READMES["en"],
    DOCS / "start.ja.md": DOCS / "tutorial.md",
}


@pytest.mark.parametrize("japanese", SIBLINGS, ids=lambda page: page.name)
def test_a_page_in_both_languages_leads_from_each_to_the_other(japanese):
    for page, other in ((japanese, SIBLINGS[japanese]), (SIBLINGS[japanese], japanese)):
        assert f"]({other.name})" in page.read_text(encoding="utf-8")


def test_no_page_has_the_name_of_one_that_sphinx_writes():
    assert not {page.stem for page in DOCS.glob("*.md")} & {"search", "genindex", "py-modindex"}


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_the_dictionary_folds_each_table_and_loses_no_row(lang):
    page = (DOCS / ("dictionary.md" if lang == "en" else "dictionary.ja.md")).read_text(encoding="utf-8")
    whole = dictionary(dxgov.Dataset.model(), lang)
    assert re.findall(r"^\|.*$", page, re.MULTILINE) == re.findall(r"^\|.*$", whole, re.MULTILINE)
    assert re.findall("^## .*$", page, re.MULTILINE) == re.findall("^## .*$", whole, re.MULTILINE)
    folded = re.findall(r"<details class=\"columns\">\n<summary>.+</summary>\n\n(?:\|.*\n)+\n</details>", page)
    assert len(folded) == page.count("|---|---|")
    columns = len(dxgov.Dataset.model().stored["sources"].stored)
    assert str(columns) in re.findall(r"<summary>(.+)</summary>", page)[0]


TWINS = {"start.ja.md": "tutorial.md"}
PAIRS = [(DOCS / TWINS.get(page.name, page.name.replace(".ja", "")), page) for page in sorted(DOCS.glob("*.ja.md"))]


@pytest.mark.parametrize(("english", "japanese"), PAIRS, ids=lambda page: page.name)
def test_a_page_in_two_languages_leads_to_the_other(english, japanese):
    for page, other, word in ((english, japanese, "日本語"), (japanese, english, "English")):
        title = other.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        assert f"{word}: [{title}]({other.name})" in page.read_text(encoding="utf-8").splitlines()


def test_japanese_pages_lead_to_japanese_pages():
    names = {english.name for english, _ in PAIRS}
    for _, page in PAIRS:
        _, _, text = page.read_text(encoding="utf-8").partition("\nEnglish: ")
        targets = {match["target"] for line in text.splitlines()[1:] if "英語" not in line for match in LINK.finditer(line)}
        assert not targets & names, page.name


LINK = re.compile(r"\]\((?!https?://)(?P<target>[^)#\s]+)(?P<anchor>#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_files(page):
    for match in LINK.finditer(FENCE.sub("", page.read_text(encoding="utf-8"))):
        assert (page.parent / match["target"]).exists(), match["target"]


def test_the_picture_shows_what_the_data_say():
    picture = (DOCS / "picture.svg").read_text(encoding="utf-8")
    data = dxgov.load()
    item = data.request_items["req-2020-11-24-tokyo-assocs-digital.04.1"]
    asks = data.children(item)
    assert item.label in picture
    assert data.request_items[item.parent_id].title in picture
    assert f"{item.citation}, SHA-256 {item.citation.sha256[:8]}…" in picture
    assert [(ask.letter, ask.expected_of_id, ask.relayed_by_id) for ask in asks] == [("a", "jp", "jp-13-tokyo"), ("b", "jp-13-tokyo", None)]
    assert {ask.citation.first_line for ask in asks} == {50}


def _shown_commands(text: str) -> list[str]:
    """The commands of the page's shell blocks, without comments and texts."""
    lines = "".join(re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)).splitlines()
    return [re.sub(r'"[^"]*"| --lang ja', "", line.partition(" #")[0]).strip() for line in lines]


def test_both_readmes_show_the_same_commands_that_there_are():
    english, japanese = (_shown_commands(page.read_text(encoding="utf-8")) for page in READMES.values())
    names = [command.split()[1] for command in english if command.startswith("dxgov ")]
    assert {"read", "review", "publish", "search", "site"} <= set(names) <= set(commands.commands)
    assert [command for command in english if "search" not in command] == [command for command in japanese if "search" not in command]


def test_the_readmes_show_the_same_code():
    english, japanese = ([block.text for block in blocks(page)] for page in READMES.values())
    calls = [[re.findall(r"\b(?:ds|dxgov|draft)(?:\.\w+)+", text.partition("# ->")[0]) for text in page] for page in (english, japanese)]
    assert calls[0] == calls[1]


def test_the_readme_on_an_index_has_no_link_to_a_file_beside_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    hook = project["tool"]["hatch"]["metadata"]["hooks"]["fancy-pypi-readme"]
    page = "".join((ROOT / fragment["path"]).read_text(encoding="utf-8") for fragment in hook["fragments"])
    shown = page
    for each in hook["substitutions"]:
        shown = re.sub(each["pattern"], each["replacement"], shown)
    link = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
    files = {path: label for label, path in link.findall(page) if (ROOT / path).suffix not in (".png", ".svg") and (ROOT / path).exists()}
    assert len(files) > 20
    assert all(f"`{path}`" in shown for path in files)
    assert all(label in shown for path, label in files.items())
    assert {path for _, path in link.findall(shown) if not re.match("https://|#", path)} == set()
    assert not re.search(r"<(img|picture|source|a)\b|!\[", shown)
    pictures = re.findall(r'<img [^>]*alt="([^"]*)"|!\[([^\]]*)\]', page)
    assert len(pictures) == 2 * len(READMES)
    assert all(f"*{image or screenshot}*" in shown for image, screenshot in pictures)  # an index shows what a picture says
    code = re.compile("^```.*?^```", re.MULTILINE | re.DOTALL)
    assert code.findall(shown) == code.findall(page)

"""Help of every command and option is in English and in Japanese, and in the language that the reader has chosen."""

import re
from itertools import pairwise

import click
import pytest
from click.testing import CliRunner

from dxgov.cli import main
from dxgov.cli.bilingual import Command, Option
from dxgov.text.wrapping import measure_columns

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
COMMANDS = {"": main, **main.commands}
ENGLISH = {"LC_ALL": "C.UTF-8", "DXGOV_LANG": ""}
EXAMPLE = re.compile(r"^\s*dxgov .*$", re.MULTILINE)


def run(*arguments, columns=100, **env):
    result = CliRunner(env=ENGLISH | env).invoke(main, arguments, prog_name="dxgov", terminal_width=columns)
    assert result.exit_code == 0, result.output
    return result.output


def page(name, *arguments, **settings):
    return run(*([name] if name else []), *arguments, "--help", **settings)


@pytest.mark.parametrize("name", COMMANDS, ids=lambda name: name or "dxgov")
def test_each_command_and_option_has_help_in_both_languages(name):
    command = COMMANDS[name]
    assert isinstance(command, Command)
    options = [param for param in command.get_params(click.Context(command)) if not isinstance(param, click.Argument)]
    assert options
    japanese, english = page(name, LANG="ja_JP.UTF-8", LC_ALL=""), page(name)
    squeezed = re.sub(r"\s", "", japanese)
    for described in (command, *options):
        assert isinstance(described, Command | Option), described
        assert JAPANESE.search(described.texts.ja)
        assert re.sub(r"\s", "", described.texts.ja.partition("\n")[0]) in squeezed
        assert not [part for part in described.texts.ja.split("\n\n") if "\n" in part and not part.startswith("\b")]
        assert described.texts.en
        assert described.texts.en != described.texts.ja
    for option in options:
        assert all(spelling in page for spelling in option.opts for page in (japanese, english))
    heads = re.compile(r"^(使い方|オプション|コマンド|Usage|Options|Commands):", re.MULTILINE)
    assert set(heads.findall(japanese)) <= {"使い方", "オプション", "コマンド"}
    assert set(heads.findall(english)) <= {"Usage", "Options", "Commands"}
    assert "[required" not in japanese
    assert "[default" not in japanese


@pytest.mark.parametrize("name", COMMANDS, ids=lambda name: name or "dxgov")
def test_both_languages_have_the_same_examples_and_paragraphs(name):
    texts = COMMANDS[name].texts
    begins = [[line.split("  ")[0].strip() for line in EXAMPLE.findall(text.partition("\b")[2])] for text in (texts.ja, texts.en)]
    if name == "new":  # the title is that of a Japanese data set
        begins = [[re.sub(r'".*?"', "", line) for line in lines] for lines in begins]
    assert [line.partition(" クラウド")[0] for line in begins[0]] == [line.partition(" クラウド")[0] for line in begins[1]]
    assert texts.ja.count("\n\n") == texts.en.count("\n\n")


@pytest.mark.parametrize(
    ("arguments", "env", "is_japanese"),
    [
        (["validate", "--help"], {"LC_ALL": "ja_JP.UTF-8"}, True),
        (["validate", "--help"], {"LC_ALL": "ja_JP.UTF-8", "DXGOV_LANG": "en"}, False),
        (["validate", "--help"], {"DXGOV_LANG": "ja"}, True),
        (["--lang", "ja", "validate", "--help"], {"DXGOV_LANG": "en"}, True),
        (["--lang", "en", "validate", "--help"], {"DXGOV_LANG": "ja"}, False),
        (["info", "--help", "--lang", "ja"], {}, True),
        (["info", "--lang", "ja", "-h"], {}, True),
        (["--lang", "ja", "info", "--lang", "en", "-h"], {}, False),
        (["--lang", "ja", "info"], {"DXGOV_LANG": "en"}, True),
        (["--lang", "ja", "--help"], {}, True),
    ],
)
def test_the_nearest_choice_counts(arguments, env, is_japanese):
    assert bool(JAPANESE.search(run(*arguments, **env).replace("クラウド費用", ""))) == is_japanese


@pytest.mark.parametrize("columns", [60, 80, 100])
def test_japanese_help_fits_the_terminal_and_begins_no_line_with_punctuation(columns):
    for name, command in COMMANDS.items():
        blocks = re.findall("\b\n(.*?)(?:\n\n|$)", command.texts.ja, re.DOTALL)
        kept = {line.strip() for block in blocks for line in block.split("\n")}
        for line in page(name, columns=columns, DXGOV_LANG="ja").splitlines():
            if line.strip() not in kept and not line.startswith("使い方"):
                assert measure_columns(line) <= columns, line
            assert not line.strip().startswith(("。", "、", "）", "」")), line


def test_options_of_the_command_line_are_given_once_and_have_no_gaps():
    lines = run("--lang", "ja", "search", "-h").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("  -")]
    assert len(starts) == len(main.commands["search"].get_params(click.Context(main.commands["search"]))) - 1
    assert all("" not in lines[first:last] for first, last in pairwise(starts))
    assert any(line.endswith("[既定: 20; x>=1]") for line in lines)


def test_messages_on_wrong_use_stay_english():
    result = CliRunner(env=ENGLISH).invoke(main, ["--lang", "ja", "chart", "nonsense"], prog_name="dxgov")
    assert result.exit_code == 2
    assert "Invalid value" in result.output
    assert result.output.startswith("使い方: dxgov chart")

"""Files of pictures: they are safe, accessible, the same everywhere, and written whole or not at all."""

import os
import re
import struct
import subprocess
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dxgov import Dataset, NotInstalledError, UnknownNameError, charts
from dxgov.charts.scene import Scene
from soundness import sound
from test_charts import LANGS, pictures
from test_pictures import SUBJECTS, SVG, list_tips, parse

pytestmark = pytest.mark.slow


# SVG


@pytest.mark.parametrize("lang", LANGS)
def test_an_svg_has_a_name_and_its_content_in_words(lang: Any):
    for picture in pictures(sound(), lang):
        root = parse(picture.to_svg(390))
        assert (root.get("role"), root.get("lang")) == ("img", lang)
        by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
        name, description = by_id[root.get("aria-labelledby")], by_id[root.get("aria-describedby")]
        assert (name.tag, name.text) == (f"{SVG}title", picture.title)
        assert (description.tag, description.text) == (f"{SVG}desc", picture.alternative)


def test_pictures_on_one_page_do_not_share_names(ds: Dataset):
    ids = [id for name in charts.NAMES for id in re.findall(r' id="([^"]+)"', charts.picture(name, ds, SUBJECTS.get(name)).to_svg())]
    assert len(ids) == len(set(ids)) == 2 * len(charts.NAMES)


def test_the_same_data_in_another_order_give_the_same_bytes():
    data = sound()
    reverse = Dataset.of(reversed(list(data)), data.metadata)
    for one, other in zip(pictures(data, "ja"), pictures(reverse, "ja"), strict=True):
        assert one.to_svg() == other.to_svg()
        assert one.digest() == other.digest()
        assert one.to_csv() == other.to_csv()
        assert one.alternative == other.alternative


def test_a_digest_tells_pictures_apart():
    picture = charts.who_must_act(sound())
    others = [charts.who_must_act(sound(), "ja"), charts.who_must_act(Dataset()), charts.flow(sound())]
    assert len({picture.digest(), picture.digest(390), *(other.digest() for other in others)}) == 5


ELEMENTS = {"svg", "title", "desc", "rect", "line", "circle", "polygon", "path", "text", "tspan"}
NASTY = "</script></title><b onload='x'>&amp;\"{{1+1}}\\n\u2028 ]]> \x1b[31m\x07\u202e\ufffe 👩🏽‍🚀 か\u3099"


@cache
def nasty_pictures() -> tuple[charts.Picture, ...]:
    """Return charts of data whose names try to do harm, and which nobody has validated."""
    captions = re.compile("(name|label|title|summary)(_en)?")
    records = [
        attrs.evolve(record, **{field.name: NASTY for field in attrs.fields(type(record)) if captions.fullmatch(field.name)})
        for record in sound()
    ]
    metadata = attrs.evolve(sound().metadata, title="</title><b onload='x'>&amp;\u202e")
    return tuple(pictures(Dataset.of(records, metadata), "en"))


def test_texts_do_no_harm():
    for picture in nasty_pictures():
        svg = picture.to_svg()
        assert {element.tag.removeprefix(SVG) for element in parse(svg).iter()} <= ELEMENTS
        assert not any(name.startswith("on") or "href" in name for element in parse(svg).iter() for name in element.attrib)
        svg.encode()
        for content in (svg, picture.to_html(), picture._repr_html_()):
            assert "<b" not in content.replace("<body", "")
            assert not any(unicodedata.category(letter) in ("Cc", "Cs") and letter != "\n" for letter in content)
            assert not set(content) & set("\u202e\u2028\ufffe")


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_any_text_becomes_well_formed(text: str):
    sheet = Scene(400, "ja")
    sheet.add_text(0, 0, text, tip=text)
    sheet.add_box(0, 0, 9, 9, "#000000", tip=text)
    picture = attrs.evolve(charts.who_must_act(Dataset()), title=text, alternative=text)
    root = parse(picture._render_svg(sheet))
    assert [element.tag for element in root] == [f"{SVG}{tag}" for tag in ("title", "desc", "rect", "rect", "text")]
    parse(picture.to_svg()).iter()
    picture.to_html().encode()


# Pages and notebooks


class Page(HTMLParser):
    """The tags and the addresses of a page."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attributes if name in ("src", "href", "action", "data", "srcset")]


def test_a_page_holds_the_picture_and_its_content_in_words():
    for picture in (*pictures(sound(), "ja"), *nasty_pictures()):
        page = Page(picture.to_html(390))
        assert page.tags[:6] == ["html", "head", "meta", "meta", "title", "style"]
        assert page.tags[-3:] == ["details", "summary", "pre"]
        assert "script" not in page.tags
        assert page.addresses == []
    html = charts.flow(sound(), "ja").to_html(390)
    assert charts.flow(sound(), "ja").to_svg(390) in html
    assert '<html lang="ja">' in html


def test_a_notebook_shows_the_picture_with_tooltips():
    picture = charts.flow(sound())
    assert picture._repr_html_() == picture._repr_svg_() == picture.to_svg()
    assert list_tips(parse(picture._repr_html_()), "path")
    assert repr(picture).startswith("<Picture flow: Who asks whom")
    assert str(picture) == picture.text


# PNG


def list_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    offset = 8
    while offset < len(content):
        (length,) = struct.unpack(">I", content[offset : offset + 4])
        kind, body = content[offset + 4 : offset + 8], content[offset + 8 : offset + 8 + length]
        assert struct.unpack(">I", content[offset + 8 + length : offset + 12 + length])[0] == zlib.crc32(kind + body)
        yield kind, body
        offset += 12 + length


@pytest.mark.parametrize("scale", [0.5, 1, 1.5, 2])
def test_a_png_has_its_width_and_its_content_in_words(scale: float):
    picture = charts.who_must_act(sound(), "ja")
    content = dict(list_chunks(picture.to_png(390, scale=scale)))
    root = parse(picture.to_svg(390))
    width, height = struct.unpack(">II", content[b"IHDR"][:8])
    assert width == round(390 * scale)
    assert abs(height - int(root.get("height")) * scale) <= 1
    assert content[b"iTXt"].endswith(picture.alternative.encode())


@pytest.mark.parametrize("scale", [0, -2, 1e-9, 1000, 1e300])
def test_a_png_without_dots_or_with_too_many_is_refused(scale: float):
    with pytest.raises(
        ValueError, match=f"found the scale {re.escape(str(scale))}, expected one that gives an image of 1 to 100,000,000 dots"
    ):
        charts.who_must_act(sound()).to_png(scale=scale)


def test_a_png_of_hostile_texts_is_one():
    for picture in nasty_pictures():
        assert dict(list_chunks(picture.to_png(390, 1)))[b"iTXt"]


def read_pixels(title: str) -> bytes:
    picture = attrs.evolve(charts.who_must_act(Dataset(), "ja"), title=title, text=title)
    return dict(list_chunks(picture.to_png()))[b"IDAT"]


def test_japanese_is_drawn_with_the_font_that_is_installed():
    import noto_cjk_sans_jp_regular

    family = parse(charts.flow(Dataset()).to_svg()).get("font-family").split(",")[0].strip("'")
    assert family.encode("utf-16-be") in noto_cjk_sans_jp_regular.FONT_PATH.read_bytes()
    images = [read_pixels(title) for title in ("髙﨑", "鷗外", "𠮷野", "□□", "Aa")]
    assert len(set(images)) == len(images), "signs that a font lacks all look alike"


# Files


def test_files_are_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    picture = charts.who_must_act(sound())
    for suffix in (".svg", ".png", ".html", ".csv", ".txt", ".SVG"):
        assert picture.save(tmp_path / f"asks{suffix}").stat().st_size > 50
    before = (tmp_path / "asks.svg").read_bytes()
    assert before.decode() == picture.to_svg()
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space"):
        picture.save(tmp_path / "asks.svg")
    assert (tmp_path / "asks.svg").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == len({path.name for path in tmp_path.iterdir() if not path.name.startswith(".")})


def test_other_formats_and_widths_are_refused(tmp_path: Path):
    picture = charts.who_must_act(sound())
    with pytest.raises(UnknownNameError, match=r"'asks.pdf' does not say what to write; expected a name that ends with \.svg, \.png, "):
        picture.save(tmp_path / "asks.pdf")
    for render in (picture.to_svg, picture.to_png, picture.to_html, picture.digest):
        with pytest.raises(ValueError, match="found the width 100, expected at least 320"):
            render(100)


# Libraries


def python(code: str, seed: int = 0) -> str:
    """Run code in a process whose sets have an order of their own by the seed, and return what it prints."""
    environment = os.environ | {"PYTHONHASHSEED": f"{seed}"}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment).stdout.strip()


def test_all_but_png_needs_no_library_that_draws(tmp_path: Path):
    code = (
        "import sys, dxgov\n"
        "sys.modules |= dict.fromkeys(('resvg_py', 'noto_cjk_sans_jp_regular'))\n"
        "for name in dxgov.charts.NAMES:\n"
        "    picture = dxgov.charts.picture(name, dxgov.load(), 'telework' if name == 'trace' else None)\n"
        "    picture.text, picture.alternative, picture.table, picture.digest(), picture._repr_html_()\n"
        f"    for suffix in ('svg', 'html', 'csv', 'txt'): picture.save({str(tmp_path)!r} + f'/{{name}}.{{suffix}}')\n"
        "print([name for name in ('pandas', 'matplotlib', 'PIL') if name in sys.modules])"
    )
    assert python(code) == "[]"
    assert len(list(tmp_path.iterdir())) == 4 * len(charts.NAMES)


def test_every_process_writes_the_same_bytes():
    code = (
        "import dxgov\n"
        "for name in dxgov.charts.NAMES:\n"
        "    print(dxgov.charts.picture(name, dxgov.load(), 'telework' if name == 'trace' else None).digest())"
    )
    assert python(code, seed=1) == python(code, seed=2)


@pytest.mark.parametrize("name", ["resvg_py", "noto_cjk_sans_jp_regular"])
def test_a_missing_library_is_named_with_its_extra(name: str):
    code = f"import sys; sys.modules[{name!r}] = None\nimport dxgov\npicture = dxgov.charts.flow(dxgov.load())\n"
    message = python(code + "try: picture.to_png()\nexcept dxgov.NotInstalledError as error: print(error)")
    assert message == f"{name} is not installed; pip install 'dxgov[plot]'"


def test_a_missing_library_is_an_import_error():
    assert issubclass(NotInstalledError, ImportError)

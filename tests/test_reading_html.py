"""HTML pages and Markdown: marks of lists, tables and definition lists as cells, and what is left out."""

import pytest

from dxgov.documents.extraction import extract


def read(html):
    return extract(f"<html><body>{html}</body></html>".encode())


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<ol><li>東<li>西</ol>", ["1. 東", "2. 西"]),
        ("<ol start=3 type=a><li>東<li value=7>西<li>南</ol>", ["c. 東", "g. 西", "h. 南"]),
        ("<ol style='list-style-type: katakana-iroha'><li>東<li>西</ol>", ["イ、東", "ロ、西"]),
        ("<ol style='list-style: none'><li>（１）東</ol>", ["（１）東"]),
        ("<ul><li>東<ul><li>西</ul><li>南</ul>", ["・東", "　・西", "・南"]),
        ("<p>町田<br>市<p>長", ["町田", "市", "長"]),
        ("<p>東京\n都と Tokyo\nMetropolis</p>", ["東京都と Tokyo Metropolis"]),
        ("<p><ruby>町<rp>(</rp><rt>まち</rt><rp>)</rp></ruby>田</p>", ["町田"]),
        ("<pre>一  二\n三</pre>", ["一  二", "三"]),
        ("<p>見<script>alert(1)</script><span hidden>隠</span>える<div style='display:none'><p>隠</p></div>", ["見える"]),
        ("<div>一<div>二</div>三</div>", ["一", "二", "三"]),
        ("&#x753A;&amp;&lt;p&gt;", ["町&<p>"]),
    ],
)
def test_lines_of_pages(html, lines):
    assert [line.text for line in read(html).lines] == lines


@pytest.mark.parametrize("unclosed", ["<!--", "<!-- >", "<![CDATA[", "<![CDATA[ >", "<a", "<a b='", "</a", "<?", "<!"])
def test_unclosed_markup_is_read_once(unclosed):
    assert read("<p>前</p>" + unclosed * 30_000).lines[0].text == "前"


def test_comments_end_where_browsers_end_them():
    page = "<p>一<!-- 隠 -->二</p><script>a = '<!--'</script><p>三<![CDATA[隠]]>四</p><!-- 隠 <p>隠</p>"
    assert [line.text for line in read(page).lines] == ["一二", "三四"]


def test_spans_of_cells_push_others_aside():
    grid = read("<table><tr><th rowspan=2>A<th colspan=2>B<tr><td>1<td>2<tr><td>3</table>").tables[0].grid
    assert {position: cell.text for position, cell in grid.items()} == {
        (0, 0): "A",
        (1, 0): "A",
        (0, 1): "B",
        (0, 2): "B",
        (1, 1): "1",
        (1, 2): "2",
        (2, 0): "3",
    }


def test_labels_and_values_become_rows():
    text = read("<dl><dt>日時<dd>令和２年<dt>場所<dd>都庁<dd>別室</dl><p>後</p>")
    assert {position: cell.text for position, cell in text.tables[0].grid.items()} == {
        (0, 0): "日時",
        (0, 1): "令和２年",
        (1, 0): "場所",
        (1, 1): "都庁",
        (2, 1): "別室",
    }
    assert text.lines[-1].cell is None


def test_a_table_in_a_cell_is_a_table_of_its_own():
    text = read("<table><tr><td>前<table><tr><td>中</table>後<td>隣</table>")
    assert [cell.text for cell in text.tables[0].cells] == ["前\n中\n後", "隣"]
    assert [cell.text for cell in text.tables[1].cells] == ["中"]
    assert [line.cell.table for line in text.lines] == [0, 1, 0, 0]


def test_headings_headers_and_titles():
    text = extract("<title>要望\n書</title><header>市</header><main><header><h2>要望</h2></header></main><footer>課</footer>".encode())
    assert extract("<html><title>要望</title>".encode()).properties == {"title": "要望"}
    assert text.media_type == "text/plain"
    text = extract("<html><header>市</header><main><header><h2>要望</h2></header></main><footer>課</footer>".encode())
    assert [(line.text, line.style) for line in text.lines] == [("市", "header"), ("要望", "heading 2"), ("課", "footer")]


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "utf-8"])
@pytest.mark.parametrize("states_encoding", [True, False])
def test_encodings_of_japan(encoding, states_encoding):
    meta = f"<meta charset='{encoding}'>" if states_encoding else ""
    assert extract(f"<html>{meta}<p>デジタル庁への要望をまとめました".encode(encoding)).text == "デジタル庁への要望をまとめました\n"


MARKDOWN = r"""# 要望書 #

- 一
    - 二
1. **三** と [リンク](https://example.org "x")

| 月 | 事 |
|:--|--|
| ４月 | a\|b |
| ５月 |

見出し
---
```
# 符号
```
\*印 <b>太</b> `コード`
"""


def test_markdown_without_its_signs():
    text = extract(MARKDOWN.encode(), media_type="text/markdown")
    assert [(line.text, line.style) for line in text.lines if line.text and not line.cell] == [
        ("要望書", "heading 1"),
        ("・一", "list"),
        ("　・二", "list"),
        ("1. 三 と リンク", "list"),
        ("見出し", "heading 2"),
        ("# 符号", ""),
        ("*印 太 コード", ""),
    ]
    assert [[cell.row, cell.column, cell.text] for cell in text.tables[0].cells] == [
        [0, 0, "月"],
        [0, 1, "事"],
        [1, 0, "４月"],
        [1, 1, "a|b"],
        [2, 0, "５月"],
    ]

"""Made-up tables: rosters, and tables whose cells span others."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import strategies as st

from printed_documents import Paragraph, PrintedDocument, PrintedTable, squeeze
from printed_facts import Fact

_FAMILIES = ("森", "林", "岡", "小野寺", "西園寺", "長谷川")
_GIVENS = ("一郎", "さくら", "健", "美智子")
_BODIES = ("青葉大学", "若葉市", "青葉県町村会", "西浜市社会福祉協議会")
_POSTS = ("会長", "副会長", "委員", "オブザーバー")
_WORDS = ("窓口の改善", "人材の育成", "データの公開", "令和6年度の\n回線の更新", "1,200千円", "△3", "研修の実施\n・初任者\n・管理者")


@st.composite
def rosters(draw: st.DrawFn) -> tuple[tuple[str, str, str], ...]:
    """Draw the members of a body: name, post and organisation."""
    names = st.builds("{}　{}".format, st.sampled_from(_FAMILIES), st.sampled_from(_GIVENS))
    rows = st.tuples(names, st.sampled_from(_POSTS), st.sampled_from(_BODIES))
    return tuple(draw(st.lists(rows, min_size=3, max_size=8, unique_by=lambda row: row[0])))


ROSTER_STYLES = {
    "roster": ("番号", "役職", "氏名", "所属"),
    "roster-of-names-first": ("氏名", "所属", "役職名"),
    "roster-of-organisations-first": ("団体名", "職名", "委員名"),
}
"""The headers of rosters."""
_COLUMNS = {"番号": 3, "氏名": 0, "委員名": 0, "役職": 1, "役職名": 1, "職名": 1, "所属": 2, "団体名": 2}


def print_roster(members: Sequence[tuple[str, str, str]], style: str) -> PrintedDocument:
    """Print a roster as a table."""
    header = ROSTER_STYLES[style]
    rows = [[(*member, str(number))[_COLUMNS[name]] for name in header] for number, member in enumerate(members, 1)]
    return PrintedDocument((Paragraph("委員名簿", heading=1), PrintedTable([header, *rows])), header="会議資料")


def list_members(members: Sequence[tuple[str, str, str]]) -> Counter[Fact]:
    """Return whom a roster names, with post and organisation."""
    return Counter(("member", squeeze(name), post) for name, post, _ in members)


@st.composite
def spanning_tables(draw: st.DrawFn) -> PrintedTable:
    """Draw a table with a header, whose first column has cells that span rows, and whose first row has one that spans columns."""
    width, height = draw(st.integers(3, 5)), draw(st.integers(2, 5))
    rows = [["項目", *draw(st.lists(st.sampled_from(_WORDS[:3]), min_size=width - 1, max_size=width - 1))]]
    rows += [draw(st.lists(st.sampled_from(_WORDS), min_size=width, max_size=width)) for _ in range(height)]
    spans = {}
    if draw(st.booleans()):
        spans[0, width - 2] = (1, 2)
        rows[0][width - 1] = ""
    if draw(st.booleans()):
        spans[1, 0] = (2, 1)
        rows[2][0] = ""
    return PrintedTable(rows, spans)


def list_cells(table: PrintedTable) -> Counter[Fact]:
    """Return the cells of a table."""
    return Counter(
        ("cell", str(row), str(column), squeeze(text), f"{height}×{width}") for row, column, text, height, width in table.cells if text
    )

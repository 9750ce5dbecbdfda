"""Three questions to the bundled data: who must act, what is to be passed on, and what was asked on one theme.

Run it with ``python examples/first_steps.py``.
"""

# ruff: noqa: T201 - a script prints its answers

import textwrap

import dxgov


def format_paragraph(text: str) -> str:
    """Return the text in lines of a readable length, indented."""
    return textwrap.fill(text, width=96, initial_indent="    ", subsequent_indent="    ")


def print_actors(ds: dxgov.Dataset) -> None:
    """Print who is expected to act, and on how many asks."""
    print(f"Who must act on the {len(ds.asks)} asks of {len(ds.requests)} requests?\n")
    for actor_id, number in ds.asks.to_pandas()["expected_of_id"].value_counts().items():
        actor = ds.actors[str(actor_id)]
        print(f"{number:4}  {actor.name_en} ({actor.name})")


def print_relayed_asks(ds: dxgov.Dataset, relayed_by: str, expected_of: str) -> None:
    """Print what one actor is asked to press another for, item by item."""
    asks = ds.asks.where(relayed_by_id=relayed_by, expected_of_id=expected_of)
    print(f"\nWhat is {ds.actors[relayed_by].name_en} to press the {ds.actors[expected_of].name_en} for? {len(asks)} things.\n")
    for ask in asks:
        item = ds.request_items[ask.item_id]
        print(f"{item.path:>5} {item.label_en}: {', '.join(kind.replace('_', ' ') for kind in ask.kinds)}")


def print_theme(ds: dxgov.Dataset, theme_id: str) -> None:
    """Print what was asked on a theme, each ask with its cited lines."""
    theme = ds.themes[theme_id]
    print(f"\nWhat was asked on {theme.label_en.lower()} ({theme.label})?\n")
    for ask in ds.asks.where(theme_ids=theme_id):
        print(format_paragraph(ask.summary_en))
        print(f"    [{ask.citation}]\n")


def main() -> None:
    """Answer all three questions."""
    ds = dxgov.load()
    print_actors(ds)
    print_relayed_asks(ds, relayed_by="jp-13-tokyo", expected_of="jp")
    print_theme(ds, "telework")


if __name__ == "__main__":
    main()

"""Three questions to the bundled data: who must act, what is to be passed on, and what was asked on one theme.

Run it with ``python examples/first_steps.py``.
"""

# ruff: noqa: T201 - a script prints its answers

import textwrap

import dxgov


def paragraph(text: str) -> str:
    """The text in lines of a readable length, set off from the margin."""
    return textwrap.fill(text, width=96, initial_indent="    ", subsequent_indent="    ")


def who_must_act(ds: dxgov.Dataset) -> None:
    """Who is expected to act, and on how many asks."""
    print(f"Who must act on the {len(ds.asks)} asks of {len(ds.requests)} requests?\n")
    for actor_id, number in ds.asks.to_pandas()["expected_of_id"].value_counts().items():
        actor = ds.actors[str(actor_id)]
        print(f"{number:4}  {actor.name_en} ({actor.name})")


def passed_on(ds: dxgov.Dataset, relayed_by: str, expected_of: str) -> None:
    """What one actor is asked to press another for, item by item."""
    asks = ds.asks.where(relayed_by_id=relayed_by, expected_of_id=expected_of)
    print(f"\nWhat is {ds.actors[relayed_by].name_en} to press the {ds.actors[expected_of].name_en} for? {len(asks)} things.\n")
    for ask in asks:
        item = ds.request_items[ask.item_id]
        print(f"{item.path:>5} {item.label_en}: {', '.join(kind.replace('_', ' ') for kind in ask.kinds)}")


def on_theme(ds: dxgov.Dataset, theme_id: str) -> None:
    """What was asked on a theme, each ask with the lines it was read from."""
    theme = ds.themes[theme_id]
    print(f"\nWhat was asked on {theme.label_en.lower()} ({theme.label})?\n")
    for ask in ds.asks.where(theme_ids=theme_id):
        print(paragraph(ask.summary_en))
        print(f"    [{ask.citation}]\n")


def main() -> None:
    """Ask all three."""
    ds = dxgov.load()
    who_must_act(ds)
    passed_on(ds, relayed_by="jp-13-tokyo", expected_of="jp")
    on_theme(ds, "telework")


if __name__ == "__main__":
    main()

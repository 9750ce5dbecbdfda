"""Time to read a date: dxgov beside japanera on days that both read, and beside ja-timex in running text.

``python benchmarks/date_speed.py`` runs the readers in turn, several rounds each, and writes ``docs/date-speed.json``: the median of
the rounds, the fastest and the slowest, and how many times longer than dxgov a reader takes. Every day is another one, so that no
reader can remember it. The running text is made of the summaries of the bundled data, with a sentence of
``tests/japanese_dates_found.csv`` after each ten of them: about as many dates as in minutes and letters. Last comes how the time grows
with the length of texts that are hard to read.
"""

import csv
import json
import platform
import sys
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from importlib.metadata import version
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import dxgov
from dxgov import Scope, When, dates

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "docs" / "date-speed.json"
ROUNDS, DAYS = 7, 4_000
FIRST = date(1990, 1, 1)
SAID_ON = date(2024, 4, 17)


def main() -> None:
    """Run all and write the results."""
    strptime = import_module("japanera").EraDate.strptime
    parser = import_module("ja_timex").TimexParser()
    days = [FIRST + timedelta(days=3 * number) for number in range(DAYS)]
    words = {
        calendar: [dates.write(When("x", day.isoformat(), Scope.EXACT), calendar=calendar) for day in days]
        for calendar in ("era", "western")
    }
    vague = [f"{day.month}月{day.day}日の週？" for day in days]
    with (ROOT / "tests" / "japanese_dates_found.csv").open(encoding="utf-8", newline="") as file:
        dated = [row["text"] for row in csv.DictReader(file)]
    plain = cycle(ask.summary for ask in dxgov.load().asks)
    text = "\n".join(line for sentence in dated for line in (*islice(plain, 10), sentence))
    tasks: dict[str, dict[str, tuple[int, Callable[[], Any]]]] = {
        "令和4年2月1日": {
            "dxgov": (DAYS, lambda: [dates.read(day) for day in words["era"]]),
            "japanera": (DAYS, lambda: [strptime(day, "%-K%-y年%m月%d日") for day in words["era"]]),
        },
        "2022年2月1日": {
            "dxgov": (DAYS, lambda: [dates.read(day) for day in words["western"]]),
            "japanera": (DAYS, lambda: [strptime(day, "%Y年%m月%d日") for day in words["western"]]),
        },
        "4月22日の週？": {"dxgov": (DAYS, lambda: [dates.read(week, SAID_ON) for week in vague])},
        "running text": {
            "dxgov": (len(text.encode()), lambda: dates.find(text, SAID_ON)),
            "ja-timex": (len(text.encode()), lambda: parser.parse(text)),
        },
    }
    results = {"python": platform.python_version(), "machine": platform.machine(), "rounds": ROUNDS, "tasks": {}}
    for task, readers in tasks.items():
        times: dict[str, list[float]] = {reader: [] for reader in readers}
        for number in range(ROUNDS + 1):
            for reader, (size, run) in readers.items():  # in turn, so that what else the machine does meets all of them
                begin = perf_counter()
                run()
                if number:  # the first round warms up
                    times[reader].append((perf_counter() - begin) / size * 1e6)
        dxgov_median = median(times["dxgov"])
        results["tasks"][task] = {
            "unit": "µs per byte of UTF-8" if task == "running text" else "µs per date",
            "readers": {
                reader: {
                    "version": version(reader),
                    "median": round(median(rounds), 4),
                    "fastest": round(min(rounds), 4),
                    "slowest": round(max(rounds), 4),
                    "times_dxgov": round(median(rounds) / dxgov_median, 2),
                }
                for reader, rounds in times.items()
            },
        }
    results["growth"] = {unit: measure_growth(unit) for unit in HOSTILE}
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(RESULTS.read_text(encoding="utf-8"))


HOSTILE = [
    "1",
    " ",
    "年",
    "(",
    "十",
    "2021 ",
    "4月~",
    "4月?",
    "令和",
    "第1四半期",
    "午後",
    "から",
    "か\u3099",
    "4月10日、17日、",
    "令和4年2月1日(火)14:00~15:30、",
]
"""Units of texts on which a careless reader backtracks."""


def measure_growth(unit: str) -> float:
    """Return how many times longer a text of repeated units takes if it is four times as long: 4 if time is linear in the length."""
    times = []
    for size in (25_000, 100_000):
        text = unit * (size // len(unit))
        rounds = []
        for _ in range(3):
            begin = perf_counter()
            dates.find(text)
            rounds.append(perf_counter() - begin)
        times.append(min(rounds))
    return round(times[1] / times[0], 1)


if __name__ == "__main__":
    main()

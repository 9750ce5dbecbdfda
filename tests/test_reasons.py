"""Whatever rule gives a value, the docs say in both languages what it saw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dxgov
from dxgov.drafting.reasons import describe_reason
from printed_documents import FORMATS, PrintedDocument
from printed_letters import STYLES as LETTER_STYLES
from printed_letters import Letter, letters, print_letter
from printed_letters import Style as LetterStyle
from printed_minutes import STYLES as MINUTES_STYLES
from printed_minutes import Minutes, minutes, print_minutes
from printed_minutes import Style as MinutesStyle
from soundness import sound


def list_unexplained(document: PrintedDocument) -> set[str]:
    """Return the reasons of a document's draft that have no words."""
    draft = dxgov.read(FORMATS["text"].write(document), like=sound())
    reasons = {guess.reason for guess in draft.guesses if guess.field != "id"} | {flaw.reason for flaw in draft.damage}
    return {reason for reason in reasons if reason in describe_reason(reason).texts.values()}


@given(letters(), st.sampled_from(LETTER_STYLES))
def test_reasons_of_letters_have_words(letter: Letter, style: LetterStyle):
    assert not list_unexplained(print_letter(letter, style))


@given(minutes(), st.sampled_from(MINUTES_STYLES))
def test_reasons_of_minutes_have_words(content: Minutes, style: MinutesStyle):
    assert not list_unexplained(print_minutes(content, style))


@pytest.mark.parametrize(
    "rule", ["assistant", "theme-is-named", "year-of-document", "column-by-header", "opinion-asks", "kind-meeting", "minister"]
)
def test_reasons_have_words_in_both_languages(rule: str):
    meaning = describe_reason(rule)
    assert rule not in (meaning.ja, meaning.en)
    assert not set("[]`|") & {*meaning.ja, *meaning.en}
    assert describe_reason(f"{rule} toy 1").ja == f"{meaning.ja}：toy 1"


def test_other_reasons_stand_as_they_are():
    assert describe_reason("my-own-rule toy").texts == {"ja": "my-own-rule toy", "en": "my-own-rule toy"}

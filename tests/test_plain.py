"""The plain form of records: exact both ways, and strict about what it takes."""

import json

import pytest
from hypothesis import given

import dxgov
from dxgov.model.serialization import structure, unstructure
from dxgov.testing import datasets, metadata


@given(datasets())
def test_records_come_back(data):
    for record in data:
        assert structure(json.loads(json.dumps(unstructure(record))), type(record)) == record


@given(metadata())
def test_metadata_come_back(about):
    assert structure(json.loads(json.dumps(unstructure(about))), dxgov.Metadata) == about


def test_every_fault_has_its_path(ds):
    form = unstructure(ds.requests["req-2020-11-24-tokyo-assocs-digital"])
    form["round"] = "2"
    form["submitted_by_ids"] = "a"
    form["submitted"] = {"text": 1, "edtf": "2020-02-30", "scope": "exactly"}
    form["titel"] = "x"
    form["signatory_ids"] = ["a", 5, "c", None]
    form["citation"] = {"first_line": True}
    with pytest.raises(dxgov.DataError) as caught:
        structure(form, dxgov.Request)
    told = {(problem.field, str(problem.code)) for problem in caught.value.problems}
    assert told == {
        ("round", "wrong-type"),
        ("submitted_by_ids", "wrong-type"),
        ("submitted.text", "wrong-type"),
        ("submitted.scope", "unknown-code"),
        ("titel", "unknown-column"),
        ("signatory_ids[1]", "wrong-type"),
        ("signatory_ids[3]", "wrong-type"),
        ("citation.source_id", "missing-value"),
        ("citation.first_line", "wrong-type"),
    }
    assert "did you mean 'title'" in str(caught.value)
    assert "did you mean 'exact'" in str(caught.value)


def test_a_fault_inside_a_list_of_objects_has_its_path():
    with pytest.raises(dxgov.DataError) as caught:
        structure({"name": "x", "licenses": [{"name": "MIT"}, {"nmae": "MIT"}]}, dxgov.Metadata)
    (problem,) = caught.value.problems
    assert (problem.field, str(problem.code)) == ("licenses[1].nmae", "unknown-column")


def test_a_date_that_is_none_is_told():
    with pytest.raises(dxgov.DataError) as caught:
        structure({"text": "2月30日", "edtf": "2020-02-30", "scope": "exact"}, dxgov.When)
    (problem,) = caught.value.problems
    assert problem.code == "invalid-value"
    assert "2020-02 has no day 30" in problem.message


def test_what_is_no_object_is_told():
    with pytest.raises(dxgov.DataError, match="expected an object with the fields of Theme"):
        structure(["x"], dxgov.Theme)

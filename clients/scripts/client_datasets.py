"""Hugging Face datasets, offline: every file with its own builder; with the defaults of the CSV builder, or everything as text."""

import os
import tempfile

os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_PROGRESS_BARS="1")

import datasets
from told import list_resources, records, tell

datasets.disable_progress_bars()


def read(package, way):
    tables = {}
    with tempfile.TemporaryDirectory() as cache:
        for resource in list_resources(package):
            path = str(package / resource["path"])
            if path.endswith(".parquet"):
                dataset = datasets.load_dataset("parquet", data_files=path, split="train", cache_dir=cache)
            else:
                names = [field["name"] for field in resource["schema"]["fields"]]
                features = datasets.Features({name: datasets.Value("string") for name in names}) if way == "text" else None
                more = {"keep_default_na": False, "na_values": [""]} if way == "text" else {}
                dataset = datasets.load_dataset("csv", data_files=path, split="train", cache_dir=cache, features=features, **more)
            tables[resource["name"]] = records(dataset.to_list(), dataset.column_names)
    return [], tables


tell("datasets", read)

"""Spark: CSV as text or with its defaults, and Parquet; the part file that it writes is put in place of the file, or left in its folder."""

import shutil

from pyspark.sql import SparkSession, functions
from told import save, spell_edits

EXACT = {"header": True, "quote": '"', "escape": '"', "ignoreLeadingWhiteSpace": False, "ignoreTrailingWhiteSpace": False}
READ = {"defaults": {"header": True, "inferSchema": True}}
WRITE = {"defaults": {"header": True}}
spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", False).config("spark.sql.shuffle.partitions", 1).getOrCreate()


def apply_edits(frame, edits):
    for id, column, value in edits["change"]:
        frame = frame.withColumn(column, functions.when(frame["id"] == id, value).otherwise(frame[column]))
    for value in edits["drop"]:
        frame = frame.where(frame[edits["sort"]] != value)
    for row in edits["add"]:
        added = spark.createDataFrame([tuple(row.values())], frame.select(*row).schema)
        frame = frame.unionByName(added, allowMissingColumns=True)
    for column in edits["empty"]:
        frame = frame.withColumn(column, functions.lit(None).cast(frame.schema[column].dataType))
    return frame.orderBy(edits["sort"], ascending=False)


def rewrite(path, edits, way):
    out = path.with_suffix(".new")
    if path.suffix == ".parquet":
        frame = spark.read.parquet(str(path))
        frame = apply_edits(frame, edits) if edits else frame
        frame.coalesce(1).write.parquet(str(out))
    else:
        frame = spark.read.csv(str(path), **READ.get(way, {**EXACT, "multiLine": True}))
        frame = apply_edits(frame, spell_edits(edits, typed=way == "defaults")) if edits else frame
        frame.coalesce(1).write.csv(str(out), **WRITE.get(way, EXACT))
    path.unlink()
    if way == "folder":
        out.rename(path)
    else:
        (part,) = out.glob("part-*")
        part.rename(path)
        shutil.rmtree(out)


save("pyspark", rewrite)

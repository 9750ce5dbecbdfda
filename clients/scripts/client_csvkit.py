"""csvkit: csvjson for the values, with and without its guesses, and csvclean for faults."""

import io
import json

from csvkit.utilities.csvclean import CSVClean
from csvkit.utilities.csvjson import CSVJSON
from told import files, records, tell


def run(utility, *arguments):
    """Run a utility as from the command line; return its output and its error output."""
    out, errors = io.StringIO(), io.StringIO()
    utility(list(map(str, arguments)), out, errors).run()
    return out.getvalue(), errors.getvalue()


def read(package, way):
    if way == "clean":
        outputs = [run(CSVClean, "--length-mismatch", path)[1] for path in files(package).values()]
        return [output for output in outputs if output.strip() and "No errors" not in output], None
    options = ["--no-inference", "--blanks"] if way == "text" else []
    return [], {name: records(json.loads(run(CSVJSON, *options, path)[0])) for name, path in files(package).items()}


tell("csvkit", read)

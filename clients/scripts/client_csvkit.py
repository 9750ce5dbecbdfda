"""csvkit: csvjson for the values, with and without its guesses, and csvclean for faults."""

import io
import json

from csvkit.utilities.csvclean import CSVClean
from csvkit.utilities.csvjson import CSVJSON
from told import files, records, tell


def run(utility, *arguments):
    """What a utility writes and says, as from the command line."""
    out, said = io.StringIO(), io.StringIO()
    utility(list(map(str, arguments)), out, said).run()
    return out.getvalue(), said.getvalue()


def read(package, way):
    if way == "clean":
        said = [run(CSVClean, "--length-mismatch", path)[1] for path in files(package).values()]
        return [each for each in said if each.strip() and "No errors" not in each], None
    options = ["--no-inference", "--blanks"] if way == "text" else []
    return [], {name: records(json.loads(run(CSVJSON, *options, path)[0])) for name, path in files(package).items()}


tell("csvkit", read)

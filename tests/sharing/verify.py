"""A provider that knows some paths, and its verifier: `verify.py MANIFEST PATH…`.

Prints a line for each pact that was pulled: its consumer, its content, and whether all that it wants is there.
"""

import json
import pathlib
import sys

manifest = pathlib.Path(sys.argv[1])
about = json.loads(manifest.read_text())
for pulled in about["pacts"]:
    pact = json.loads((manifest.parent / about["directory"] / pulled["file"]).read_text())
    wanted = {it["request"]["path"] for it in pact["interactions"]}
    result = "success" if wanted <= set(sys.argv[2:]) else "fail"
    print(pulled["consumer"], pulled["contentId"], result)

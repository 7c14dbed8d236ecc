"""The tests of Basket: `consumer.py VERSION DIRECTORY` leaves their pact in a directory."""

import json
import sys
import urllib.request

from pact import Pact, match

version, directory = sys.argv[1:]
part = {"title": "Any title"} if version == "1" else {"weight": 350}

pact = Pact("Basket", "Catalogue").with_specification("V4")
(
    pact.upon_receiving(f"a request for the {next(iter(part))} of a book")
    .given("book 42 is for sale")
    .with_request("GET", "/books/42")
    .will_respond_with(200)
    .with_body(match.like({"isbn": "42", **part}), content_type="application/json")
)
with pact.serve() as catalogue:
    with urllib.request.urlopen(f"{catalogue.url}/books/42") as answer:
        assert part.items() <= json.load(answer).items()
pact.write_file(directory)

"""The build of the Catalogue: `provider.py URL BRANCH` verifies the pacts of Basket's branch.

The verifier takes the token of the broker from the environment.
"""

import os
import sys

from pact import Verifier

catalogue, branch = sys.argv[1:]
verifier = Verifier("Catalogue", host="127.0.0.1").add_transport(url=catalogue)
verifier.state_handler({"book 42 is for sale": lambda action, parameters: None}, teardown=True)
verifier.set_publish_options("7", branch="main")
source = verifier.broker_source(os.environ["PACT_BROKER_BASE_URL"], selector=True)
source.consumer_version(branch=branch).provider_branch("main").build()
verifier.verify()

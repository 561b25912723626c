"""Health check of the web container: does this address answer with 200?

Standard library only, so that it starts at once. It asks under the installation's own name,
because production refuses every other.
"""

import os
import sys
import urllib.request

host = os.environ["ALLOWED_HOSTS"].split(",")[0].lstrip(".").replace("*", "localhost")
request = urllib.request.Request(sys.argv[1], headers={"Host": host, "X-Forwarded-Proto": "https"})  # noqa: S310
with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  (our own address, from the compose file)
    sys.exit(answer.status != 200)

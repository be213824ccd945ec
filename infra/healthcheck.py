"""For the container: exits with an error unless the service and its database answer."""

import os
from urllib.request import Request, urlopen

address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/terveys/"
host = os.environ["ALLOWED_HOSTS"].split(",")[0].removeprefix(".")
urlopen(Request(address, headers={"Host": host}), timeout=5)

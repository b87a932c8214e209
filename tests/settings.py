"""The application's settings as the tests have them."""

import os

os.environ["REMS_ENV"] = "test"

from rems.settings import *  # noqa: F403

# tries: stay in a regular expression for ever
# ends: timeout
# seconds: 0.3

import re
re.match(r"(a+)+$", "a" * 64 + "b")

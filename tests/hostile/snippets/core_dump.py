# tries: leave a core file behind
# ends: crashed

import resource
with contextlib.suppress(ValueError, OSError):
    resource.setrlimit(resource.RLIMIT_CORE, (1 << 30, 1 << 30))
os.abort()

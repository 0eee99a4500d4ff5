# tries: raise its own limits

import resource
for name in ("RLIMIT_AS", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE", "RLIMIT_NPROC", "RLIMIT_MEMLOCK"):
    which = getattr(resource, name)
    soft, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        attempt(resource.setrlimit, which, (hard + 1, hard + 1))
        attempt(resource.setrlimit, which, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    elif name != "RLIMIT_NPROC":
        print("REACHED", name, soft, hard)
resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20))

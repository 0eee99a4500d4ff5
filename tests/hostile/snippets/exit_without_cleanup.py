# tries: end the process at once
# ends: crashed

os._exit(0)

# tries: end the process by a failing library
# ends: crashed

libc.abort()

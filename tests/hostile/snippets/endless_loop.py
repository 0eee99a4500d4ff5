# tries: compute for ever
# ends: timeout
# seconds: 0.5

while True:
    pass

# tries: compute for ever and ignore every exception
# ends: timeout
# seconds: 0.3

kept = None
while True:
    try:
        while True:
            pass
    except BaseException:
        pass

# tries: never give a result

def normalise(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass

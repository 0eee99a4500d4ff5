# tries: run code when the process ends

import atexit
def late():
    print("late")
    while True:
        pass
atexit.register(late)
class Last:
    def __del__(self):
        while True:
            pass
last = Last()
threading._register_atexit(late)
# the next crash, rewind and close must not wait for them

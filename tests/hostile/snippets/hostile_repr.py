# tries: run code when a result is displayed
# ends: error

class Shown:
    def __repr__(self):
        attempt(open, host.secret)
        return 5
Shown()

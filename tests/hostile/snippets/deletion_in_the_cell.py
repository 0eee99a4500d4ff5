# tries: block in a destructor while the cell ends
# ends: timeout
# seconds: 0.4

class Last:
    def __del__(self):
        while True:
            try:
                time.sleep(60)
            except BaseException:
                pass
Last()
None

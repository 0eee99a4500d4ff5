# tries: run code when a file is loaded, and reach out from there
# ends: ok/error

import pickle
class Bomb:
    def __reduce__(self):
        return open, (host.secret,)
attempt(pickle.loads, pickle.dumps(Bomb()))
torch.save(Bomb(), "bomb.pt")
attempt(torch.load, "bomb.pt", weights_only=False)

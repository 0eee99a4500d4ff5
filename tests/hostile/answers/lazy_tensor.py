# tries: give tensors with absurd shapes, strides and storages

def normalise(x):
    return torch.as_strided(x, (1 << 20, 1 << 20), (0, 0))

# tries: stay in a C function for ever
# ends: timeout
# seconds: 0.3

a = torch.ones(3000, 3000)
while True:
    a = a @ a

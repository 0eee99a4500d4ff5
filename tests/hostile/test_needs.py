"""What learners need goes on working at both levels."""

from __future__ import annotations

from functools import partial

import pytest

from tutor.engine.client import Engine

pytestmark = [
    pytest.mark.xdist_group("hostile"),
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(60),
]

NEEDS = {
    "save and load": """
torch.save({"w": torch.ones(3)}, "w.pt")
assert torch.load("w.pt")["w"].sum() == 3
import os, shutil, pathlib
shutil.copy("w.pt", "best.pt")
shutil.copy2("w.pt", "kept.pt")
pathlib.Path("w.pt").touch()
os.replace("best.pt", "best-2.pt")
os.makedirs("runs/one")
shutil.copytree("runs", "other", dirs_exist_ok=True)
shutil.rmtree("runs")
assert sorted(os.listdir("other")) == ["one"]
""",
    "loader with workers": """
from torch.utils.data import DataLoader, TensorDataset
class Squares(torch.utils.data.Dataset):
    def __len__(self): return 20
    def __getitem__(self, i): return {"x": torch.full((3,), float(i)), "y": i * i}
for _ in range(2):
    seen = sum(int(batch["y"].sum()) for batch in DataLoader(Squares(), batch_size=4, num_workers=2))
    assert seen == sum(i * i for i in range(20))
pairs = TensorDataset(torch.arange(20.0), torch.arange(20))
loader = DataLoader(pairs, batch_size=5, num_workers=2, persistent_workers=True, shuffle=True)
assert sum(float(x.sum()) for _ in range(2) for x, _ in loader) == 380
del loader
""",
    "processes and queues": """
import multiprocessing, time, concurrent.futures
def square(x): return x * x
with multiprocessing.Pool(2) as pool:
    assert pool.map(square, range(5)) == [0, 1, 4, 9, 16]
with concurrent.futures.ProcessPoolExecutor(2) as pool:
    assert sum(pool.map(square, range(5))) == 30
def send(queue, lock, total):
    with lock:
        total.value += 1
    queue.put(torch.arange(3))
    time.sleep(0.3)
queue, lock = torch.multiprocessing.Queue(), multiprocessing.RLock()
total, event = multiprocessing.Value("i", 3), multiprocessing.Event()
process = torch.multiprocessing.Process(target=send, args=(queue, lock, total))
process.start()
assert queue.get().tolist() == [0, 1, 2]
process.join()
assert total.value == 4 and process.exitcode == 0
event.set()
assert event.wait(1)
""",
    "ending a process": """
import multiprocessing, time, subprocess, sys
process = multiprocessing.Process(target=time.sleep, args=(60,))
process.start()
process.terminate()
process.join(10)
assert process.exitcode == -15
try:
    subprocess.run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.5)
except subprocess.TimeoutExpired:
    pass
""",
    "a program of one's own": """
import subprocess, sys
done = subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True)
assert (done.stdout, done.returncode) == ("42\\n", 0), done
""",
    "threads": """
import threading, queue, concurrent.futures, asyncio
with concurrent.futures.ThreadPoolExecutor(8) as pool:
    assert sum(pool.map(lambda i: torch.ones(10).sum().item(), range(50))) == 500
async def main():
    await asyncio.sleep(0.01)
    return await asyncio.to_thread(lambda: 5)
assert asyncio.run(main()) == 5
""",
    "temporary files": """
import tempfile, os, sqlite3, zipfile, pickle
with tempfile.TemporaryDirectory() as folder, tempfile.NamedTemporaryFile() as file:
    open(os.path.join(folder, "x"), "w").write("x")
    file.write(b"y")
base = sqlite3.connect("base.db")
base.execute("create table if not exists t (x)")
base.commit()
with zipfile.ZipFile("z.zip", "w") as archive:
    archive.writestr("a", "b")
zipfile.ZipFile("z.zip").extractall("z")
assert os.path.expanduser("~").startswith("/")
""",
    "numbers, time, chance": """
import random, time, datetime, numpy as np, math, os, getpass, platform
np.random.seed(0); random.seed(0); torch.manual_seed(0)
assert np.linalg.inv(np.eye(3)).sum() == 3
np.save("a.npy", np.ones(3)); np.memmap("m", "float32", "w+", shape=(10,))[:] = 1
t = time.time(); time.sleep(0.01); assert time.time() > t and os.urandom(4)
datetime.datetime.now().astimezone(); os.cpu_count(); os.sched_getaffinity(0); platform.platform()
import signal
signal.signal(signal.SIGALRM, lambda *_: None); signal.setitimer(signal.ITIMER_REAL, 0.05); time.sleep(0.1)
""",
    "training": """
model = torch.nn.Sequential(torch.nn.Linear(3, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters())
for _ in range(3):
    optimizer.zero_grad()
    model(torch.ones(4, 3)).sum().backward()
    optimizer.step()
torch.set_num_threads(1); torch.linalg.svd(torch.rand(20, 20)); torch.jit.script(model)
""",
}


def _append(pieces: list[str], _stream: str, text: str) -> None:
    pieces.append(text)


@pytest.mark.parametrize("need", NEEDS)
async def test_need(engine: Engine, need: str) -> None:
    """It works in a fresh session, and again in one that came back from a crash."""
    session = await engine.session(setup="import torch")
    try:
        for crash in ("import os; os._exit(1)", ""):
            pieces: list[str] = []
            result = await session.run(NEEDS[need], seconds=30, on_output=partial(_append, pieces))
            assert result.status == "ok", (result, "".join(pieces))
            if crash:
                assert (await session.run(crash, seconds=10)).status == "crashed"
    finally:
        await session.close()

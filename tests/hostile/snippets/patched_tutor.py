# tries: replace the tutor's own functions in its process
# ends: timeout/crashed
# seconds: 0.5

import tutor.engine.worker.active as active
import tutor.engine.worker.cells as cells
import tutor.engine.protocol as protocol
protocol.pack = lambda message: b"\0\0\0\0"
active.send_frame = lambda *_: None
cells.neutralise = lambda text: text

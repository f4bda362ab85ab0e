"""Stands in for systemd: prints each notification that a Unix datagram socket gets, as a line of JSON.

A notification may carry a descriptor (BARRIER=1): its sender waits until it is closed here.
"""

import json
import os
import socket
import sys

with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
    receiver.bind(sys.argv[1])
    print(json.dumps("bound"), flush=True)
    while True:
        data, descriptors, _, _ = socket.recv_fds(receiver, 65536, 8)
        for descriptor in descriptors:
            os.close(descriptor)
        print(json.dumps(data.decode()), flush=True)

"""The process that the engine starts: `pulumi-resource-azure-native ENGINE_ADDRESS`."""

import os
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from azure_native.provider import AzureNative

# Each operation on a resource holds a thread while it waits for Azure.
THREADS = 64
MESSAGE_BYTES = 400 * 1024 * 1024


# How often it looks whether the engine still lives, in seconds.
LOOKS_EVERY = 0.5


def main() -> None:
    """Serve until the engine ends the process, or is gone itself."""
    engine = os.getppid()
    server = grpc.server(
        ThreadPoolExecutor(max_workers=THREADS),
        options=[("grpc.max_receive_message_length", MESSAGE_BYTES)],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(AzureNative(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    # The engine reads the port from the first line.
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    while not done.wait(LOOKS_EVERY):
        if os.getppid() != engine:
            # An engine that was killed cannot end its plugins. Whatever waits for Azure here waits for nobody.
            os._exit(1)
    server.stop(grace=1)


if __name__ == "__main__":
    main()

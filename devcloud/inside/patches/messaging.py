# SPDX-License-Identifier: Apache-2.0
"""Makes oslo.messaging's in-process transport serialise messages as a network does.

As it comes, it hands the very same objects to the receiver, who could change what the
sender still holds, and every listener looks for messages 20 times a second. Here each
message is packed and unpacked on the way, and listeners are woken when one arrives.
"""

import threading
import time
from typing import Any

from oslo_messaging._drivers import base, impl_fake
from oslo_serialization import jsonutils

_arrived = threading.Condition()

# How long a listener sleeps when nothing arrives, in seconds, before it looks whether it
# was stopped.
_LOOK_AGAIN = 1.0


class _Exchange(impl_fake.FakeExchange):  # type: ignore[misc]
    def deliver_message(self, topic: str, ctxt: Any, message: Any, **options: Any) -> None:
        ctxt, message = jsonutils.loads(jsonutils.dumps([ctxt, message]))
        super().deliver_message(topic, ctxt, message, **options)
        with _arrived:
            _arrived.notify_all()


class _Listener(impl_fake.FakeListener):  # type: ignore[misc]
    def _poll(self, timeout: float | None = None) -> Any:
        deadline = None if timeout is None else time.monotonic() + timeout
        with _arrived:
            while not self._stopped.is_set():
                message = self._take()
                if message is not None:
                    return message
                remaining = _LOOK_AGAIN if deadline is None else deadline - time.monotonic()
                if remaining <= 0:
                    return None
                _arrived.wait(min(remaining, _LOOK_AGAIN))
        return None

    poll = base.batch_poll_helper(_poll)

    def _take(self) -> Any:
        for target in self._targets:
            exchange = self._exchange_manager.get_exchange(target.exchange)
            ctxt, message, replies, requeue = exchange.poll(target, self._pool)
            if message is not None:
                return impl_fake.FakeIncomingMessage(ctxt, message, replies, requeue)
        return None


def apply() -> None:
    """Patch oslo.messaging in this process; call it before a transport is made."""
    impl_fake.FakeExchange = _Exchange
    impl_fake.FakeListener = _Listener

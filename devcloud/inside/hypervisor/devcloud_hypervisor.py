# SPDX-License-Identifier: Apache-2.0
"""Nova's fake hypervisor driver, whose instances survive a restart.

Nova's own one invents a new host at every start and forgets its instances. Here the host
keeps its identity, and the instances are those that Nova's database says run on it. The guest
agent is pretended as well: it writes down when it froze and thawed an instance, and fails when the
knob says so.
"""

import time
from pathlib import Path
from typing import Any

import nova.conf
import nova.context
from nova import exception, objects
from nova.compute import vm_states
from nova.virt import fake
from oslo_config import cfg

from devcloud import knobs

OPTIONS = [
    cfg.StrOpt("devcloud_knobs", help="Folder of the knobs."),
    cfg.StrOpt("devcloud_guest_agent_log", help="One line per freeze and thaw of an instance."),
]

_NOT_ON_THE_HOST = (
    vm_states.BUILDING,
    vm_states.DELETED,
    vm_states.SOFT_DELETED,
    vm_states.SHELVED_OFFLOADED,
)


class Driver(fake.FakeDriverWithoutFakeNodes):  # type: ignore[misc]
    """The driver that Nova's option ``compute_driver`` names."""

    capabilities = fake.FakeDriver.capabilities | {"supports_bfv_rescue": True}

    def init_host(self, host: str) -> None:
        """Take up the instances that ran here when the cloud was stopped."""
        super().init_host(host)
        known = objects.InstanceList.get_by_host(nova.context.get_admin_context(), host)
        for instance in known:
            if instance.vm_state not in _NOT_ON_THE_HOST:
                self.instances[instance.uuid] = fake.FakeInstance(
                    instance.name, instance.power_state, instance.uuid
                )

    def get_host_uptime(self) -> str:
        """What ``uptime`` would print; Nova's own driver raises NotImplementedError."""
        return "00:00:00 up 1 day,  0:00,  1 user,  load average: 0.00, 0.00, 0.00"

    def quiesce(self, context: Any, instance: Any, image_meta: Any) -> None:
        """Freeze the file systems, as libvirt's driver does it.

        Raises QemuGuestAgentNotEnabled without the agent, InstanceQuiesceFailed by the knob.
        """
        self._tell_agent("quiesce", instance, image_meta)

    def unquiesce(self, context: Any, instance: Any, image_meta: Any) -> None:
        """Let the file systems go on."""
        self._tell_agent("unquiesce", instance, image_meta)

    def _tell_agent(self, what: str, instance: Any, image_meta: Any) -> None:
        if not image_meta.properties.get("hw_qemu_guest_agent", False):
            raise exception.QemuGuestAgentNotEnabled
        conf = nova.conf.CONF
        conf.register_opts(OPTIONS)
        if conf.devcloud_knobs and what in knobs.failures(Path(conf.devcloud_knobs)):
            raise exception.InstanceQuiesceFailed(reason="the guest agent is not connected")
        if conf.devcloud_guest_agent_log:
            with Path(conf.devcloud_guest_agent_log).open("a", encoding="utf-8") as log:
                log.write(f"{time.time():.3f} {what} {instance.uuid}\n")

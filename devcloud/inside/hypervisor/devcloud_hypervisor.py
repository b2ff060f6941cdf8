# SPDX-License-Identifier: Apache-2.0
"""Nova's pretended hypervisor, made to survive a restart.

Nova's own one invents a new host at every start and forgets its instances. Here the host
keeps its identity, and the instances are those that Nova's database says run on it.
"""

import nova.context
from nova import objects
from nova.compute import vm_states
from nova.virt import fake

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

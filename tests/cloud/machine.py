# SPDX-License-Identifier: Apache-2.0
"""State machine: users attach, detach, start and stop at random while others take snapshots.

The judge reads Cinder and Nova itself, before and after each submit; when they differ, the
milder of the two states is what the answer is held against.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

import lxml.html
import requests
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from demo.visitor import Visitor
from devcloud.waiting import wait_until
from tests.cloud import changes
from tests.cloud.changes import CHANGES, HANDY, Change
from tests.cloud.dialogs import Dialog, accepted, opened, snapshot_path
from tests.cloud.truth import ACCEPTS, BLOCKED, HIGH, NONE, NOTES, Truth, truth_of
from tests.cloud.workshop import PATIENCE, Workshop, unique

_PREFIX = "snapshot_dashboard:"
_FINAL = ("available", "error")
# Forms that are open at the same time.
_MOST_OPEN = 4
_CLAIMED = "It is not known yet whether the snapshot was created"
_ALREADY = "This snapshot already exists"

one_of_two = st.sampled_from((0, 1))
# Which of the forms or changes that there are.
picks = st.integers(0, 11)


@dataclass
class Stage:
    """A volume for several instances, two instances, two workers, and what has been counted."""

    workshop: Workshop
    volume: str
    instances: tuple[str, str]
    workers: tuple[Visitor, Visitor]
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)

    def truth(self) -> Truth:
        """Read what the volume is doing."""
        return truth_of(self.workshop, self.volume)

    def status(self, instance: str) -> str:
        """Read what an instance is doing."""
        compute: Any = self.workshop.owner.compute
        return str(compute.get(f"/servers/{instance}").json()["server"]["status"])

    def snapshots(self) -> list[dict[str, Any]]:
        """Read the volume's snapshots."""
        path = f"/snapshots/detail?volume_id={self.volume}"
        found: list[dict[str, Any]] = self.workshop.owner.block_storage.get(path).json()[
            "snapshots"
        ]
        return found

    def tidy(self) -> None:
        """Delete all snapshots, as soon as each is finished."""
        api = self.workshop.admin.block_storage
        wait_until(
            lambda: all(each["status"] in _FINAL for each in self.snapshots()),
            seconds=PATIENCE,
            what="the snapshots to be finished",
        )
        for each in self.snapshots():
            api.delete(f"/snapshots/{each['id']}")
        wait_until(lambda: not self.snapshots(), seconds=PATIENCE, what="the snapshots to go")


@dataclass(eq=False)
class Form:
    """An open dialog, and the true state when it was shown."""

    dialog: Dialog
    shown: Truth
    used: bool = False

    @property
    def request(self) -> str:
        """Return the id that the form carries."""
        return self.dialog.fields()["request"]

    @property
    def asks(self) -> str:
        """Return which sentence is to be ticked, empty for none."""
        return self.dialog.fields(tick=True).get("acknowledged", "")

    @property
    def warning(self) -> str:
        """Return the explanation as it stands in the dialog, with its links."""
        found = self.dialog.explanation
        return "" if found is None else str(lxml.html.tostring(found, encoding="unicode"))


@dataclass(frozen=True)
class Submit:
    """A sent form: the true state before and after, and the answers."""

    form: Form
    ticked: str
    before: Truth
    after: Truth
    answers: tuple[requests.Response, ...]
    made: tuple[dict[str, Any], ...]

    @property
    def milder(self) -> int:
        """Return what the answers are held against."""
        return min(self.before.badness, self.after.badness)

    @property
    def went(self) -> bool:
        """Tell whether an answer said that the snapshot is being made."""
        return any(accepted(each) for each in self.answers)

    @property
    def quiet(self) -> bool:
        """Tell whether nothing has changed since the form was shown."""
        return self.form.shown == self.before == self.after


class Machine(RuleBasedStateMachine):
    """The state machine; ``stage`` is provided by the caller."""

    stage: ClassVar[Stage]

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.attached: set[str] = set()
        self.statuses: dict[str, str] = {}
        self.history: list[str] = []
        self.found = False

    @initialize()
    def begin(self) -> None:
        """Have both instances running and the volume free, whatever was before."""
        stage = self.stage
        for instance in stage.instances:
            changes.make_active(stage.workshop, instance, stage.status(instance))
            self.statuses[instance] = "ACTIVE"
        for instance in stage.truth().instances:
            changes.detach(stage.workshop, instance, stage.volume)
        stage.tidy()

    def teardown(self) -> None:
        """See that no form has made two in all this time; the next run tidies up."""
        self.stage.counts["runs"] += 1
        made = Counter(each["metadata"].get(f"{_PREFIX}request") for each in self.stage.snapshots())
        if made and max(made.values()) > 1:
            self._find(f"made by one form: {made}")

    @rule(which=one_of_two, attachment=st.booleans(), pick=picks)
    def change(self, which: int, attachment: bool, pick: int) -> None:
        """Attach the volume or detach it, or start, stop, pause, shelve, ... an instance."""
        name, move = self._choose_change(self.stage.instances[which], attachment, pick)
        self._step(name, move)

    @rule(worker=one_of_two)
    def open_a_dialog(self, worker: int) -> None:
        """Open Create Snapshot."""
        self._step(f"open at {worker}", partial(self._open, worker))

    @rule(worker=one_of_two, tick=st.booleans(), pick=picks)
    def submit(self, worker: int, tick: bool, pick: int) -> None:
        """Send a form that is open."""
        self._step(f"submit, tick: {tick}", partial(self._submit, pick, tick, [worker]))

    @rule(tick=st.booleans(), pick=picks)
    def submit_twice(self, tick: bool, pick: int) -> None:
        """Send a form to both workers at the same moment."""
        self._step(f"double submit, tick: {tick}", partial(self._submit, pick, tick, [0, 1]))

    @rule(
        which=one_of_two,
        attachment=st.booleans(),
        tick=st.booleans(),
        both=st.booleans(),
        pick=picks,
    )
    def submit_during_a_change(
        self, which: int, attachment: bool, tick: bool, both: bool, pick: int
    ) -> None:
        """Send a form while somebody attaches, detaches, starts or stops."""
        name, move = self._choose_change(self.stage.instances[which], attachment, pick)
        self._step(
            f"submit during {name}, tick: {tick}",
            partial(self._submit, pick, tick, [0, 1] if both else [0], meanwhile=move),
        )

    def _step(self, name: str, action: Callable[[], None]) -> None:
        """Do one step, unless this run has found something already.

        What is found is kept and not raised: Hypothesis would try the same once more, and a
        cloud does not do the same twice. What is drawn does not depend on the state either.
        """
        if self.found:
            return
        self.history.append(name)
        self.stage.counts["steps"] += 1
        self.stage.counts[f"step: {name}"] += 1
        try:
            action()
        except AssertionError as wrong:
            self._find(str(wrong))

    def _find(self, what: str) -> None:
        self.found = True
        self.stage.findings.append("\n".join([what, *(f"    {each}" for each in self.history)]))

    def _choose_change(
        self, instance: str, attachment: bool, pick: int
    ) -> tuple[str, Callable[[], None]]:
        """Return a change that can be made now, and its name."""
        if attachment and (move := self._moving(instance)):
            return "detach" if instance in self.attached else "attach", move
        possible = [each for each in CHANGES if self.statuses[instance] in each.begins]
        change = possible[pick % len(possible)]
        return change.name, partial(self._change, instance, change)

    def _open(self, worker: int) -> None:
        before = self.stage.truth()
        dialog = opened(self.stage.workers[worker], snapshot_path(self.stage.volume))
        self._judge_what_is_shown(dialog, before)
        if before.badness != BLOCKED:
            self.forms = [*self.forms[1 - _MOST_OPEN :], Form(dialog, before)]

    def _change(self, instance: str, change: Change) -> None:
        changes.apply(self.stage.workshop, change, instance)
        self.statuses[instance] = change.ends

    def _moving(self, instance: str) -> Callable[[], None] | None:
        """Return how to attach or detach the volume now, None when that cannot be done."""
        stage = self.stage
        others = self.attached - {instance}
        if any(self.statuses[each] not in HANDY for each in (instance, *others)):
            return None

        def move() -> None:
            act = changes.detach if instance in self.attached else changes.attach
            act(stage.workshop, instance, stage.volume)
            self.attached ^= {instance}

        return move

    def _submit(
        self,
        pick: int,
        tick: bool,
        workers: list[int],
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        stage = self.stage
        if not self.forms:
            self._open(workers[0])
        if not self.forms:
            # Blocked: there is no form to send.
            return
        form = self.forms[pick % len(self.forms)]
        name = unique("machine")
        before = stage.truth()
        with ThreadPoolExecutor(3) as together:
            moving: list[Future[None]] = [together.submit(meanwhile)] if meanwhile else []
            sent = [
                together.submit(form.dialog.submit, stage.workers[each], tick=tick, name=name)
                for each in workers
            ]
            answers = tuple(each.result() for each in sent)
            for each in moving:
                each.result()
        key = f"{_PREFIX}request"
        made = [each for each in stage.snapshots() if each["metadata"].get(key) == form.request]
        ticked = form.asks if tick else ""
        self._judge(Submit(form, ticked, before, stage.truth(), answers, tuple(made)))

    def _judge_what_is_shown(self, dialog: Dialog, truth: Truth) -> None:
        form = Form(dialog, truth)
        if truth.badness == BLOCKED:
            assert dialog.button is None, f"a button, and {truth}"
            assert dialog.telling, f"not explained: {truth}"
            return
        assert ACCEPTS[form.asks] >= truth.badness, f"{form.asks!r} for {truth}"
        assert all(each in form.warning for each in truth.instances), f"not named: {truth}"

    def _judge(self, sent: Submit) -> None:
        first, sent.form.used = not sent.form.used, True
        assert len(sent.made) <= 1, f"{len(sent.made)} snapshots of one form"
        assert not sent.went or sent.made, "said to be made, and there is none"
        for made in sent.made:
            if sent.went:
                self._judge_what_was_made(sent, made["metadata"])
        if sent.made and sent.went:
            self.stage.counts["snapshots made"] += 1
        for answer in sent.answers:
            self._judge_the_answer(sent, answer)
        enough = ACCEPTS[sent.ticked] >= ACCEPTS[sent.form.asks]
        if first and sent.quiet and enough and sent.milder != BLOCKED:
            assert sent.went, f"refused for no reason: {[title_of(each) for each in sent.answers]}"
        if sent.went:
            self.forms.remove(sent.form)

    def _judge_what_was_made(self, sent: Submit, metadata: dict[str, str]) -> None:
        """Nothing forced without a warning as bad as the truth; no note better than the truth."""
        note = NOTES.get(metadata[f"{_PREFIX}taken_while"], HIGH)
        assert sent.milder != BLOCKED, f"made while {sent.before}"
        assert note >= sent.milder, f"the note says {metadata}, true is {sent.before}"
        forced = metadata[f"{_PREFIX}acknowledged"] == "yes"
        # Cinder itself refuses an unforced one of a volume in use.
        if forced or sent.milder > NONE:
            assert ACCEPTS[sent.ticked] >= max(sent.milder, 1), f"{sent.ticked!r} for {sent.before}"
            both = sent.before.instances & sent.after.instances
            assert all(each in sent.form.warning for each in both), "an instance was not named"
        if sent.milder == HIGH:
            assert forced

    def _judge_the_answer(self, sent: Submit, answer: requests.Response) -> None:
        if accepted(answer):
            return
        assert answer.status_code == requests.codes.ok, f"HTTP {answer.status_code}"
        dialog = Dialog(answer)
        reason = title_of(answer) or dialog.tick_error
        assert reason, f"refused without a reason: {dialog.text}"
        self.stage.counts[f"refused: {reason}"] += 1
        if reason in (_CLAIMED, _ALREADY):
            # Only ever after, or beside, another one of the same form.
            assert sent.form.used
            return
        assert not sent.went or len(sent.answers) > 1
        if dialog.button is not None and len(self.forms) < _MOST_OPEN and sent.before == sent.after:
            self._judge_what_is_shown(dialog, sent.after)
            self.forms.append(Form(dialog, sent.after, used=True))


def title_of(answer: requests.Response) -> str:
    """Return the title of the problem that an answer shows, empty for none."""
    if accepted(answer) or answer.status_code != requests.codes.ok:
        return ""
    found = Dialog(answer).frame.xpath(
        ".//*[contains(@class, 'sd-problem')][not(ancestor-or-self::*[@hidden])]/p[1]/strong"
    )
    return str(found[0].text_content()).strip() if found else ""

# SPDX-License-Identifier: Apache-2.0
"""Page objects: a list with row menus, and a dialog above it."""

from dataclasses import dataclass
from typing import TypeVar

from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select

from tests.browser.person import Person

# What a browser reports when Bootstrap's sliding in is over.
_AT_REST = frozenset({"none", "matrix(1, 0, 0, 1, 0, 0)"})


_Page = TypeVar("_Page", bound="ListPage")
_Dialog = TypeVar("_Dialog", bound="Dialog")


@dataclass(frozen=True)
class ListPage:
    """One of the two lists; ``table`` is the id of its table."""

    person: Person
    address: str
    table: str
    query: str

    def open(self: _Page, query: str = "") -> _Page:
        """Go to the list."""
        self.person.go(self.address + (f"?{query}" if query else ""))
        return self

    def row(self, object_id: str) -> str:
        """The selector of the row of an object."""
        return f"#{self.table} tr[data-object-id='{object_id}']"

    def column(self, head: str) -> list[str]:
        """The texts under a column head, from top to bottom."""
        # While a page is being replaced it may have no heads.
        place = self.person.until(lambda: self._place_of(head), f"a column {head}")
        return self.person.texts(f"#{self.table} tbody tr[data-object-id] td:nth-child({place})")

    def _place_of(self, head: str) -> int:
        heads = self.person.find_all(f"#{self.table} thead th")
        texts = [each.text.strip() for each in heads]
        return 1 + texts.index(head) if head in texts else 0

    def choose(self, object_id: str, action: str) -> None:
        """Choose an action of a row; most stand in its menu."""
        row = self.row(object_id)
        self.person.see(row)
        direct = f"{row} .btn-group > .data-table-action"
        if self.person.steadily(lambda: self.person.see(direct).text) == action:
            self.person.click(direct)
            return
        self.person.click(f"{row} .dropdown-toggle")
        self.person.click(f"{row} .dropdown-menu .data-table-action", action)

    def search(self, **values: str) -> None:
        """Search by some of the fields of the form."""
        old = self.person.see(f"#{self.table}")
        for field, value in values.items():
            (element,) = self.person.find_all(f"#sd_search_{field}")
            if not element.is_displayed():
                self.person.click(".sd-search-more summary")
            if element.tag_name == "select":
                Select(element).select_by_visible_text(value)
            else:
                self.person.type(f"#sd_search_{field}", value)
        self.person.click(".sd-search-button")
        self.person.wait_left(old)


def volumes(person: Person) -> ListPage:
    """Project > Volumes > Volumes."""
    return ListPage(person, "/project/volumes/", "volumes", "volumes_filter")


def snapshots(person: Person) -> ListPage:
    """Project > Volumes > Snapshots."""
    return ListPage(person, "/project/snapshots/", "volume_snapshots", "snapshots_filter")


def all_volumes(person: Person) -> ListPage:
    """Admin > Volume > Volumes."""
    return ListPage(person, "/admin/volumes/", "volumes", "volumes_filter")


def all_snapshots(person: Person) -> ListPage:
    """Admin > Volume > Snapshots."""
    return ListPage(person, "/admin/snapshots/", "volume_snapshots", "snapshots_filter")


@dataclass(frozen=True)
class Dialog:
    """One of our dialogs, open above a page; ``here`` selects it."""

    person: Person
    here: str = "#modal_wrapper .sd-dialog.in"

    def wait_open(self: _Dialog, part: str = "form") -> _Dialog:
        """Wait until it has slid in, with a part that others do not have."""
        self.person.see(f"{self.here} {part}")
        self.person.until(self._is_at_rest, "the dialog at rest")
        return self

    def _is_at_rest(self) -> bool:
        frame = self.person.see(f"{self.here} .modal-dialog")
        return frame.value_of_css_property("transform") in _AT_REST

    def see(self, part: str, text: str = "") -> WebElement:
        """Wait for a part of the dialog."""
        return self.person.see(f"{self.here} {part}", text)

    def has(self, part: str) -> bool:
        """Whether a part of the dialog can be seen now."""
        return bool(self.person.all(f"{self.here} {part}"))

    def part(self, css: str) -> str:
        """The selector of a part."""
        return f"{self.here} {css}"

    @property
    def button(self) -> WebElement:
        """The button that sends it."""
        return self.see("[type=submit]")

    def send(self) -> None:
        """Press that button."""
        self.person.click(self.part("[type=submit]"))

    def sent_when_it_hears(self) -> bool:
        """Press the button, which does not hear for a second after a change for the worse."""
        if self.has("form:not([data-sd-busy]) [type=submit]"):
            self.send()
        return not self.has("form:not([data-sd-busy])")

    def stop_looking(self) -> None:
        """Let it show what it shows now, whatever becomes of the volume."""
        script = "document.querySelector(arguments[0] + ' form').removeAttribute('data-sd-live')"
        self.person.driver.execute_script(script, self.here)

    def leave_checking_to_the_server(self) -> None:
        """Send the form as a browser does that checks nothing itself."""
        script = "document.querySelector(arguments[0] + ' form').noValidate = true"
        self.person.driver.execute_script(script, self.here)

    def fill(self, **fields: str) -> None:
        """Write into fields by their names."""
        for name, value in fields.items():
            self.person.type(self.part(f"[name='{name}']"), value)

    def tick(self) -> None:
        """Accept the warning."""
        self.person.tick(self.part("[name=acknowledged]"))

    def overflow(self) -> int:
        """Pixels by which something in the dialog reaches beyond its window or its frame."""
        script = """
            var box = document.querySelector(arguments[0]);
            var parts = Array.from(box.querySelectorAll('*')).filter(function (part) {
                return part.getClientRects().length;
            });
            var beyond = parts.map(function (part) {
                var place = part.getBoundingClientRect();
                return Math.max(place.right - window.innerWidth, -place.left);
            });
            var body = box.querySelector('.modal-body');
            return Math.floor(Math.max(0, body.scrollWidth - body.clientWidth, ...beyond));
        """
        return int(self.person.driver.execute_script(script, self.here))

    def buttons_in_view(self) -> bool:
        """Whether each button of the footer can be pressed without scrolling."""
        script = """
            var footer = document.querySelector(arguments[0] + ' .modal-footer');
            var buttons = footer.querySelectorAll(".btn:not([hidden])");
            return Array.from(buttons).every(function (button) {
                var place = button.getBoundingClientRect();
                return document.elementFromPoint(
                    (place.left + place.right) / 2, (place.top + place.bottom) / 2) === button
                    && place.bottom <= window.innerHeight;
            });
        """
        return bool(self.person.driver.execute_script(script, self.here))


def plain_page(person: Person) -> Dialog:
    """The same dialog as a page of its own."""
    return Dialog(person, ".sd-dialog.static_page")

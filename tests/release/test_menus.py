# SPDX-License-Identifier: Apache-2.0
"""The row menus in a browser on each supported Horizon."""

from collections.abc import Callable

import pytest

from demo import browser
from demo.dashboard import Dashboard
from demo.layout import Home
from demo.visitor import Visitor
from tests.browser.pages import volumes
from tests.browser.person import Person
from tests.release.installed import each_release
from tests.release.pages import Things

pytestmark = pytest.mark.extended

MODAL = "#modal_wrapper .modal.in"


@each_release
def test_a_menu_opens_after_a_dialog_with_an_error_was_cancelled(
    serving: Callable[[str, str], Dashboard],
    otto: Callable[[Dashboard], Visitor],
    things: Things,
    home: Home,
    number: str,
) -> None:
    running = serving(number, "ours")
    with browser.opened(home) as chrome:
        person = Person(chrome, running.url)
        person.bring_session(otto(running).session)
        page = volumes(person).open()
        page.choose(things.volume, "Extend Volume")
        person.type(f"{MODAL} [name=new_size]", "1")
        form = person.see(f"{MODAL} form")
        chrome.execute_script("arguments[0].noValidate = true", form)
        person.click(f"{MODAL} .modal-footer [type=submit]")
        person.see(f"{MODAL} .has-error")
        person.click(f"{MODAL} .cancel")
        person.wait_gone("#modal_wrapper .modal")
        assert person.find_all("a.dropdown-toggle[disabled], a.ajax-modal[disabled]") == []
        page.choose(things.volume, "Extend Volume")
        person.see(f"{MODAL} [name=new_size]")

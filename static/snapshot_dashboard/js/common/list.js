// SPDX-License-Identifier: Apache-2.0
/*
 * Our lists by keyboard and for those who hear them. A refresh (rows.js) puts new rows in place of
 * old ones, as stock's script does: the focus and an open menu move over, and statuses that are final
 * are said once. When a dialog closes, the focus is back where the dialog was opened.
 *
 * <table class="sd-list"> rows with data-object-id and data-display; <p data-sd-voice> in a live region
 */
(() => {
  'use strict';

  const { on } = horizon.snapshotDashboard;

  const ROW = '.sd-list tr[data-object-id]';
  const FOCUSABLE = 'a[href], button, input';
  // Which element of which row had the focus last, and which row's menu is open.
  let focused = null;
  let opened = null;
  // What a dialog was opened with.
  let opener = null;
  // Rows whose status was not final when they were seen last.
  const moving = {};

  const parts = (cell) => Array.from(cell.querySelectorAll(FOCUSABLE));

  // An element by its place in its row: in a new row it is another element, often with another id.
  const placeOf = (element) => {
    const row = element.closest(ROW);
    const cell = row && element.closest('td');
    return cell && { row: row.id, cell: cell.cellIndex, index: parts(cell).indexOf(element) };
  };

  const found = (place) => {
    const row = place && document.getElementById(place.row);
    return row && parts(row.cells[place.cell])[place.index];
  };

  const isFocusLost = () => !document.activeElement || document.activeElement === document.body;

  const reopen = () => {
    const group = opened && document.querySelector(`[id="${opened}"] .btn-group`);
    if (group) {
      group.classList.add('open');
      group.querySelector('.dropdown-toggle').setAttribute('aria-expanded', 'true');
    }
  };

  const refocus = () => {
    const element = isFocusLost() && found(focused);
    if (element) {
      element.focus();
    }
  };

  // Of several rows that a refresh finishes none is lost to the next.
  const announce = () => {
    document.querySelectorAll('.table_wrapper').forEach((wrapper) => {
      const said = [];
      wrapper.querySelectorAll(ROW).forEach((row) => {
        const final = row.querySelector('td.status_up, td.status_down');
        if (final && moving[row.id]) {
          said.push(`${row.dataset.display}: ${final.textContent.trim()}`);
        }
        moving[row.id] = !final;
      });
      if (said.length) {
        wrapper.querySelector('[data-sd-voice]').textContent = said.join('; ');
      }
    });
  };

  // Stock draws the boxes, and the head above them, without a name.
  const nameBoxes = () => {
    document.querySelectorAll('.sd-list th.multi_select_column').forEach((head) => {
      if (!head.querySelector('.sr-only')) {
        $('<span class="sr-only">').text(gettext('Select one or more')).prependTo(head);
      }
    });
    document.querySelectorAll('.sd-list .table-row-multi-select').forEach((box) => {
      const row = box.closest(ROW);
      box.setAttribute('aria-label', row ? row.dataset.display : gettext('Select one or more'));
    });
  };

  // Stock says "disabled" by a class alone.
  const sayDisabled = () => {
    document.querySelectorAll('.sd-list caption [data-batch-action]').forEach((button) => {
      const say = () => {
        button.setAttribute('aria-disabled', String(button.classList.contains('disabled')));
      };
      if (!button.hasAttribute('aria-disabled')) {
        new MutationObserver(say).observe(button, { attributeFilter: ['class'] });
      }
      say();
    });
  };

  const rememberOpener = (link) => {
    if (link.closest('.modal')) {
      return;
    }
    // A menu is closed by then: its button stands for what was chosen in it.
    const menu = link.closest('.dropdown-menu');
    const element = menu ? menu.parentNode.querySelector('.dropdown-toggle') : link;
    opener = { element, place: placeOf(element) };
  };

  const giveFocusBack = (event) => {
    if (!opener || document.querySelector('.modal.in') || !isFocusLost()) {
      return;
    }
    if (opener.place || event.target.matches('.sd-dialog')) {
      const element = opener.element.isConnected ? opener.element : found(opener.place);
      if (element) {
        element.focus();
      }
    }
  };

  // Horizon 25 disables links and menus while it sends a form, by an attribute, and enables them
  // by a property that links do not have: after an answer with an error they stayed dead.
  const enableLinks = () => {
    document.querySelectorAll('a.ajax-modal[disabled], a.dropdown-toggle[disabled]')
      .forEach((link) => link.removeAttribute('disabled'));
  };

  const look = () => {
    announce();
    nameBoxes();
    sayDisabled();
  };

  on('focusin', '*', (element) => {
    focused = placeOf(element);
  });
  // The row may be gone when stock's handlers are done.
  on('click', '.ajax-modal', rememberOpener, 'prepare');

  horizon.addInitFunction(() => {
    look();
    horizon.tabs.addTabLoadFunction(look);
    // Where a table has several rows, stock's sorting keeps the event to itself, takes all rows
    // out and in again, and then says that it is done.
    $(document).on('update updateComplete', 'table.sd-list', () => {
      look();
      reopen();
      refocus();
    });
    $(document).on('shown.bs.dropdown', ROW, (event) => {
      opened = event.currentTarget.id;
    });
    $(document).on('hidden.bs.dropdown', ROW, () => {
      opened = null;
    });
    $(document).on('hidden.bs.modal', '.modal', giveFocusBack);
    $(document).on('hidden.bs.modal', enableLinks);
  });
})();

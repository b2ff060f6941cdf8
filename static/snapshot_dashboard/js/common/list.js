// SPDX-License-Identifier: Apache-2.0
/*
 * Our lists by keyboard and for those who hear them. A refresh (rows.js) puts new rows in place of
 * old ones, as stock's script does: the focus and an open menu move over, and statuses that are final
 * are said once. When a dialog closes, the focus is back where the dialog was opened.
 *
 * <table class="sd-list"> rows with data-object-id and data-display; <p data-sd-live> in a live region
 */
(function () {
  'use strict';

  var ROW = '.sd-list tr[data-object-id]';
  var FOCUSABLE = 'a[href], button, input';
  // Which element of which row had the focus last, and which row's menu is open.
  var focused = null;
  var opened = null;
  // What a dialog was opened with.
  var opener = null;
  // Rows whose status was not final when they were seen last.
  var moving = {};

  function parts(cell) {
    return Array.prototype.slice.call(cell.querySelectorAll(FOCUSABLE));
  }

  // An element by its place in its row: in a new row it is another element, often with another id.
  function placeOf(element) {
    var row = element.closest(ROW);
    var cell = row && element.closest('td');
    return cell && { row: row.id, cell: cell.cellIndex, index: parts(cell).indexOf(element) };
  }

  function found(place) {
    var row = place && document.getElementById(place.row);
    return row && parts(row.cells[place.cell])[place.index];
  }

  function isFocusLost() {
    return !document.activeElement || document.activeElement === document.body;
  }

  function reopen() {
    var group = opened && document.querySelector('[id="' + opened + '"] .btn-group');
    if (group) {
      group.classList.add('open');
      group.querySelector('.dropdown-toggle').setAttribute('aria-expanded', 'true');
    }
  }

  function refocus() {
    var element = isFocusLost() && found(focused);
    if (element) {
      element.focus();
    }
  }

  // Of several rows that a refresh finishes none is lost to the next.
  function announce() {
    document.querySelectorAll('.table_wrapper').forEach(function (wrapper) {
      var said = [];
      wrapper.querySelectorAll(ROW).forEach(function (row) {
        var final = row.querySelector('td.status_up, td.status_down');
        if (final && moving[row.id]) {
          said.push(row.dataset.display + ': ' + final.textContent.trim());
        }
        moving[row.id] = !final;
      });
      if (said.length) {
        wrapper.querySelector('[data-sd-live]').textContent = said.join('; ');
      }
    });
  }

  // Stock draws the boxes, and the head above them, without a name.
  function nameBoxes() {
    document.querySelectorAll('.sd-list th.multi_select_column').forEach(function (head) {
      if (!head.querySelector('.sr-only')) {
        $('<span class="sr-only">').text(gettext('Select one or more')).prependTo(head);
      }
    });
    document.querySelectorAll('.sd-list .table-row-multi-select').forEach(function (box) {
      var row = box.closest(ROW);
      box.setAttribute('aria-label', row ? row.dataset.display : gettext('Select one or more'));
    });
  }

  // Stock says "disabled" by a class alone.
  function sayDisabled() {
    document.querySelectorAll('.sd-list caption [data-batch-action]').forEach(function (button) {
      var say = function () {
        button.setAttribute('aria-disabled', String(button.classList.contains('disabled')));
      };
      if (!button.hasAttribute('aria-disabled')) {
        new MutationObserver(say).observe(button, { attributeFilter: ['class'] });
      }
      say();
    });
  }

  function rememberOpener(event) {
    var link = event.target.closest('.ajax-modal');
    if (!link || link.closest('.modal')) {
      return;
    }
    // A menu is closed by then: its button stands for what was chosen in it.
    var menu = link.closest('.dropdown-menu');
    var element = menu ? menu.parentNode.querySelector('.dropdown-toggle') : link;
    opener = { element: element, place: placeOf(element) };
  }

  function giveFocusBack(event) {
    if (!opener || document.querySelector('.modal.in') || !isFocusLost()) {
      return;
    }
    if (opener.place || event.target.matches('.sd-dialog')) {
      var element = opener.element.isConnected ? opener.element : found(opener.place);
      if (element) {
        element.focus();
      }
    }
  }

  // Horizon 25 disables links and menus while it sends a form, by an attribute, and enables them
  // by a property that links do not have: after an answer with an error they stayed dead.
  function enableLinks() {
    document.querySelectorAll('a.ajax-modal[disabled], a.dropdown-toggle[disabled]')
      .forEach((link) => link.removeAttribute('disabled'));
  }

  function look() {
    announce();
    nameBoxes();
    sayDisabled();
  }

  document.addEventListener('focusin', function (event) {
    focused = placeOf(event.target);
  });
  // Capturing, because the row may be gone when stock's handlers are done.
  document.addEventListener('click', rememberOpener, true);

  horizon.addInitFunction(function () {
    look();
    horizon.tabs.addTabLoadFunction(look);
    // Where a table has several rows, stock's sorting keeps the event to itself, takes all rows
    // out and in again, and then says that it is done.
    $(document).on('update updateComplete', 'table.sd-list', function () {
      look();
      reopen();
      refocus();
    });
    $(document).on('shown.bs.dropdown', ROW, function () {
      opened = this.id;
    });
    $(document).on('hidden.bs.dropdown', ROW, function () {
      opened = null;
    });
    $(document).on('hidden.bs.modal', '.modal', giveFocusBack);
    $(document).on('hidden.bs.modal', enableLinks);
  });
}());

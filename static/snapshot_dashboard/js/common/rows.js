// SPDX-License-Identifier: Apache-2.0
/*
 * Draws the rows that refresh.js has read again: in place of the old ones where they say something
 * else, with the box ticked that was ticked; and takes those out that are gone. Then it tells
 * stock's scripts and list.js so, once for all of them.
 *
 * Event sd:rows at <table class="sd-list">, whose detail holds "rows" (HTML by id) and "gone" (ids);
 * "changed" is set in it where something was drawn, and "complete" where the table now shows all
 * that it says of rows.
 */
(function () {
  'use strict';

  // What a row says, without what scripts add to it: each drawing gives its box another id.
  function text(row) {
    var copy = row.cloneNode(true);
    copy.querySelectorAll('.horizon-loading-bar').forEach(function (bar) { bar.remove(); });
    copy.querySelectorAll('.multi_select_column *').forEach(function (box) {
      ['id', 'for', 'aria-label'].forEach(function (name) { box.removeAttribute(name); });
    });
    // A link whose name was filled in has it, and one that is drawn with its name has not.
    copy.querySelectorAll('[ng-non-bindable]').forEach((each) => {
      each.removeAttribute('ng-non-bindable');
    });
    copy.querySelectorAll('[ng-controller]').forEach(function (action) {
      action.classList.remove('ng-scope');
    });
    return copy.innerHTML;
  }

  function part(kind, inside) {
    var made = document.createElement('div');
    made.className = kind;
    made.append.apply(made, inside || []);
    return made;
  }

  // Stock's bar, which its own script draws in a row that moves.
  function drawBar(row) {
    var cell = Array.from(row.querySelectorAll('td.warning')).pop();
    if (row.hasAttribute('data-sd-moving') && cell && !cell.querySelector('.progress')) {
      var bar = part('progress-bar');
      bar.style.width = '100%';
      var striped = part('progress progress-striped active', [bar]);
      cell.prepend(part('progress-text horizon-loading-bar', [striped]));
    }
  }

  function read(html) {
    var text = '<table>' + html + '</table>';
    var row = new DOMParser().parseFromString(text, 'text/html').querySelector('tr');
    return row && document.adoptNode(row);
  }

  // Of what is new, AngularJS reads only what is its own: the names beside it are anybody's.
  function compile(row) {
    var actions = $(row).find('[ng-controller]');
    if (actions.length) {
      window.recompileAngularContent(actions);
    }
  }

  function replace(row, html) {
    var fresh = html === undefined ? null : read(html);
    if (!fresh || text(fresh) === text(row)) {
      return false;
    }
    var box = row.querySelector('.table-row-multi-select');
    var freshBox = fresh.querySelector('.table-row-multi-select');
    if (box && freshBox) {
      freshBox.checked = box.checked;
    }
    drawBar(fresh);
    row.replaceWith(fresh);
    compile(fresh);
    return true;
  }

  // Stock says that there is nothing: of this page, where others may follow or come before.
  function sayEmptied(table) {
    const emptied = table.closest('.table_wrapper').querySelector('[data-sd-emptied]');
    const cell = table.querySelector('tbody tr.empty td');
    if (emptied && cell && !table.querySelector('tbody tr[data-object-id]')) {
      const said = emptied.cloneNode(true);
      said.hidden = false;
      cell.replaceChildren(said);
    }
  }

  // In the order of stock's script.
  function tell(table, anyGone) {
    var $table = $(table);
    if (anyGone) {
      horizon.datatables.update_footer_count($table, 0);
      horizon.datatables.add_no_results_row($table);
      sayEmptied(table);
    }
    $table.trigger('update');
    if (table.id in horizon.datatables.qs) {
      horizon.datatables.qs[table.id].cache();
    }
    if (anyGone) {
      horizon.datatables.update_actions();
    }
    horizon.datatables.validate_button();
  }

  function draw(event) {
    var table = event.target;
    var answer = event.detail;
    // Whoever has a menu open is about to choose from it.
    var rows = Array.from(table.querySelectorAll('tr[data-sd-moving]')).filter(function (row) {
      return !row.querySelector('.btn-group.open');
    });
    const asked = rows.map((row) => row.dataset.objectId);
    var changed = rows.filter(function (row) {
      return replace(row, answer.rows[row.dataset.objectId]);
    });
    var gone = rows.filter(function (row) {
      return answer.gone.indexOf(row.dataset.objectId) >= 0;
    });
    gone.forEach(function (row) { row.remove(); });
    answer.changed = changed.length + gone.length > 0;
    answer.complete = Object.keys(answer.rows).every((id) => asked.includes(id));
    if (answer.changed) {
      tell(table, gone.length > 0);
    }
  }

  function drawBars() {
    document.querySelectorAll('.sd-list tr[data-sd-moving]').forEach(drawBar);
  }

  document.addEventListener('sd:rows', draw);
  horizon.addInitFunction(function () {
    drawBars();
    horizon.tabs.addTabLoadFunction(drawBars);
  });
}());

// SPDX-License-Identifier: Apache-2.0
/*
 * Draws the rows that refresh.js has read again: in place of the old ones where they say something
 * else, with the box ticked that was ticked; and takes those out that are gone. Then it tells
 * stock's scripts and list.js so, once for all of them.
 *
 * Event sd:rows at <table class="sd-list">, whose detail holds "rows" (HTML by id) and "gone" (ids);
 * "changed" is set in it where something was drawn, and "complete" where the table now shows all
 * that it says of rows. Event sd:found, whose detail is the table of another page: its rows are added.
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // What a row says, without what scripts add to it: each drawing gives its box another id.
  const text = (row) => {
    const copy = row.cloneNode(true);
    copy.querySelectorAll('.horizon-loading-bar, [data-sd-image]').forEach((each) => each.remove());
    copy.querySelectorAll('.multi_select_column *').forEach((box) => {
      ['id', 'for', 'aria-label'].forEach((name) => box.removeAttribute(name));
    });
    // What later.js puts in, it puts in again.
    copy.querySelectorAll('[data-sd-later]').forEach((box) => box.replaceChildren());
    // A link whose name was filled in has it, and one that is drawn with its name has not.
    copy.querySelectorAll('[ng-non-bindable]').forEach((each) => {
      each.removeAttribute('ng-non-bindable');
    });
    copy.querySelectorAll('[ng-controller]').forEach((action) => {
      action.classList.remove('ng-scope');
    });
    return copy.innerHTML;
  };

  const part = (kind, ...inside) => {
    const made = document.createElement('div');
    made.className = kind;
    made.append(...inside);
    return made;
  };

  // Stock's bar, which its own script draws in a row that moves.
  const drawBar = (row) => {
    const cell = Array.from(row.querySelectorAll('td.warning')).pop();
    if (row.hasAttribute('data-sd-moving') && cell && !cell.querySelector('.progress')) {
      const bar = part('progress-bar');
      bar.style.width = '100%';
      const striped = part('progress progress-striped active', bar);
      cell.prepend(part('progress-text horizon-loading-bar', striped));
    }
  };

  const read = (html) => {
    const row = sd.parsed(`<table>${html}</table>`).querySelector('tr');
    return row && document.adoptNode(row);
  };

  // Of what is new, AngularJS reads only what is its own: the names beside it are anybody's.
  const compile = (row) => {
    const actions = $(row).find('[ng-controller]');
    if (actions.length) {
      window.recompileAngularContent(actions);
    }
  };

  const replace = (row, html) => {
    const fresh = html === undefined ? null : read(html);
    if (!fresh || text(fresh) === text(row)) {
      return false;
    }
    const box = row.querySelector('.table-row-multi-select');
    const freshBox = fresh.querySelector('.table-row-multi-select');
    if (box && freshBox) {
      freshBox.checked = box.checked;
    }
    drawBar(fresh);
    row.replaceWith(fresh);
    compile(fresh);
    return true;
  };

  // Stock says that there is nothing: of this page, where others may follow or come before.
  const sayEmptied = (table) => {
    const emptied = table.closest('.table_wrapper').querySelector('[data-sd-emptied]');
    const cell = table.querySelector('tbody tr.empty td');
    if (emptied && cell && !table.querySelector('tbody tr[data-object-id]')) {
      const said = emptied.cloneNode(true);
      said.hidden = false;
      cell.replaceChildren(said);
    }
  };

  // In the order of stock's script.
  const tell = (table, anyGone) => {
    const $table = $(table);
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
  };

  const draw = (table, event) => {
    const answer = event.detail;
    // Whoever has a menu open is about to choose from it.
    const rows = Array.from(table.querySelectorAll('tr[data-sd-moving]'))
      .filter((row) => !row.querySelector('.btn-group.open'));
    const asked = rows.map((row) => row.dataset.objectId);
    const changed = rows.filter((row) => replace(row, answer.rows[row.dataset.objectId]));
    const gone = rows.filter((row) => answer.gone.includes(row.dataset.objectId));
    gone.forEach((row) => row.remove());
    answer.changed = changed.length + gone.length > 0;
    answer.complete = Object.keys(answer.rows).every((id) => asked.includes(id));
    if (answer.changed) {
      tell(table, gone.length > 0);
    }
  };

  // Rows that a search has found meanwhile, and the way to the page after them.
  const add = (table, event) => {
    const fresh = event.detail;
    const section = table.querySelector('tbody');
    const rows = sd.all(fresh, 'tr[data-object-id]')
      .filter((row) => !document.getElementById(row.id))
      .map((row) => document.adoptNode(row));
    if (!rows.length) {
      const [said, shown] = [fresh, table].map((each) => each.querySelector('tbody tr.empty'));
      if (said && shown) {
        shown.replaceWith(document.adoptNode(said));
      }
      return;
    }
    section.querySelectorAll('tr.empty').forEach((row) => row.remove());
    table.querySelectorAll('tfoot').forEach((part) => part.remove());
    fresh.querySelectorAll('tfoot').forEach((part) => table.append(document.adoptNode(part)));
    // A column stays folded where it is empty in all rows.
    Array.from(table.classList)
      .filter((name) => name.startsWith('sd-folds-') && !fresh.classList.contains(name))
      .forEach((name) => table.classList.remove(name));
    rows.forEach((row) => {
      section.append(row);
      drawBar(row);
      compile(row);
    });
    tell(table, false);
    horizon.datatables.update_footer_count($(table));
  };

  const drawBars = () => {
    document.querySelectorAll('.sd-list tr[data-sd-moving]').forEach(drawBar);
  };

  sd.on('sd:rows', 'table.sd-list', draw);
  sd.on('sd:found', 'table.sd-list', add);
  horizon.addInitFunction(() => {
    drawBars();
    horizon.tabs.addTabLoadFunction(drawBars);
  });
})();

// SPDX-License-Identifier: Apache-2.0
/*
 * Reads the rows of our lists again while their status moves: one request for all rows of a table,
 * less and less often, while its tab is seen and somebody is there; rows.js draws them. An answer
 * that is not what it should be never takes a row away, as it would from stock's script.
 *
 * <div data-sd-refresh="address" data-sd-scope="project and region"
 *      data-sd-etag="of the rows that move"> with <p data-sd-stopped="reason" hidden>
 * <table class="sd-list"> rows with data-sd-moving, data-object-id, data-update-interval, which is
 * Horizon's own pause; the other times: slowest, busy, idle.
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // Answers in a row that nobody can use.
  const MOST_FAILURES = 5;
  // Characters of an address (gunicorn takes 4094), in which an id has 37 with its comma; and how
  // many ids are in one: fewer after a failure, for servers that take less.
  const LONGEST = 4000;
  const ID = 37;
  const MOST_IDS = 100;
  const FEWEST_IDS = 20;

  // What is known of each table that is followed.
  let lists = [];

  const movingRows = (list) => Array.from(list.table.querySelectorAll('tr[data-sd-moving]'));

  // The row of an open menu stays as it is until the menu is closed.
  const askable = (list) =>
    movingRows(list).filter((row) => !row.querySelector('.btn-group.open'));

  const isBusy = () => Boolean(document.querySelector('.modal.in, form[data-submitted]'));

  // Long lists have their turn part by part.
  const part = (list, rows, room) => {
    const start = list.next < rows.length ? list.next : 0;
    const most = Math.max(1, Math.min(list.most, Math.floor(room / ID)));
    const chosen = rows.slice(start, start + most);
    list.next = start + chosen.length;
    return chosen.map((row) => row.dataset.objectId).join(',');
  };

  const finalId = (row) =>
    (row && !row.hasAttribute('data-sd-moving') ? row.dataset.objectId : '');

  const address = (list, rows) => {
    const all = list.table.querySelectorAll('tbody tr[data-object-id]');
    const { sdRefresh, sdScope } = list.status.dataset;
    const query = new URLSearchParams({
      action: 'rows_update',
      table: rows[0].id.split('__row__')[0],
      above: finalId(all[0]),
      below: finalId(all[all.length - 1]),
      turn: list.turn
    });
    const url = `${sdRefresh}${sdRefresh.includes('?') ? '&' : '?'}${query}&${sdScope}&obj_id=`;
    return url + part(list, rows, LONGEST - url.length);
  };

  const stop = (list, reason) => {
    list.stopped = reason;
    list.status.querySelector(`[data-sd-stopped="${reason}"]`).hidden = false;
  };

  const goOn = (list) => {
    list.status.querySelector(`[data-sd-stopped="${list.stopped}"]`).hidden = true;
    Object.assign(list, { stopped: null, failures: 0 });
    // The button is gone; what it was for is below it.
    list.table.querySelector('a[href]').focus();
    list.poller.resume();
  };

  // A dialog may have been opened since it was asked for: then the next answer counts.
  const draw = (list, answer) => {
    if (!isBusy()) {
      sd.tell(list.table, 'sd:rows', answer);
    }
    if (answer.changed) {
      list.poller.fresh();
    }
  };

  // A tag counts while its rows are as it says; what was left out has its turn next.
  const remember = (list, url, answer, tag) => {
    const asked = url.split('&obj_id=')[1].split(',');
    const left = asked.filter((id) => !(id in answer.rows) && !answer.gone.includes(id));
    list.turn += left.length ? 1 : 0;
    list.tags = answer.changed ? {} : list.tags;
    delete list.tags[url];
    if (tag && answer.complete) {
      list.tags[url] = tag;
    }
  };

  const fail = (list, kind) => {
    list.failures += 1;
    list.most = Math.max(FEWEST_IDS, Math.floor(list.most / 2));
    if (list.failures >= MOST_FAILURES) {
      const why = navigator.onLine ? kind : 'offline';
      stop(list, ['offline', 'elsewhere'].includes(why) ? why : 'failing');
    }
  };

  const look = async (list) => {
    const url = address(list, askable(list));
    const { kind, said, tag } = await sd.request(url, { scope: '', tag: list.tags[url] });
    if (kind === 'expired') {
      stop(list, 'expired');
    } else if (kind === 'unchanged') {
      list.failures = 0;
    } else if (said?.rows && said.gone) {
      list.failures = 0;
      draw(list, said);
      remember(list, url, said, tag);
    } else {
      fail(list, kind);
    }
  };

  const pollerOf = (list) => new sd.Poller({
    name: 'list',
    target: () => (list.table.isConnected && !list.stopped && movingRows(list).length
      ? list.status : null),
    pause: () => {
      const interval = Number(movingRows(list)[0].dataset.updateInterval);
      const slowest = sd.times(list.status, 'list').slowest;
      return document.hidden ? NaN : Math.min(interval * (list.poller.looks + 1), slowest);
    },
    look: () => look(list),
    isBusy: () => isBusy() || !askable(list).length,
    paused: (_status, paused) => {
      if (paused) {
        stop(list, 'idle');
      }
    }
  });

  const follow = (table) => {
    const status = table.closest('.table_wrapper').querySelector('[data-sd-refresh]');
    const list = {
      table, status, turn: 0, next: 0, most: MOST_IDS, failures: 0, stopped: null, tags: {}
    };
    const rows = movingRows(list);
    if (rows.length) {
      // All of them as the page shows them, which is what is asked for first.
      list.tags[address(list, rows)] = status.dataset.sdEtag;
      list.next = 0;
    }
    list.poller = pollerOf(list);
    lists.push(list);
    list.poller.later();
  };

  const followAll = () => {
    lists.filter((list) => !list.table.isConnected).forEach((list) => list.poller.end());
    lists = lists.filter((list) => list.table.isConnected);
    document.querySelectorAll('table.sd-list').forEach((table) => {
      if (!lists.some((list) => list.table === table)) {
        follow(table);
      }
    });
  };

  sd.on('sd:found', 'table.sd-list', (table) => {
    lists.filter((list) => list.table === table).forEach((list) => list.poller.later());
  });
  sd.on('click', 'button[data-sd-again]', (button) => {
    lists.filter((list) => list.status.contains(button)).forEach(goOn);
  });
  horizon.addInitFunction(() => {
    followAll();
    horizon.tabs.addTabLoadFunction(followAll);
    $(document).on('hidden.bs.modal hidden.bs.dropdown', () => {
      lists.forEach((list) => list.poller.later());
    });
  });
})();

// SPDX-License-Identifier: Apache-2.0
/*
 * Reads the rows of our lists again while their status moves: one request for all rows of a table,
 * less and less often, while its tab is seen and somebody is there; rows.js draws them. An answer
 * that is not what it should be never takes a row away, as it would from stock's script.
 *
 * <div data-sd-refresh="address" data-sd-scope="project and region"
 *      data-sd-etag="of the rows that move"> with <p data-sd-stopped="reason" hidden>
 * <table class="sd-list"> rows with data-sd-moving, data-object-id, data-update-interval
 */
(function () {
  'use strict';

  // Milliseconds: the longest pause, and how long a page may be left alone (asking keeps a session).
  var SLOWEST = 30000;
  var IDLE = 15 * 60 * 1000;
  // Answers in a row that nobody can use.
  var MOST_FAILURES = 5;
  // Characters of an address (gunicorn takes 4094), in which an id has 37 with its comma; and how
  // many ids are in one: fewer after a failure, for servers that take less.
  var LONGEST = 4000;
  var ID = 37;
  var MOST_IDS = 100;
  var FEWEST_IDS = 20;

  var lists = [];
  var lastInput = Date.now();

  function movingRows(list) {
    return Array.from(list.table.querySelectorAll('tr[data-sd-moving]'));
  }

  // The row of an open menu stays as it is until the menu is closed.
  function askable(list) {
    return movingRows(list).filter(function (row) { return !row.querySelector('.btn-group.open'); });
  }

  function isBusy() {
    return Boolean(document.querySelector('.modal.in, form[data-submitted]'));
  }

  function later(list, pause) {
    var row = movingRows(list)[0];
    window.clearTimeout(list.timer);
    if (!row || list.stopped || list.asking || document.hidden) {
      return;
    }
    var wait = Math.min(Number(row.dataset.updateInterval) * list.pace, SLOWEST);
    var left = Math.max(pause || 0, list.asked + wait - Date.now());
    list.timer = window.setTimeout(function () { look(list); }, left);
  }

  function look(list) {
    var rows = askable(list);
    if (Date.now() - lastInput > IDLE) {
      stop(list, 'idle');
    } else if (!list.table.isConnected || document.hidden) {
      return;
    } else if (isBusy() || !rows.length) {
      later(list, 1000);
    } else {
      ask(list, rows);
    }
  }

  // Long lists have their turn part by part.
  function part(list, rows, room) {
    var start = list.next < rows.length ? list.next : 0;
    var most = Math.max(1, Math.min(list.most, Math.floor(room / ID)));
    var chosen = rows.slice(start, start + most);
    list.next = start + chosen.length;
    return chosen.map(function (row) { return row.dataset.objectId; }).join(',');
  }

  function finalId(row) {
    return row && !row.hasAttribute('data-sd-moving') ? row.dataset.objectId : '';
  }

  function address(list, rows) {
    var all = list.table.querySelectorAll('tbody tr[data-object-id]');
    var url = list.status.dataset.sdRefresh;
    url += (url.indexOf('?') < 0 ? '?' : '&') + new URLSearchParams({
      action: 'rows_update',
      table: rows[0].id.split('__row__')[0],
      above: finalId(all[0]),
      below: finalId(all[all.length - 1]),
      turn: list.turn
    }) + '&' + list.status.dataset.sdScope + '&obj_id=';
    return url + part(list, rows, LONGEST - url.length);
  }

  function ask(list, rows) {
    var url = address(list, rows);
    var headers = { 'X-Requested-With': 'XMLHttpRequest' };
    if (list.tags[url]) {
      headers['If-None-Match'] = list.tags[url];
    }
    list.asking = true;
    list.asked = Date.now();
    // The browser's own cache would answer 200 where the server says that nothing has changed. Ours
    // never redirect: that is somebody's who stands before the dashboard.
    fetch(url, {
      cache: 'no-store', credentials: 'same-origin', headers: headers, redirect: 'manual'
    }).then(read).catch(function () {
      // No connection, or a page in the place of an answer: a worker of another release.
      return null;
    }).then(function (answer) {
      list.asking = false;
      answered(list, url, answer);
      later(list);
    });
  }

  function read(response) {
    if (response.type === 'opaqueredirect') {
      return { elsewhere: true };
    }
    if (response.status === 401 || response.status === 304) {
      return { expired: response.status === 401, unchanged: response.status === 304 };
    }
    const tag = response.headers.get('ETag');
    return response.ok ? response.json().then((answer) => Object.assign(answer, { tag })) : null;
  }

  function whyNot(answer) {
    if (!navigator.onLine) {
      return 'offline';
    }
    return answer && answer.elsewhere ? 'elsewhere' : 'failing';
  }

  function answered(list, url, answer) {
    if (answer && answer.expired) {
      stop(list, 'expired');
    } else if (answer && answer.unchanged) {
      list.failures = 0;
      list.pace += 1;
    } else if (answer && answer.rows && answer.gone) {
      list.failures = 0;
      list.pace = draw(list, answer) ? 1 : list.pace + 1;
      remember(list, url, answer);
    } else {
      list.failures += 1;
      list.pace += 1;
      list.most = Math.max(FEWEST_IDS, Math.floor(list.most / 2));
      if (list.failures >= MOST_FAILURES) {
        stop(list, whyNot(answer));
      }
    }
  }

  // A dialog may have been opened since it was asked for: then the next answer counts.
  function draw(list, answer) {
    if (!isBusy()) {
      list.table.dispatchEvent(new CustomEvent('sd:rows', { bubbles: true, detail: answer }));
    }
    return Boolean(answer.changed);
  }

  // A tag counts while its rows are as it says; what was left out has its turn next.
  function remember(list, url, answer) {
    const left = url.split('&obj_id=')[1].split(',').filter((id) => {
      return !(id in answer.rows) && !answer.gone.includes(id);
    });
    list.turn += left.length ? 1 : 0;
    list.tags = answer.changed ? {} : list.tags;
    delete list.tags[url];
    if (answer.tag && answer.complete) {
      list.tags[url] = answer.tag;
    }
  }

  function stop(list, reason) {
    list.stopped = reason;
    list.status.querySelector('[data-sd-stopped="' + reason + '"]').hidden = false;
  }

  function goOn(list) {
    list.status.querySelector('[data-sd-stopped="' + list.stopped + '"]').hidden = true;
    Object.assign(list, { stopped: null, failures: 0, pace: 1 });
    lastInput = Date.now();
    // The button is gone; what it was for is below it.
    list.table.querySelector('a[href]').focus();
    look(list);
  }

  function follow(table) {
    var status = table.closest('.table_wrapper').querySelector('[data-sd-refresh]');
    var list = { table: table, status: status, asked: Date.now(), pace: 1, turn: 0, next: 0 };
    Object.assign(list, { most: MOST_IDS, failures: 0, asking: false, stopped: null, tags: {} });
    const rows = movingRows(list);
    if (rows.length) {
      // All of them as the page shows them, which is what is asked for first.
      list.tags[address(list, rows)] = status.dataset.sdEtag;
      list.next = 0;
    }
    lists.push(list);
    later(list);
  }

  function followAll() {
    lists = lists.filter(function (list) { return list.table.isConnected; });
    document.querySelectorAll('table.sd-list').forEach(function (table) {
      if (!lists.some(function (list) { return list.table === table; })) {
        follow(table);
      }
    });
  }

  function each() {
    lists.forEach(function (list) { later(list); });
  }

  ['keydown', 'pointerdown', 'pointermove', 'input'].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      // Not what a script of ours does.
      if (event.isTrusted) {
        lastInput = Date.now();
      }
    }, { passive: true });
  });
  document.addEventListener('visibilitychange', function () {
    lists.forEach(function (list) { list.pace = 1; });
    each();
  });
  document.addEventListener('click', function (event) {
    var line = event.target.closest('button[data-sd-again]');
    lists.filter(function (list) { return list.status.contains(line); }).forEach(goOn);
  });
  horizon.addInitFunction(function () {
    followAll();
    horizon.tabs.addTabLoadFunction(followAll);
    $(document).on('hidden.bs.modal hidden.bs.dropdown', each);
  });
}());

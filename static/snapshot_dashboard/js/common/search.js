// SPDX-License-Identifier: Apache-2.0
/*
 * Goes on with the search of a list whose service cannot filter by what is searched for: part by
 * part, until the page is full or the list has come to its end; it says how far it is, and can be
 * stopped. The next part is the page that the link "Search on" leads to.
 *
 * <p data-sd-searching="rows of a page"> with <a data-sd-further> and a button data-sd-search-stop
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const running = new WeakSet();

  const partsOf = (wrapper) => ({
    table: wrapper.querySelector('table.sd-list'),
    progress: wrapper.querySelector('[data-sd-searching]'),
    further: wrapper.querySelector('[data-sd-further]')
  });

  const isFull = ({ table, progress }) =>
    sd.all(table, 'tr[data-object-id]').length >= Number(progress.dataset.sdSearching);

  const offer = ({ progress, further }, isRunning, hasFailed = false) => {
    progress.querySelector('[data-sd-search-failed]').hidden = !hasFailed;
    const stop = progress.querySelector('[data-sd-search-stop]');
    const hadFocus = progress.contains(document.activeElement);
    further.hidden = isRunning;
    stop.hidden = !isRunning;
    if (hadFocus) {
      (isRunning ? stop : further).focus();
    }
  };

  // What the next part says of the search takes the place of what this one says. Its words are
  // heard: the element stays.
  const goOnFrom = (wrapper, fresh) => {
    const { progress } = partsOf(wrapper);
    const next = fresh.querySelector('[data-sd-searching]');
    if (next) {
      progress.querySelector('[data-sd-search-said]').textContent =
        next.querySelector('[data-sd-search-said]').textContent;
      progress.querySelector('[data-sd-further]').href =
        next.querySelector('[data-sd-further]').getAttribute('href');
      return;
    }
    const hadFocus = progress.contains(document.activeElement);
    progress.remove();
    if (hadFocus) {
      wrapper.querySelector('a[href]')?.focus();
    }
  };

  const look = async (wrapper) => {
    let parts = partsOf(wrapper);
    let hasFailed = false;
    while (running.has(wrapper) && parts.further && !isFull(parts) && wrapper.isConnected) {
      const { said } = await sd.request(parts.further.href, {
        scope: wrapper.querySelector('[data-sd-refresh]').dataset.sdScope, as: 'text'
      });
      const fresh = said && sd.parsed(said).querySelector('.table_wrapper');
      hasFailed = !fresh || !fresh.querySelector('table.sd-list')
        || Boolean(fresh.querySelector('.sd-problem'));
      if (hasFailed || !running.has(wrapper)) {
        break;
      }
      sd.tell(parts.table, 'sd:found', fresh.querySelector('table.sd-list'));
      goOnFrom(wrapper, fresh);
      parts = partsOf(wrapper);
    }
    running.delete(wrapper);
    if (parts.further) {
      offer(parts, false, hasFailed);
    }
  };

  const start = (wrapper) => {
    const parts = partsOf(wrapper);
    if (parts.further && !isFull(parts) && !running.has(wrapper)) {
      running.add(wrapper);
      offer(parts, true);
      look(wrapper);
    }
  };

  sd.on('click', '[data-sd-search-stop]', (button) => {
    const wrapper = button.closest('.table_wrapper');
    running.delete(wrapper);
    offer(partsOf(wrapper), false);
  });
  // Where the page is full the link leads to the next one.
  sd.on('click', '[data-sd-further]', (link, event) => {
    const wrapper = link.closest('.table_wrapper');
    if (!isFull(partsOf(wrapper)) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      start(wrapper);
    }
  }, 'act');
  horizon.addInitFunction(() => {
    document.querySelectorAll('[data-sd-searching]').forEach((each) => {
      start(each.closest('.table_wrapper'));
    });
  });
})();

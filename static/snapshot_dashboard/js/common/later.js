// SPDX-License-Identifier: Apache-2.0
/*
 * Fills boxes of a list that the page could not fill: all of them with one request after the page
 * is there, and again while the answer says that some are moving. Where there is no usable answer
 * a box shows what the page has put into it.
 *
 * <div data-sd-later-url="address" data-sd-scope="project and region"> beside the table, in the same
 * .table_wrapper as <div data-sd-later="key"> the boxes. Its times: first, slower, slowest, idle.
 * At a table that has been filled it tells "sd:filled".
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // Answers in a row that nobody can use.
  const MOST_FAILURES = 5;
  // Characters of the keys in one address (gunicorn takes 4094 for all of it).
  const LONGEST = 3600;

  const lists = [];
  // What a box shows now, and what it showed in the page.
  const shown = new WeakMap();
  const plain = new WeakMap();

  const boxes = (list) => sd.all(list.wrapper, '[data-sd-later]');

  const put = (box, nodes, html) => {
    if (!plain.has(box)) {
      plain.set(box, Array.from(box.childNodes));
    }
    const hadFocus = box.contains(document.activeElement);
    box.replaceChildren(...nodes);
    shown.set(box, html);
    if (hadFocus && box.querySelector('a')) {
      box.querySelector('a').focus();
    }
  };

  const show = (list) => {
    const changed = boxes(list).filter((box) => {
      const html = list.known[box.dataset.sdLater];
      return html !== undefined && shown.get(box) !== html;
    });
    changed.forEach((box) => {
      const html = list.known[box.dataset.sdLater];
      put(box, sd.nodes(html), html);
    });
    if (changed.length) {
      sd.tell(list.wrapper, 'sd:filled');
    }
  };

  // What moved would be said to move for ever.
  const giveUp = (list) => {
    boxes(list).filter((box) => list.moving.has(box.dataset.sdLater)).forEach((box) => {
      put(box, plain.get(box), undefined);
    });
    list.moving.forEach((key) => delete list.known[key]);
    list.moving.clear();
    list.stopped = true;
  };

  // Names of rows, which are said with what has become of them.
  const said = (list, ended) => {
    const lines = boxes(list).filter((box) => ended.includes(box.dataset.sdLater)).map((box) => {
      const row = box.closest('tr[data-display]');
      const words = Array.from(box.childNodes).map((each) => each.textContent.trim());
      return `${row ? row.dataset.display : ''}: ${words.filter(Boolean).join(', ')}`;
    });
    const voice = list.wrapper.querySelector('[data-sd-voice]');
    if (voice && lines.length) {
      voice.textContent = lines.join('; ');
    }
  };

  const take = (list, keys, answer) => {
    const before = keys.filter((key) => list.moving.has(key));
    Object.assign(list.known, answer.boxes);
    keys.forEach((key) => list.moving.delete(key));
    answer.moving.forEach((key) => list.moving.add(key));
    show(list);
    const ended = before.filter((key) => !list.moving.has(key));
    said(list, ended);
    if (ended.length) {
      list.poller.fresh();
    }
  };

  const ask = async (list, keys) => {
    const q = keys.join(',');
    const { kind, said: answer, tag } = await sd.request(list.head.dataset.sdLaterUrl, {
      query: { q }, scope: list.head.dataset.sdScope, tag: list.tags[q]
    });
    list.failures = ['answered', 'unchanged'].includes(kind) ? 0 : list.failures + 1;
    if (answer?.boxes && answer.moving) {
      list.tags[q] = tag;
      take(list, keys, answer);
    } else if (['expired', 'switched'].includes(kind) || list.failures >= MOST_FAILURES) {
      giveUp(list);
    }
  };

  // As many as fit into one address; one request for most pages.
  const parts = (keys) => keys.reduce((made, key) => {
    const last = made[made.length - 1];
    if (last && last.join(',').length + key.length < LONGEST) {
      last.push(key);
    } else {
      made.push([key]);
    }
    return made;
  }, []);

  const look = async (list) => {
    for (const keys of list.parts.filter((part) => part.some((key) => list.moving.has(key)))) {
      await ask(list, keys);
    }
  };

  // What has not been asked for yet: all of a page, and then what a search finds in further parts.
  const askMore = async (list) => {
    const asked = new Set(list.parts.flat());
    const keys = new Set(boxes(list).map((box) => box.dataset.sdLater));
    const fresh = parts([...keys].filter((key) => !asked.has(key)));
    list.parts.push(...fresh);
    for (const part of fresh) {
      await ask(list, part);
    }
    if (fresh.length) {
      list.poller.begin();
    }
  };

  const follow = (head) => {
    const list = {
      head, wrapper: head.closest('.table_wrapper'), parts: [], known: {}, moving: new Set(),
      tags: {}, failures: 0, stopped: false
    };
    list.poller = new sd.Poller({
      name: 'later',
      target: () => (head.isConnected && !list.stopped && list.moving.size ? head : null),
      look: () => look(list)
    });
    lists.push(list);
    askMore(list);
  };

  horizon.addInitFunction(() => {
    sd.all(document, '[data-sd-later-url]:not([data-sd-later-url=""])').forEach(follow);
    // Rows were drawn anew, by a refresh, or found by a search.
    $(document).on('update updateComplete', 'table.sd-list', () => lists.forEach((list) => {
      show(list);
      if (!list.stopped) {
        askMore(list);
      }
    }));
  });
})();

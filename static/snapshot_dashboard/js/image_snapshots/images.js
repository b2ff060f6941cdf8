// SPDX-License-Identifier: Apache-2.0
/*
 * Writes below the names of snapshots which image they belong to: one request for all of them. On
 * the details of a snapshot it asks after the page is there; in a list, when somebody asks for it.
 *
 * <div data-sd-images="ADDRESS" data-sd-scope="...">  where to ask, on a page with snapshots, with
 *   data-sd-checking and data-sd-unread: what is said while it asks, and without an answer
 * <dd data-sd-image-of="ID">                          on the details of one
 * <div data-sd-image><span>...</span> <a data-sd-show-images>   in a row that may be of an image
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // What is said, by the id of a snapshot; null until the answer is there.
  let images = null;
  let otherwise = '';
  let asking = false;

  const nameOf = (row) => sd.all(row, 'td a[href]').find((link) => (
    decodeURIComponent(link.pathname).endsWith(`/${row.dataset.objectId}`)
  ));

  const remark = (cell) => {
    const made = document.createElement('div');
    made.className = 'sd-remark';
    cell.append(made);
    return made;
  };

  const showInRow = (row) => {
    const there = row.querySelector('[data-sd-image]');
    const html = images.get(row.dataset.objectId) || (there && otherwise);
    const name = nameOf(row);
    if (html && name && there?.dataset.sdImage !== 'shown') {
      const box = there || remark(name.closest('td'));
      box.dataset.sdImage = 'shown';
      sd.fill(box, html);
    }
  };

  const show = () => {
    if (images) {
      sd.all(document, '.sd-list tr[data-object-id]').forEach(showInRow);
      sd.all(document, '[data-sd-image-of]').forEach((box) => {
        box.replaceChildren(...sd.nodes(images.get(box.dataset.sdImageOf) || otherwise));
      });
    }
  };

  // To those who hear the page; the live region is that of the list.
  const say = (words) => {
    const voice = document.querySelector('[data-sd-voice]');
    if (voice) {
      voice.textContent = words;
    }
  };

  // The words that stand in the place of links while it asks.
  const waits = () => sd.all(document, '[data-sd-image-waits]');

  const wait = (link, words) => {
    const word = document.createElement('span');
    word.dataset.sdImageWaits = '';
    word.textContent = words;
    const hadFocus = link === document.activeElement;
    link.hidden = true;
    link.after(word);
    if (hadFocus) {
      link.parentElement.focus();
    }
    say(words);
  };

  // The link is back beside what could not be read, so that it can be asked for again.
  const giveUp = (words) => {
    sd.all(document, '[data-sd-image-of]').forEach((box) => box.replaceChildren(words));
    waits().forEach((word) => {
      const box = word.parentElement;
      word.remove();
      box.querySelector('span').textContent = words;
      box.querySelector('a').hidden = false;
      say(words);
    });
  };

  const ask = async (place) => {
    if (asking || images) {
      return;
    }
    asking = true;
    const scope = place.dataset.sdScope || '';
    const { said } = await sd.request(place.dataset.sdImages, { scope });
    asking = false;
    if (!said?.images) {
      giveUp(place.dataset.sdUnread);
      return;
    }
    const [waiting] = waits().map((word) => word.parentElement);
    images = new Map(Object.entries(said.images));
    otherwise = said.otherwise;
    show();
    if (waiting) {
      say(waiting.textContent);
    }
  };

  const look = () => {
    show();
    const place = document.querySelector('[data-sd-image-of]');
    if (place) {
      ask(place);
    }
  };

  sd.on('click', 'a[data-sd-show-images]', (link, event) => {
    const place = document.querySelector('[data-sd-images]');
    if (place && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      wait(link, place.dataset.sdChecking);
      ask(place);
    }
  });
  horizon.addInitFunction(() => {
    look();
    horizon.tabs.addTabLoadFunction(look);
    // A row that was drawn anew has lost what was written into it.
    $(document).on('update updateComplete', 'table.datatable', show);
  });
})();

// SPDX-License-Identifier: Apache-2.0
/*
 * Writes below the names of snapshots which image they belong to: one request for all of them. On
 * the details of a snapshot it asks after the page is there; in a list, when somebody asks for it.
 *
 * <div data-sd-images="ADDRESS" data-sd-scope="..."></div>  where to ask, on a page with snapshots
 * <dd data-sd-image-of="ID"></dd>                           on the details of one
 * <div data-sd-image><a data-sd-show-images></a></div>      in a row that may be of an image
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // What is said, by the id of a snapshot; null until the answer is there.
  let images = null;
  let otherwise = '';
  let inRow = '';
  let asked = false;

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
    const html = images.get(row.dataset.objectId) || (there && inRow);
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

  const ask = async () => {
    const place = document.querySelector('[data-sd-images]');
    if (!place || asked) {
      return;
    }
    asked = true;
    const scope = place.dataset.sdScope || '';
    const answer = await sd.request(place.dataset.sdImages, { scope });
    const said = answer.said || {};
    images = new Map(Object.entries(said.images || {}));
    otherwise = said.otherwise || place.dataset.sdUnread || '';
    inRow = said.in_row || place.dataset.sdUnread || '';
    show();
  };

  const look = () => {
    show();
    if (document.querySelector('[data-sd-image-of]')) {
      ask();
    }
  };

  sd.on('click', 'a[data-sd-show-images]', (_link, event) => {
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      ask();
    }
  });
  horizon.addInitFunction(() => {
    look();
    horizon.tabs.addTabLoadFunction(look);
    // A row that was drawn anew has lost what was written into it.
    $(document).on('update updateComplete', 'table.datatable', show);
  });
})();

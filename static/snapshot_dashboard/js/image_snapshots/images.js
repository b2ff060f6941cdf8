// SPDX-License-Identifier: Apache-2.0
/*
 * Writes below the names of snapshots which image they belong to: one request for all of them,
 * after the page is there.
 *
 * <div data-sd-images="ADDRESS" data-sd-scope="..."></div>  where to ask, on a page with snapshots
 * <dd data-sd-image-of="ID"></dd>                           on the details of one
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // What is said, by the id of a snapshot; null until the answer is there.
  let images = null;
  let otherwise = '';
  let asked = false;

  const nameOf = (row) => sd.all(row, 'td a[href]').find((link) => (
    decodeURIComponent(link.pathname).endsWith(`/${row.dataset.objectId}`)
  ));

  const remark = (html) => {
    const made = document.createElement('div');
    made.className = 'sd-remark';
    made.dataset.sdImage = '';
    made.append(...sd.nodes(html));
    return made;
  };

  const showInRow = (row) => {
    const html = images.get(row.dataset.objectId);
    const name = html && !row.querySelector('[data-sd-image]') && nameOf(row);
    if (name) {
      name.closest('td').append(remark(html));
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
    show();
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
    show();
  };

  horizon.addInitFunction(() => {
    ask();
    horizon.tabs.addTabLoadFunction(ask);
    // A row that was drawn anew has lost what was written into it.
    $(document).on('update updateComplete', 'table.datatable', show);
  });
})();

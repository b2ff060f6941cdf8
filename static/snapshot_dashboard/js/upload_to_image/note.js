// SPDX-License-Identifier: Apache-2.0
/*
 * Has the note of an upload that has ended taken from its volume, after the page is there: one
 * request for each such volume, which are few.
 *
 * <tr data-sd-erase-note="ADDRESS" data-sd-scope="..." data-sd-token="..."> a row, or anything else
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const erase = async () => {
    const places = sd.all(document, '[data-sd-erase-note]');
    const asked = places.map((place) => ({ ...place.dataset }));
    // Before the first answer: a row that is drawn anew meanwhile has this begin once more.
    places.forEach((place) => place.removeAttribute('data-sd-erase-note'));
    for (const { sdEraseNote, sdScope, sdToken } of asked) {
      await sd.request(sdEraseNote, { scope: sdScope, method: 'POST', token: sdToken, as: 'text' });
    }
  };

  horizon.addInitFunction(() => {
    erase();
    $(document).on('update updateComplete', 'table.sd-list', erase);
  });
})();

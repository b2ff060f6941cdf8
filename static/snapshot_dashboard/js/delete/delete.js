// SPDX-License-Identifier: Apache-2.0
/*
 * In the place of stock's question, a button that deletes opens our dialog: it tells rows of the
 * same name apart, and says what will suffer. Where the dialog cannot be opened nothing is deleted.
 * Remarks below a status can be hidden; the browser remembers it.
 *
 * <button data-sd-delete="address of the dialog">
 * <button data-sd-delete-several="address of the dialog, to which the ticked rows are added">
 * <div data-sd-remark="id of the message"> <button data-sd-hide hidden>, <a data-sd-seen>, which
 * leads to where it is told in full
 */
(() => {
  'use strict';

  const { all, on, stop } = horizon.snapshotDashboard;

  // An address is not longer than servers take; the server refuses more in one go as well.
  const MOST = 50;
  const MOST_HIDDEN = 200;
  const HIDDEN = 'snapshot_dashboard.hidden';

  const openDialog = (button, address) => {
    // Stock opens what such a link leads to, and our list gives the focus back to its row.
    const link = $('<a class="ajax-modal" hidden>').attr('href', address);
    link.insertAfter(button);
    link[0].click();
    link.remove();
  };

  const ticked = (button) =>
    all(button.closest('form'), '.table-row-multi-select:checked').map((box) => box.value);

  const severalOf = (button) => {
    const address = new URL(button.dataset.sdDeleteSeveral, window.location.href);
    ticked(button).slice(0, MOST + 1).forEach((id) => {
      address.searchParams.append('id', id);
    });
    return address.pathname + address.search;
  };

  const remembered = () => {
    try {
      const found = JSON.parse(window.localStorage.getItem(HIDDEN));
      return Array.isArray(found) ? found : [];
    } catch {
      return [];
    }
  };

  const hide = () => {
    const gone = remembered();
    document.querySelectorAll('[data-sd-remark]').forEach((remark) => {
      remark.hidden = gone.includes(remark.dataset.sdRemark);
      remark.querySelector('[data-sd-hide]').hidden = false;
    });
  };

  const hideOne = (remark) => {
    try {
      const gone = remembered().concat(remark.dataset.sdRemark).slice(-MOST_HIDDEN);
      window.localStorage.setItem(HIDDEN, JSON.stringify(gone));
    } catch {
      // Nothing is kept where a browser may not: it is hidden on this page.
    }
    remark.hidden = true;
  };

  // In the place of stock's question.
  on('click', 'button[data-sd-delete], button[data-sd-delete-several]', (button, event) => {
    if (!button.classList.contains('disabled')) {
      stop(event);
      openDialog(button, button.dataset.sdDelete || severalOf(button));
    }
  }, 'act');
  on('click', '[data-sd-hide], [data-sd-remark] [data-sd-seen]', (element) => {
    hideOne(element.closest('[data-sd-remark]'));
  });
  on('sd:filled', '*', hide);
  horizon.addInitFunction(() => {
    hide();
    horizon.tabs.addTabLoadFunction(hide);
    $(document).on('update', 'table.sd-list', hide);
  });
})();

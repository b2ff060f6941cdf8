// SPDX-License-Identifier: Apache-2.0
/*
 * In the place of stock's question, a button that deletes opens our dialog: it tells rows of the
 * same name apart, and says what will suffer. Where the dialog cannot be opened nothing is deleted.
 * Remarks below a status can be hidden; the browser remembers it.
 *
 * <button data-sd-delete="address of the dialog">
 * <button data-sd-delete-several="address of the dialog, to which the ticked rows are added">
 * <div data-sd-remark="id of the message"> <button data-sd-hide hidden>
 */
(function () {
  'use strict';

  // An address is not longer than servers take; the server refuses more in one go as well.
  const MOST = 50;
  const MOST_HIDDEN = 200;
  const HIDDEN = 'snapshot_dashboard.hidden';

  function openDialog(button, address) {
    // Stock opens what such a link leads to, and our list gives the focus back to its row.
    const link = $('<a class="ajax-modal" hidden>').attr('href', address);
    link.insertAfter(button);
    link[0].click();
    link.remove();
  }

  function ticked(button) {
    const boxes = button.closest('form').querySelectorAll('.table-row-multi-select:checked');
    return Array.from(boxes).map(function (box) { return box.value; });
  }

  function severalOf(button) {
    const address = new URL(button.dataset.sdDeleteSeveral, window.location.href);
    ticked(button).slice(0, MOST + 1).forEach(function (id) {
      address.searchParams.append('id', id);
    });
    return address.pathname + address.search;
  }

  // Capturing, so that it runs before stock's question.
  document.addEventListener('click', function (event) {
    const button = event.target.closest('[data-sd-delete], [data-sd-delete-several]');
    if (!button || button.tagName !== 'BUTTON' || button.classList.contains('disabled')) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    openDialog(button, button.dataset.sdDelete || severalOf(button));
  }, true);

  function remembered() {
    try {
      var found = JSON.parse(window.localStorage.getItem(HIDDEN));
      return Array.isArray(found) ? found : [];
    } catch (error) {
      return [];
    }
  }

  function hide() {
    var gone = remembered();
    document.querySelectorAll('[data-sd-remark]').forEach(function (remark) {
      remark.hidden = gone.indexOf(remark.dataset.sdRemark) >= 0;
      remark.querySelector('[data-sd-hide]').hidden = false;
    });
  }

  document.addEventListener('click', function (event) {
    var button = event.target.closest('[data-sd-hide]');
    if (!button) {
      return;
    }
    var id = button.closest('[data-sd-remark]').dataset.sdRemark;
    try {
      var all = remembered().concat(id).slice(-MOST_HIDDEN);
      window.localStorage.setItem(HIDDEN, JSON.stringify(all));
    } catch (error) {
      // Nothing is kept where a browser may not: it is hidden on this page.
    }
    button.closest('[data-sd-remark]').hidden = true;
  });

  horizon.addInitFunction(function () {
    hide();
    horizon.tabs.addTabLoadFunction(hide);
    $(document).on('update', 'table.sd-list', hide);
  });
}());

// SPDX-License-Identifier: Apache-2.0
/*
 * Before stock asks "are you sure", a row's button finds out whether there is anything to tell:
 * then our dialog opens instead. Remarks below a status can be hidden; the browser remembers it.
 *
 * <button data-sd-delete="address of the dialog">, answered by ?ask with { clear: true | false }
 * <div data-sd-remark="id of the message"> <button data-sd-hide hidden>
 */
(function () {
  'use strict';

  // Milliseconds: stock's question is not kept waiting for longer.
  var PATIENCE = 6000;
  var HIDDEN = 'snapshot_dashboard.hidden';
  var MOST_HIDDEN = 200;

  function openDialog(button) {
    // Stock opens what such a link leads to, and our list gives the focus back to its row.
    var link = $('<a class="ajax-modal" hidden>').attr('href', button.dataset.sdDelete);
    link.insertAfter(button);
    link[0].click();
    link.remove();
  }

  function isClear(button) {
    var controller = new AbortController();
    var timer = window.setTimeout(function () { controller.abort(); }, PATIENCE);
    var address = new URL(button.dataset.sdDelete, window.location.href);
    address.searchParams.set('ask', '');
    return fetch(address, {
      credentials: 'same-origin',
      signal: controller.signal,
      headers: { 'X-Requested-With': 'XMLHttpRequest' }
    }).then(function (response) {
      return response.ok ? response.json() : { clear: true };
    }).catch(function () {
      // Stock asks, and the storage service decides.
      return { clear: true };
    }).then(function (answer) {
      window.clearTimeout(timer);
      return answer.clear !== false;
    });
  }

  // Capturing, so that it runs before stock's question.
  document.addEventListener('click', function (event) {
    var button = event.target.closest('button[data-sd-delete]');
    if (!button) {
      return;
    }
    if (button.sdClear) {
      button.sdClear = false;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (button.sdAsking) {
      return;
    }
    button.sdAsking = true;
    isClear(button).then(function (clear) {
      button.sdAsking = false;
      if (!button.isConnected) {
        return;
      }
      if (clear) {
        button.sdClear = true;
        button.click();
      } else {
        openDialog(button);
      }
    });
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

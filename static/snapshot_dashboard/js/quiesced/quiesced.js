// SPDX-License-Identifier: Apache-2.0
/*
 * Follows frozen snapshots on their page until nothing changes any more. It only looks; what is
 * left to do has a button. Slower each time, and not at all while nobody sees the page.
 *
 * <div class="sd-frozen" data-sd-follow data-sd-said="what it says"> <p role="status" data-sd-announce>
 */
(function () {
  'use strict';

  var FIRST = 2000;
  var SLOWEST = 15000;
  var wait = FIRST;

  function followed() {
    return document.querySelector('.sd-frozen[data-sd-follow]');
  }

  function show(html) {
    var old = followed();
    var fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('.sd-frozen');
    if (!old || !fresh || old.outerHTML === fresh.outerHTML) {
      return;
    }
    if (fresh.dataset.sdSaid !== old.dataset.sdSaid) {
      document.querySelector('[data-sd-announce]').textContent = fresh.dataset.sdSaid;
    }
    // What somebody has the focus on stays until the next look.
    if (!old.contains(document.activeElement)) {
      old.replaceWith(document.adoptNode(fresh));
    }
  }

  function look() {
    if (document.hidden) {
      return Promise.resolve();
    }
    return fetch(window.location.href, { credentials: 'same-origin' }).then(function (response) {
      return response.ok && !response.redirected ? response.text().then(show) : null;
    }).catch(function () {
      // The next look may succeed.
    });
  }

  function again() {
    if (followed()) {
      window.setTimeout(function () { look().then(again); }, wait);
      wait = Math.min(wait * 1.2, SLOWEST);
    }
  }

  horizon.addInitFunction(again);
}());

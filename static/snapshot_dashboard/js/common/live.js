// SPDX-License-Identifier: Apache-2.0
/*
 * Follows the volume while the Create Snapshot dialog is open, its tab is seen, and somebody is
 * there; situation.js shows what has changed.
 *
 * <form data-sd-live="address"> with [data-sd-problem=paused] and [data-sd-problem=expired]; the
 * input "seen" holds what is shown now, and data-sd-lost says that an answer to it was lost.
 */
(function () {
  'use strict';

  // Milliseconds: the first look, how much slower each one is, and the slowest.
  var FIRST = 3000;
  var SLOWER = 1.15;
  var SLOWEST = 15000;
  // Without a key or a pointer for this long nobody is there: looking keeps the session alive.
  var IDLE = 10 * 60 * 1000;

  var timer = null;
  var pace = FIRST;
  var lastInput = Date.now();

  function current() {
    return document.querySelector('.modal.in form[data-sd-live], .static_page form[data-sd-live]');
  }

  function problem(form, kind) {
    return form.querySelector('[data-sd-problem="' + kind + '"]');
  }

  // Whether nothing was created is not known while an answer is lost.
  function expire(form, expired) {
    var box = problem(form, 'expired');
    box.hidden = !expired;
    box.querySelector('.sd-claim').hidden = form.hasAttribute('data-sd-lost');
  }

  // Meanwhile the form may have been sent, answered, or replaced by another one.
  function isCurrent(form, asked) {
    return form.isConnected && form.hasAttribute('data-sd-live') &&
      !form.hasAttribute('data-sd-busy') && form.elements.seen.value === asked;
  }

  function answered(form, response, asked) {
    expire(form, response.status === 401);
    if (!response.ok) {
      return null;
    }
    return response.json().then(function (answer) {
      if (isCurrent(form, asked) && (answer.gone || answer.seen)) {
        form.dispatchEvent(new CustomEvent('sd:situation', { bubbles: true, detail: answer }));
        pace = FIRST;
      }
    });
  }

  function ask(form) {
    var asked = form.elements.seen.value;
    var query = new URLSearchParams({ seen: asked });
    fetch(form.dataset.sdLive + '?' + query + '&' + form.dataset.sdScope, {
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'XMLHttpRequest' }
    }).then(function (response) {
      return answered(form, response, asked);
    }).catch(function () {
      // What is shown stays; the button reads everything anew in any case.
    }).then(later);
  }

  function look() {
    var form = current();
    timer = null;
    if (!form || document.hidden) {
      return;
    }
    var idle = Date.now() - lastInput > IDLE;
    problem(form, 'paused').hidden = !idle;
    if (form.hasAttribute('data-sd-busy')) {
      later();
    } else if (!idle) {
      ask(form);
    }
  }

  function later() {
    if (timer === null && current()) {
      timer = window.setTimeout(look, pace);
      pace = Math.min(pace * SLOWER, SLOWEST);
    }
  }

  function begin() {
    pace = FIRST;
    lastInput = Date.now();
    later();
  }

  function lookNow() {
    window.clearTimeout(timer);
    look();
  }

  ['keydown', 'pointerdown', 'pointermove', 'input'].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      // Not what a script of ours does.
      if (event.isTrusted) {
        lastInput = Date.now();
      }
    }, { passive: true });
  });
  document.addEventListener('sd:shown', begin);
  document.addEventListener('visibilitychange', function () {
    if (!document.hidden && current()) {
      lookNow();
    }
  });
  document.addEventListener('click', function (event) {
    if (event.target.closest('[data-sd-resume]')) {
      lastInput = Date.now();
      pace = FIRST;
      lookNow();
    }
  });
  horizon.addInitFunction(function () {
    begin();
    // Back from another modal above this one.
    $(document).on('shown.bs.modal', '.sd-dialog', begin);
  });
}());

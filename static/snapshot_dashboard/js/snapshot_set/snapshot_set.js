// SPDX-License-Identifier: Apache-2.0
/*
 * Snapshots of several volumes. In the dialog: limits, button and the tick follow the volumes that
 * are ticked. On the page of a set: what moves is read again, while its tab is seen.
 *
 * <form data-sd-set="address"> with [name=include][data-size][data-type], data-needed
 * <div data-sd-set-lines="address"> with [data-sd-moving] inside; <p data-sd-set-said role=status>
 */
(function () {
  'use strict';

  // Milliseconds after the last tick in which the server is asked.
  var SETTLED = 300;
  // Milliseconds: the first look, how much slower each one is, and the slowest.
  var FIRST = 2500;
  var SLOWER = 1.3;
  var SLOWEST = 15000;
  // Without a key or a pointer for this long nobody is there: looking keeps the session alive.
  var IDLE = 10 * 60 * 1000;

  var asking = null;
  var timer = null;
  var pace = FIRST;
  var lastInput = Date.now();

  function ticked(form) {
    return Array.from(form.querySelectorAll('[name=include][type=checkbox]:checked'));
  }

  function isForced(boxes) {
    return boxes.some(function (box) { return box.hasAttribute('data-needed'); });
  }

  // Accepting is only asked for where there is something to accept.
  function showTick(form, force) {
    var part = form.querySelector('[data-sd-part=acknowledge]');
    if (!part) {
      return;
    }
    part.hidden = !force;
    if (!force) {
      part.querySelector('[name=acknowledged]').checked = false;
    }
  }

  function showChosen(form, boxes, answer) {
    var button = form.querySelector('.modal-footer [type=submit]');
    if (!form.isConnected || form.hasAttribute('data-sd-busy') || !button ||
        String(boxes.length) !== form.dataset.sdChosen) {
      return;
    }
    button.value = answer.button.label;
    button.classList.remove('btn-primary', 'btn-warning');
    button.classList.add(answer.button.kind);
    form.querySelector('[data-sd-part=footnote]').textContent = answer.button.title;
    var said = new DOMParser().parseFromString(answer.quota, 'text/html');
    form.querySelector('[data-sd-part=quota]').replaceChildren(said.querySelector('.sd-quota'));
    form.querySelector('[data-sd-announce]').textContent = answer.button.label;
  }

  function askChosen(form) {
    var boxes = ticked(form);
    var query = new URLSearchParams({ force: isForced(boxes) ? '1' : '0' });
    boxes.forEach(function (box) {
      query.append('size', box.dataset.size);
      query.append('type', box.dataset.type);
    });
    form.dataset.sdChosen = String(boxes.length);
    fetch(form.dataset.sdSet + '?' + query + '&' + form.dataset.sdScope, {
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'XMLHttpRequest' }
    }).then(function (response) {
      return response.ok ? response.json() : null;
    }).then(function (answer) {
      if (answer) {
        showChosen(form, boxes, answer);
      }
    }).catch(function () {
      // What is shown stays: what is sent is judged anew in any case.
    });
  }

  function choose(event) {
    var form = event.target.closest('form[data-sd-set]');
    if (!form || event.target.name !== 'include') {
      return;
    }
    showTick(form, isForced(ticked(form)));
    window.clearTimeout(asking);
    asking = window.setTimeout(function () { askChosen(form); }, SETTLED);
  }

  function lines() {
    return document.querySelector('[data-sd-set-lines]');
  }

  function isMoving() {
    return Boolean(document.querySelector('[data-sd-set-lines] [data-sd-moving]'));
  }

  function show(html) {
    var fresh = new DOMParser().parseFromString(html, 'text/html').querySelector('.sd-set-lines');
    var shown = lines().querySelector('.sd-set-lines');
    // Not the whole of it: each answer has another token for its form.
    if (!fresh || (fresh.textContent === shown.textContent &&
        fresh.hasAttribute('data-sd-moving') === shown.hasAttribute('data-sd-moving'))) {
      return;
    }
    var hadFocus = shown.contains(document.activeElement) ?
      document.activeElement.getAttribute('href') || document.activeElement.type : null;
    shown.replaceWith(document.adoptNode(fresh));
    if (hadFocus) {
      var again = fresh.querySelector('[href="' + hadFocus + '"], [type="' + hadFocus + '"]');
      (again || lines().parentNode.querySelector('a')).focus();
    }
    pace = FIRST;
    if (!isMoving()) {
      document.querySelector('[data-sd-set-said]').textContent =
        fresh.querySelector('[data-sd-set-summary]').textContent;
    }
  }

  function look() {
    timer = null;
    if (document.hidden || Date.now() - lastInput > IDLE || !isMoving()) {
      return;
    }
    fetch(lines().dataset.sdSetLines, {
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'XMLHttpRequest' }
    }).then(function (response) {
      // Logged out: the link below the lines leads to the login.
      return response.status === 401 ? null : response.ok ? response.text() : '';
    }).catch(function () {
      // Perhaps the next look gets through.
      return '';
    }).then(function (html) {
      if (html) {
        show(html);
      }
      if (html !== null) {
        later();
      }
    });
  }

  function later() {
    if (timer === null && isMoving()) {
      timer = window.setTimeout(look, pace);
      pace = Math.min(pace * SLOWER, SLOWEST);
    }
  }

  ['keydown', 'pointerdown', 'pointermove'].forEach(function (kind) {
    document.addEventListener(kind, function (event) {
      if (event.isTrusted) {
        var away = Date.now() - lastInput > IDLE;
        lastInput = Date.now();
        if (away) {
          later();
        }
      }
    }, { passive: true });
  });
  document.addEventListener('change', choose);
  document.addEventListener('visibilitychange', function () {
    if (!document.hidden) {
      pace = FIRST;
      later();
    }
  });
  horizon.addInitFunction(later);
}());

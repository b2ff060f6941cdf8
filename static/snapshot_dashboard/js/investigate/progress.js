// SPDX-License-Identifier: Apache-2.0
/*
 * Follows a volume on its way to an instance, and sends the page's form once when the volume is
 * Available. A tab that nobody sees is followed too, but slowly: the person waits for it.
 *
 * <form data-sd-follow="address" [data-sd-moving]> on a plain page, with [data-sd-part=steps],
 * [data-sd-problem=paused], [data-sd-problem=expired] and [data-sd-announce]
 */
(function () {
  'use strict';

  // Milliseconds: the first look, how much slower each one is, and the slowest.
  var FIRST = 1500;
  var SLOWER = 1.15;
  var SLOWEST = 10000;
  var UNSEEN = 15000;
  // Without a key or a pointer for this long nobody is there: looking keeps the session alive.
  var IDLE = 10 * 60 * 1000;

  var timer = null;
  var pace = FIRST;
  var lastInput = Date.now();
  var asking = false;

  function current() {
    return document.querySelector('.static_page form[data-sd-follow][data-sd-moving]');
  }

  function problem(form, kind) {
    return form.querySelector('[data-sd-problem="' + kind + '"]');
  }

  function parsed(html) {
    return Array.from(new DOMParser().parseFromString(html, 'text/html').body.childNodes);
  }

  function show(form, answer) {
    var steps = form.querySelector('[data-sd-part=steps]');
    if (answer.html !== form.sdShown) {
      var hadFocus = steps.contains(document.activeElement);
      form.sdShown = answer.html;
      steps.replaceChildren.apply(steps, parsed(answer.html));
      if (hadFocus) {
        steps.focus();
      }
    }
    var button = form.querySelector('.modal-footer [type=submit]');
    button.value = answer.button;
    button.hidden = !answer.button;
    form.querySelector('.modal-footer .cancel').textContent = answer.close;
    if (form.dataset.sdStep !== answer.step) {
      form.dataset.sdStep = answer.step;
      form.querySelector('[data-sd-announce]').textContent = answer.announce;
      pace = FIRST;
    }
    form.toggleAttribute('data-sd-moving', answer.pending);
  }

  function answered(form, response) {
    var ours = (response.headers.get('Content-Type') || '').indexOf('application/json') === 0;
    problem(form, 'expired').hidden = response.status !== 401 && response.status !== 403;
    return response.ok && ours ? response.json() : {};
  }

  function received(form, answer) {
    if (answer.step) {
      show(form, answer);
    }
    return answer;
  }

  function request(form, address, options) {
    options.credentials = 'same-origin';
    options.headers = Object.assign(options.headers || {}, { 'X-Requested-With': 'XMLHttpRequest' });
    return fetch(address, options).then(function (response) {
      return answered(form, response);
    }).then(function (answer) {
      return received(form, answer);
    });
  }

  function cookie(form) {
    // Newer than the form after somebody logged in again in another tab.
    var name = form.dataset.sdCsrfCookie + '=';
    var found = document.cookie.split('; ').filter(function (pair) {
      return pair.indexOf(name) === 0;
    })[0];
    return found ? decodeURIComponent(found.slice(name.length))
      : form.elements.csrfmiddlewaretoken.value;
  }

  function attach(form) {
    var data = new FormData(form);
    data.delete('csrfmiddlewaretoken');
    data.set('auto', '1');
    return request(form, form.action, {
      method: 'POST',
      body: new URLSearchParams(data),
      headers: { 'X-CSRFToken': cookie(form) }
    });
  }

  function ask(form) {
    asking = true;
    request(form, form.dataset.sdFollow + '?' + form.dataset.sdScope, {}).then(function (answer) {
      return answer.attach ? attach(form) : answer;
    }).catch(function () {
      // What is shown stays; the next look tells.
    }).then(function () {
      asking = false;
      later();
    });
  }

  function look() {
    var form = current();
    timer = null;
    if (!form || asking) {
      return;
    }
    var idle = Date.now() - lastInput > IDLE;
    problem(form, 'paused').hidden = !idle;
    if (!idle) {
      ask(form);
    }
  }

  function later() {
    if (timer === null && current()) {
      timer = window.setTimeout(look, document.hidden ? UNSEEN : pace);
      pace = Math.min(pace * SLOWER, SLOWEST);
    }
  }

  function lookNow() {
    window.clearTimeout(timer);
    timer = null;
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
  document.addEventListener('visibilitychange', function () {
    if (!document.hidden && current()) {
      // Somebody is there again.
      lastInput = Date.now();
      lookNow();
    }
  });
  document.addEventListener('click', function (event) {
    if (event.target.closest('[data-sd-resume]') && current()) {
      lastInput = Date.now();
      pace = FIRST;
      lookNow();
    }
  });
  horizon.addInitFunction(function () {
    document.querySelectorAll('form[data-sd-follow] [data-sd-by-hand]').forEach(function (part) {
      part.hidden = true;
    });
    later();
  });
}());

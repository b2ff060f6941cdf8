// SPDX-License-Identifier: Apache-2.0
/*
 * Follows the volume while the Create Snapshot dialog is open and its tab is seen: warning,
 * acknowledgement and button change in place when the situation does. What was typed, and the
 * focus, stay where they are.
 *
 * <form data-sd-live="address"> with [data-sd-part], [data-sd-possible], [data-sd-announce],
 * [data-sd-problem=paused]; the input "seen" holds what is shown now.
 */
(function () {
  'use strict';

  // Milliseconds: the first look, how much slower each one is, and the slowest.
  var FIRST = 3000;
  var SLOWER = 1.15;
  var SLOWEST = 15000;
  // Without a key or a pointer for this long nobody is there: looking keeps the session alive.
  var IDLE = 10 * 60 * 1000;
  // After a change for the worse a click is still meant for what was there before.
  var DEAF = 1000;

  var timer = null;
  var pace = FIRST;
  var lastInput = Date.now();
  var deafUntil = 0;

  function current() {
    return document.querySelector('.modal.in form[data-sd-live], .static_page form[data-sd-live]');
  }

  function problem(form, kind) {
    return form.querySelector('[data-sd-problem="' + kind + '"]');
  }

  function parsed(html) {
    return Array.from(new DOMParser().parseFromString(html, 'text/html').body.childNodes);
  }

  function fill(form, name, html) {
    var part = form.querySelector('[data-sd-part="' + name + '"]');
    var hadFocus = part.contains(document.activeElement);
    part.replaceChildren.apply(part, parsed(html));
    if (hadFocus) {
      part.focus();
    }
  }

  function describe(element, described) {
    if (described) {
      element.setAttribute('aria-describedby', described);
    } else {
      element.removeAttribute('aria-describedby');
    }
  }

  function dress(form, answer) {
    var button = form.querySelector('.modal-footer [type=submit]');
    button.classList.remove('btn-primary', 'btn-warning');
    button.classList.add(answer.button.kind);
    button.value = answer.button.label;
    button.hidden = answer.blocked;
    fill(form, 'footnote', answer.button.title && !answer.blocked ? answer.button.title : '');
    var ids = ['sd-explanation-title', 'sd-explanation-risk'].filter(function (id) {
      return form.querySelector('#' + id);
    }).join(' ');
    describe(button, ids);
    describe(form.closest('.sd-dialog'), ids);
  }

  function change(form, answer) {
    var tick = form.elements.acknowledged;
    var sameSentence = tick && tick.value === answer.needed;
    form.elements.seen.value = answer.seen;
    fill(form, 'explanation', answer.explanation);
    if (!sameSentence) {
      fill(form, 'acknowledge', answer.acknowledge);
    } else if (answer.worse) {
      tick.checked = false;
    }
    form.querySelectorAll('[data-sd-possible]').forEach(function (part) {
      part.hidden = answer.blocked;
    });
    form.querySelector('.sd-situation').classList.toggle('sd-blocked', answer.blocked);
    dress(form, answer);
    var command = form.querySelector('[data-sd-command]');
    command.dataset.sdCommand = answer.command;
    command.dispatchEvent(new Event('input', { bubbles: true }));
    if (answer.worse) {
      deafUntil = Date.now() + DEAF;
    }
    form.querySelector('[data-sd-announce]').textContent = answer.announce;
  }

  function gone(form, html) {
    fill(form, 'explanation', html);
    form.querySelectorAll('[data-sd-possible], [type=submit]').forEach(function (part) {
      part.hidden = true;
    });
    form.removeAttribute('data-sd-live');
  }

  function answered(form, response, asked) {
    problem(form, 'expired').hidden = response.status !== 401;
    if (!response.ok) {
      return null;
    }
    return response.json().then(function (answer) {
      // Meanwhile the form may have been sent, or replaced by another one.
      if (!form.isConnected || form.hasAttribute('data-sd-busy') ||
          form.elements.seen.value !== asked) {
        return;
      }
      if (answer.gone) {
        gone(form, answer.gone);
      } else if (answer.seen) {
        change(form, answer);
        pace = FIRST;
      }
    });
  }

  function look() {
    var form = current();
    timer = null;
    if (!form || document.hidden) {
      return;
    }
    if (Date.now() - lastInput > IDLE) {
      problem(form, 'paused').hidden = false;
      return;
    }
    if (form.hasAttribute('data-sd-busy')) {
      later();
      return;
    }
    var asked = form.elements.seen.value;
    fetch(form.dataset.sdLive + '?seen=' + encodeURIComponent(asked), {
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'XMLHttpRequest' }
    }).then(function (response) {
      return answered(form, response, asked);
    }).catch(function () {
      // What is shown stays; the button reads everything anew in any case.
    }).then(later);
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

  function ignoreWhileDeaf(event) {
    if (Date.now() < deafUntil && event.target.closest('form[data-sd-live]') &&
        (event.type === 'submit' || event.target.matches('[type=submit]'))) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }

  ['click', 'submit'].forEach(function (kind) {
    // Before dialog.js, which sends the form.
    document.addEventListener(kind, ignoreWhileDeaf, true);
  });
  ['keydown', 'pointerdown', 'pointermove', 'input'].forEach(function (kind) {
    document.addEventListener(kind, function () { lastInput = Date.now(); }, { passive: true });
  });
  document.addEventListener('sd:shown', begin);
  document.addEventListener('visibilitychange', function () {
    if (!document.hidden && current()) {
      window.clearTimeout(timer);
      timer = null;
      look();
    }
  });
  document.addEventListener('click', function (event) {
    if (event.target.closest('[data-sd-resume]')) {
      problem(current(), 'paused').hidden = true;
      begin();
      window.clearTimeout(timer);
      look();
    }
  });
  horizon.addInitFunction(begin);
}());

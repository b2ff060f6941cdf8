// SPDX-License-Identifier: Apache-2.0
/*
 * Shows a new situation in an open Create Snapshot dialog: warning, acknowledgement and button
 * change in place. What was typed stays, and the focus is never lost.
 *
 * <form data-sd-live> with [data-sd-part], [data-sd-possible]; it gets an event
 * "sd:situation" whose detail is the server's answer (snapshot_dashboard/.../situation.py).
 */
(function () {
  'use strict';

  // Milliseconds: after a change for the worse a click is still meant for what was there before.
  var DEAF = 1000;
  var deafUntil = 0;

  function parsed(html) {
    return Array.from(new DOMParser().parseFromString(html, 'text/html').body.childNodes);
  }

  function part(form, name) {
    return form.querySelector('[data-sd-part="' + name + '"]');
  }

  function fill(form, name, html) {
    var box = part(form, name);
    var hadFocus = box.contains(document.activeElement);
    box.replaceChildren.apply(box, parsed(html));
    if (hadFocus) {
      box.focus();
    }
  }

  // What had the focus may be hidden by now.
  function keepFocus(form) {
    var active = document.activeElement;
    if (form.contains(active) && active.closest('[hidden]')) {
      part(form, 'explanation').focus();
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
    fill(form, 'footnote', answer.blocked ? '' : answer.button.title);
    var ids = ['sd-explanation-title', 'sd-explanation-risk'].filter(function (id) {
      return form.querySelector('#' + id);
    }).join(' ');
    describe(button, ids);
    describe(form.closest('.sd-dialog'), ids);
  }

  function offer(form, possible) {
    form.querySelectorAll('[data-sd-possible]').forEach(function (each) {
      each.hidden = !possible;
    });
    form.querySelector('.sd-situation').classList.toggle('sd-blocked', !possible);
  }

  function acknowledge(form, answer) {
    var tick = form.elements.acknowledged;
    if (!tick || tick.value !== answer.needed) {
      fill(form, 'acknowledge', answer.acknowledge);
    } else if (answer.worse) {
      tick.checked = false;
    }
  }

  function change(form, answer) {
    form.elements.seen.value = answer.seen;
    fill(form, 'explanation', answer.explanation);
    acknowledge(form, answer);
    offer(form, !answer.blocked);
    dress(form, answer);
    keepFocus(form);
    var command = form.querySelector('[data-sd-command]');
    command.dataset.sdCommand = answer.command;
    command.dispatchEvent(new Event('input', { bubbles: true }));
    if (answer.worse) {
      deafUntil = Date.now() + DEAF;
    }
    form.dispatchEvent(new CustomEvent('sd:changed', { bubbles: true, detail: answer.announce }));
  }

  // Said once. A volume that is found again (a service may err) brings everything back.
  function gone(form, html) {
    if (!form.elements.seen.value) {
      return;
    }
    form.elements.seen.value = '';
    fill(form, 'explanation', html);
    offer(form, false);
    form.querySelector('.modal-footer [type=submit]').hidden = true;
    keepFocus(form);
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
  document.addEventListener('sd:situation', function (event) {
    if (event.detail.gone) {
      gone(event.target, event.detail.gone);
    } else {
      change(event.target, event.detail);
    }
  });
}());

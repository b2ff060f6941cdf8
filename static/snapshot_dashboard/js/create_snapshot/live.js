// SPDX-License-Identifier: Apache-2.0
/*
 * Shows a new situation in an open dialog that copies a volume or several: warning,
 * acknowledgement and button change in place. What was typed stays, and the focus is never lost.
 *
 * <form data-sd-live> with [data-sd-part], [data-sd-possible]; it gets an event
 * "sd:situation" whose detail is the answer of panels/common/attachment_state/live.py.
 * Its time: deaf (after a change for the worse).
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const FORM = 'form[data-sd-live]:not([data-sd-revert])';
  // Until when a click is still meant for what was there before a change for the worse.
  let deafUntil = 0;

  // One is beside the form: what is below the title.
  const part = (form, name) => form.closest('.sd-dialog').querySelector(`[data-sd-part="${name}"]`);

  const fill = (form, name, html) => sd.fill(part(form, name), html);

  // What only some dialogs have.
  const fillParts = (form, parts) => {
    Object.entries(parts || {}).forEach(([name, html]) => {
      if (part(form, name)) {
        fill(form, name, html);
      }
    });
  };

  // What had the focus may be hidden by now.
  const keepFocus = (form) => {
    const active = document.activeElement;
    if (form.contains(active) && active.closest('[hidden]')) {
      part(form, 'explanation').focus();
    }
  };

  const describe = (element, described) => {
    if (described) {
      element.setAttribute('aria-describedby', described);
    } else {
      element.removeAttribute('aria-describedby');
    }
  };

  const dress = (form, answer) => {
    const button = form.querySelector('.modal-footer [type=submit]');
    button.classList.remove('btn-primary', 'btn-warning');
    button.classList.add(answer.button.kind);
    button.value = answer.button.label;
    button.hidden = answer.blocked;
    fill(form, 'footnote', answer.blocked ? '' : answer.button.title);
    const ids = ['sd-explanation-title', 'sd-explanation-risk']
      .filter((id) => form.querySelector(`#${id}`)).join(' ');
    describe(button, ids);
    describe(form.closest('.sd-dialog'), ids);
  };

  const offer = (form, possible) => {
    form.querySelectorAll('[data-sd-possible]').forEach((each) => {
      each.hidden = !possible;
    });
    form.querySelector('.sd-situation').classList.toggle('sd-blocked', !possible);
  };

  const acknowledge = (form, answer) => {
    const tick = form.elements.acknowledged;
    if (!tick || tick.value !== answer.needed) {
      fill(form, 'acknowledge', answer.acknowledge);
    } else if (answer.worse) {
      tick.checked = false;
    }
  };

  const change = (form, answer) => {
    form.elements.seen.value = answer.seen;
    fillParts(form, answer.parts);
    fill(form, 'explanation', answer.explanation);
    acknowledge(form, answer);
    offer(form, !answer.blocked);
    dress(form, answer);
    keepFocus(form);
    if (answer.worse) {
      deafUntil = Date.now() + sd.times(form, 'dialog').deaf;
    }
    sd.tell(form, 'sd:changed', answer.announce);
  };

  // Said once. A volume that is found again (a service may err) brings everything back.
  const gone = (form, { gone: html, parts }) => {
    if (!form.elements.seen.value) {
      return;
    }
    form.elements.seen.value = '';
    fillParts(form, parts);
    fill(form, 'explanation', html);
    offer(form, false);
    form.querySelector('.modal-footer [type=submit]').hidden = true;
    keepFocus(form);
  };

  const ignoreWhileDeaf = (_element, event) => {
    if (Date.now() < deafUntil) {
      sd.stop(event);
    }
  };

  sd.on('click', `${FORM} [type=submit]`, ignoreWhileDeaf, 'guard');
  sd.on('submit', FORM, ignoreWhileDeaf, 'guard');
  sd.on('sd:situation', FORM, (form, event) => {
    if (event.detail.gone) {
      gone(form, event.detail);
    } else {
      change(form, event.detail);
    }
  });
})();

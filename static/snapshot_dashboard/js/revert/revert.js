// SPDX-License-Identifier: Apache-2.0
/*
 * The Revert Volume dialog: says which of its two buttons was pressed, and shows what live.js has
 * found to be new (a copy that is finished, a volume that is detached) without losing the focus.
 *
 * <form data-sd-revert data-sd-live> with input "pressed" and [data-sd-part=revert]; it gets the
 * event "sd:situation" whose detail is the answer of panels/features/revert/live.py.
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const FORM = 'form[data-sd-revert]';

  const part = (form) => form.querySelector('[data-sd-part=revert]');

  const offer = (form, possible, leave) => {
    if (leave) {
      form.querySelector('.modal-footer .cancel').textContent = leave;
    }
    const button = form.querySelector('.modal-footer [name=revert]');
    if (!button) {
      return;
    }
    if (!possible && button === document.activeElement) {
      part(form).focus();
    }
    button.hidden = !possible;
  };

  const describe = (form) => {
    const ids = ['sd-explanation-title', 'sd-explanation-risk']
      .filter((id) => form.querySelector(`#${id}`)).join(' ');
    form.closest('.sd-dialog').setAttribute('aria-describedby', ids);
  };

  const change = (form, answer) => {
    form.elements.seen.value = answer.seen;
    sd.fill(part(form), answer.html);
    offer(form, answer.usable, answer.leave);
    describe(form);
    // What an answer was lost to is told by the new situation.
    form.querySelector('[data-sd-problem=lost]').hidden = true;
    sd.tell(form, 'sd:changed', answer.announce);
  };

  // Said once. What is found again (a service may err) brings everything back.
  const gone = (form, html) => {
    if (form.elements.seen.value) {
      form.elements.seen.value = '';
      sd.fill(part(form), html);
      offer(form, false);
    }
  };

  sd.on('sd:situation', FORM, (form, event) => {
    if (event.detail.gone) {
      gone(form, event.detail.gone);
    } else {
      change(form, event.detail);
    }
  });
  // dialog.js reads the fields of the form and not its buttons.
  sd.on('submit', FORM, (form, event) => {
    form.elements.pressed.value = event.submitter ? event.submitter.name : '';
  }, 'prepare');
})();

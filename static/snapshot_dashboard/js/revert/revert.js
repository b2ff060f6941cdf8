// SPDX-License-Identifier: Apache-2.0
/*
 * The Revert Volume dialog: says which of its two buttons was pressed, and shows what live.js has
 * found to be new (a copy that is finished, a volume that is detached) without losing the focus.
 *
 * <form data-sd-revert data-sd-live> with input "pressed" and [data-sd-part=revert]; it gets the
 * event "sd:situation" whose detail is the server's answer (.../snapshots/revert_situation.py).
 */
(function () {
  'use strict';

  function part(form) {
    return form.querySelector('[data-sd-part=revert]');
  }

  function fill(form, html) {
    var box = part(form);
    var hadFocus = box.contains(document.activeElement);
    var fresh = new DOMParser().parseFromString(html, 'text/html').body.childNodes;
    box.replaceChildren.apply(box, Array.from(fresh));
    if (hadFocus) {
      box.focus();
    }
  }

  function offer(form, possible, leave) {
    if (leave) {
      form.querySelector('.modal-footer .cancel').textContent = leave;
    }
    var button = form.querySelector('.modal-footer [name=revert]');
    if (!button) {
      return;
    }
    if (!possible && button === document.activeElement) {
      part(form).focus();
    }
    button.hidden = !possible;
  }

  function describe(form) {
    var ids = ['sd-explanation-title', 'sd-explanation-risk'].filter(function (id) {
      return form.querySelector('#' + id);
    }).join(' ');
    form.closest('.sd-dialog').setAttribute('aria-describedby', ids);
  }

  function change(form, answer) {
    form.elements.seen.value = answer.seen;
    fill(form, answer.html);
    offer(form, answer.usable, answer.leave);
    describe(form);
    // What an answer was lost to is told by the new situation.
    form.querySelector('[data-sd-problem=lost]').hidden = true;
    form.dispatchEvent(new CustomEvent('sd:changed', { bubbles: true, detail: answer.announce }));
  }

  // Said once. What is found again (a service may err) brings everything back.
  function gone(form, html) {
    if (form.elements.seen.value) {
      form.elements.seen.value = '';
      fill(form, html);
      offer(form, false);
    }
  }

  // Capturing, before situation.js, whose dialog is another one.
  document.addEventListener('sd:situation', function (event) {
    var form = event.target;
    if (!form.matches('form[data-sd-revert]')) {
      return;
    }
    event.stopPropagation();
    if (event.detail.gone) {
      gone(form, event.detail.gone);
    } else {
      change(form, event.detail);
    }
  }, true);

  // Before dialog.js, which reads the fields of the form and not its buttons.
  document.addEventListener('submit', function (event) {
    if (event.target.matches('form[data-sd-revert]')) {
      event.target.elements.pressed.value = event.submitter ? event.submitter.name : '';
    }
  }, true);
}());

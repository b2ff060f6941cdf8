// SPDX-License-Identifier: Apache-2.0
/*
 * Sends the form of one of our dialogs, and keeps the dialog with everything typed whatever
 * comes back. Stock's handler closes the dialog on an error; ours acts in its place.
 *
 * <form data-sd-dialog data-sd-sending="Creating..."> inside .modal
 *   <div hidden data-sd-problem="lost">, <div hidden data-sd-problem="expired">
 *
 * The form gets an event "sd:shown" when it has been put into the page, "sd:lost" when the answer
 * to it was lost, and "sd:sent" when it has done what it is for. An event "sd:changed" tells in its
 * detail, as HTML, what has changed meanwhile: it is shown in [data-sd-changed] and said by
 * [data-sd-announce]. While it is sent it has data-sd-busy, and after a lost answer data-sd-lost.
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // What stands on the buttons while a form is not on its way.
  const labels = new WeakMap();

  const busy = (form, sending) => {
    form.querySelectorAll('.modal-footer [type=submit]').forEach((button) => {
      if (sending) {
        labels.set(button, button.value);
        button.value = form.dataset.sdSending;
      } else if (labels.has(button)) {
        button.value = labels.get(button);
      }
      button.disabled = sending;
    });
    form.toggleAttribute('data-sd-busy', sending);
  };

  // What an earlier answer said no longer holds.
  const forget = (form) => {
    form.querySelectorAll('.sd-problem').forEach((problem) => {
      if (!problem.closest('[data-sd-problem]')) {
        problem.remove();
      }
    });
  };

  const show = (form, kind) => {
    if (kind) {
      forget(form);
    }
    form.querySelectorAll('[data-sd-problem=expired] .sd-claim').forEach((text) => {
      // Whether nothing was created is not known while an answer is lost.
      text.hidden = form.hasAttribute('data-sd-lost');
    });
    form.querySelector('[data-sd-changed]').hidden = true;
    form.querySelectorAll('[data-sd-problem]').forEach((box) => {
      box.hidden = box.dataset.sdProblem !== kind;
      if (!box.hidden) {
        box.querySelector('.sd-problem').focus();
      }
    });
  };

  // What is known of an answer that did not come, or is none of ours.
  const lose = (form, why) => {
    form.querySelectorAll('[data-sd-problem=lost] [data-sd-why]').forEach((line) => {
      line.hidden = line.dataset.sdWhy !== why;
    });
    show(form, 'lost');
    form.toggleAttribute('data-sd-lost', true);
    // A dialog that only changes something has nothing that outcome.js could look for.
    if (form.dataset.sdOutcome) {
      sd.tell(form, 'sd:lost');
    }
  };

  const firstSeen = (content, css) =>
    Array.from(content.querySelectorAll(css)).find((element) => !element.closest('[hidden]'));

  const goToFirst = (content) => {
    const target = firstSeen(content, '.sd-problem') ||
      firstSeen(content, '[aria-invalid=true], .has-error .form-control') ||
      firstSeen(content, 'input[type=text], select, .cancel');
    if (target) {
      target.focus();
    }
  };

  const describe = (dialog, warning) => {
    if (warning) {
      dialog.setAttribute('aria-describedby', warning);
    } else {
      dialog.removeAttribute('aria-describedby');
    }
  };

  const replace = (form, html) => {
    const page = sd.parsed(html);
    const fresh = page.querySelector('.sd-content');
    if (!fresh) {
      lose(form, 'elsewhere');
      return;
    }
    const warning = page.querySelector('.sd-dialog').getAttribute('aria-describedby');
    describe(form.closest('.sd-dialog'), warning);
    form.closest('.sd-content').replaceWith(fresh);
    const next = fresh.querySelector('form');
    next.toggleAttribute('data-sd-lost', form.hasAttribute('data-sd-lost'));
    goToFirst(fresh);
    sd.tell(next, 'sd:shown');
  };

  const leave = (address) => {
    const here = window.location.pathname + window.location.search;
    if (address === here) {
      window.location.reload();
    } else {
      window.location.assign(address);
    }
  };

  // Each kind of answer; for what is not named here an error was the answer.
  const ANSWERS = {
    answered: (form, answer) => replace(form, answer.said),
    expired: (form) => show(form, 'expired'),
    elsewhere: (form) => lose(form, 'elsewhere'),
    silent: (form) => lose(form, 'silent'),
    offline: (form) => lose(form, 'offline'),
    done: (form, answer) => {
      sd.tell(form, 'sd:sent');
      leave(answer.location);
    }
  };

  const send = async (form) => {
    const data = sd.fieldsOf(form);
    data.set('next', window.location.pathname + window.location.search);
    busy(form, true);
    show(form, '');
    const answer = await sd.request(form.action, {
      scope: '', method: 'POST', body: new URLSearchParams(data), token: sd.csrfToken(form), as: 'text'
    });
    if (answer.kind !== 'done') {
      busy(form, false);
    }
    (ANSWERS[answer.kind] || (() => lose(form, 'failed')))(form, answer);
  };

  // A dialog that changes by itself says so to everybody: the line stays until it is sent.
  sd.on('sd:changed', 'form', (form, event) => {
    const line = form.querySelector('[data-sd-changed]');
    sd.fill(line, event.detail);
    line.hidden = !line.textContent;
    sd.announce(form, line.textContent);
  });

  // Somebody may have logged in again in another tab.
  sd.on('submit', '.static_page form[data-sd-dialog]', (form) => {
    form.elements.csrfmiddlewaretoken.value = sd.csrfToken(form);
  }, 'act');
  sd.on('submit', '.modal form[data-sd-dialog]', (form, event) => {
    sd.stop(event);
    if (!form.hasAttribute('data-sd-busy')) {
      send(form);
    }
  }, 'act');

  horizon.addInitFunction(() => {
    // After stock's own, which knows neither a problem nor a dialog without fields.
    horizon.modals.addModalInitFunction((modal) => {
      if ($(modal).is('.sd-dialog')) {
        goToFirst($(modal)[0]);
        // In a small window the field with the focus is below the warning, which comes first.
        if (firstSeen($(modal)[0], '.sd-explanation')) {
          $(modal).find('.modal-body')[0].scrollTop = 0;
        }
        sd.tell($(modal).find('form')[0], 'sd:shown');
      }
    });
  });
})();

// SPDX-License-Identifier: Apache-2.0
/*
 * Looks for what became of a form whose answer was lost, for as long as that may help. It never
 * sends the form again: that is for the person, and makes no second object.
 *
 * <form data-sd-outcome="address"> with [data-sd-problem=outcome]; the input "request" names it.
 * Its times: pauses (between the looks), sure.
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // Who looks for the outcome of a form; each time that it is sent it is another one.
  const followed = new WeakMap();

  const box = (form) => form.querySelector('[data-sd-problem=outcome]');

  const say = (form, html) => {
    const said = sd.parsed(html).querySelector('.sd-problem');
    form.querySelectorAll('.sd-problem').forEach((other) => {
      const around = other.closest('[data-sd-problem]');
      if (around) {
        around.hidden = true;
      } else {
        other.remove();
      }
    });
    box(form).replaceChildren(said);
    box(form).hidden = false;
    said.focus();
  };

  const made = (form, html) => {
    say(form, html);
    form.querySelectorAll('[data-sd-possible], .modal-footer [type=submit]').forEach((part) => {
      part.hidden = true;
    });
    form.removeAttribute('data-sd-live');
  };

  const checking = (form) => {
    const pending = Array.from(form.querySelectorAll('[data-sd-pending]'));
    const shown = pending.find((each) => each.offsetParent !== null);
    if (shown && !shown.querySelector('.sd-checking')) {
      $('<p class="sd-checking">').text(box(form).dataset.sdChecking).appendTo(shown);
    }
  };

  const end = (form) => {
    if (followed.has(form)) {
      followed.get(form).end();
      followed.delete(form);
    }
  };

  // Whether "none" is believed: only when a request can no longer be on its way to us.
  const isSure = (form, since) => Date.now() - since > sd.times(form, 'outcome').sure;

  const answered = (form, answer, since, last) => {
    if (answer.state === 'made') {
      end(form);
      made(form, answer.html);
    } else if (answer.html && ((answer.state === 'none' && isSure(form, since)) || last)) {
      end(form);
      say(form, answer.html);
    }
  };

  const begin = (form) => {
    end(form);
    form.toggleAttribute('data-sd-lost', true);
    checking(form);
    const since = Date.now();
    // Not when it was sent again meanwhile, closed, or replaced.
    const isMine = () => form.isConnected && !form.hasAttribute('data-sd-busy') &&
      followed.get(form) === poller;
    const poller = new sd.Poller({
      target: () => (isMine() ? form : null),
      // In a tab that nobody sees as well: a person waits for it.
      pause: () => (sd.times(form, 'outcome').pauses || [])[poller.looks],
      turned: () => {},
      look: async () => {
        const last = poller.pause() === undefined;
        const query = { request: form.elements.request.value };
        const answer = await sd.request(form.dataset.sdOutcome, {
          query, scope: form.dataset.sdScope
        });
        if (isMine()) {
          answered(form, answer.said || {}, since, last);
        }
      }
    });
    followed.set(form, poller);
    poller.begin();
  };

  sd.on('sd:lost', 'form', begin);
  sd.on('sd:shown', 'form', (form) => {
    if (form.querySelector('.sd-problem[data-sd-pending]:not([hidden] *)')) {
      begin(form);
    }
  });
})();

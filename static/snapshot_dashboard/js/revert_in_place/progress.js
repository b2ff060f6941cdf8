// SPDX-License-Identifier: Apache-2.0
/*
 * Works through a revert in place: sends the page's form again and again, each time for one step,
 * until it is over or has halted. It waits for each answer, and goes on when one is lost: the next
 * one tells what became of it.
 *
 * <form data-sd-steps data-sd-times> beside [data-sd-part=state][data-sd-key],
 * [data-sd-trouble=silent|expired|switched] and [data-sd-announce]
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const current = () => document.querySelector('.sd-revert-plan form[data-sd-steps]');

  const TROUBLES = { expired: 'expired', elsewhere: 'expired', switched: 'switched' };

  const page = (form) => form.closest('.sd-revert-plan');

  // The trouble that there is, or none.
  const tell = (form, trouble) => {
    sd.all(page(form), '[data-sd-trouble]').forEach((box) => {
      box.hidden = box.dataset.sdTrouble !== trouble;
    });
  };

  const show = (form, said) => {
    const state = page(form).querySelector('[data-sd-part=state]');
    if (state.dataset.sdKey !== said.key) {
      state.dataset.sdKey = said.key;
      sd.fill(state, said.html);
      sd.announce(page(form), said.announce);
      poller.fresh();
    }
    if (!said.pending) {
      form.remove();
    }
  };

  const look = async (form) => {
    const data = sd.fieldsOf(form);
    data.set('auto', '1');
    const { kind, said } = await sd.request(form.action, {
      scope: '', method: 'POST', body: new URLSearchParams(data), token: sd.csrfToken(form)
    });
    if (!form.isConnected) {
      return;
    }
    const answered = kind === 'answered' && said && 'html' in said;
    tell(form, answered ? '' : TROUBLES[kind] || 'silent');
    if (answered) {
      show(form, said);
    }
  };

  const poller = new sd.Poller({ name: 'revert_in_place', target: current, look });

  horizon.addInitFunction(() => {
    const form = current();
    if (form) {
      form.querySelector('[data-sd-by-hand]').hidden = true;
      poller.later();
    }
  });
})();

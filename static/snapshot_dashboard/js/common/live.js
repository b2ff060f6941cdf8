// SPDX-License-Identifier: Apache-2.0
/*
 * Follows the volumes while a dialog about them is open, its tab is seen, and somebody is there. What
 * has changed is shown by create_snapshot/live.js or revert/revert.js.
 *
 * <form data-sd-live="address"> with [data-sd-problem=paused] and [data-sd-problem=expired]; the
 * input "seen" holds what is shown now, and data-sd-lost says that an answer to it was lost. The
 * form gets an event "sd:situation" with the answer.
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // Characters of what was shown, in an address.
  const LONGEST = 1500;

  const current = () =>
    document.querySelector('.modal.in form[data-sd-live], .static_page form[data-sd-live]');

  const problem = (form, kind) => form.querySelector(`[data-sd-problem="${kind}"]`);

  // Whether nothing was created is not known while an answer is lost.
  const expire = (form, expired) => {
    const box = problem(form, 'expired');
    box.hidden = !expired;
    box.querySelector('.sd-claim').hidden = form.hasAttribute('data-sd-lost');
  };

  // Meanwhile the form may have been sent, answered, or replaced by another one.
  const isCurrent = (form, asked) => form.isConnected && form.hasAttribute('data-sd-live') &&
    !form.hasAttribute('data-sd-busy') && form.elements.seen.value === asked;

  // What was shown of many volumes is longer than some servers let an address be.
  const asking = (form, seen) => seen.length > LONGEST
    ? { method: 'POST', body: new URLSearchParams({ seen }), token: sd.csrfToken(form) }
    : { query: { seen } };

  // Without an answer what is shown stays; the button reads everything anew in any case.
  const look = async (form) => {
    const seen = form.elements.seen.value;
    const answer = await sd.request(form.dataset.sdLive, {
      ...asking(form, seen), scope: form.dataset.sdScope
    });
    if (!['silent', 'offline'].includes(answer.kind)) {
      expire(form, answer.kind === 'expired');
    }
    const said = answer.said || {};
    if (isCurrent(form, seen) && (said.gone || said.seen)) {
      sd.tell(form, 'sd:situation', said);
      poller.fresh();
    }
  };

  const poller = new sd.Poller({
    name: 'dialog',
    target: current,
    look,
    isBusy: (form) => form.hasAttribute('data-sd-busy'),
    paused: (form, paused) => { problem(form, 'paused').hidden = !paused; }
  });

  sd.on('sd:shown', 'form', () => poller.begin());
  sd.on('click', '[data-sd-resume]', () => poller.resume());
  horizon.addInitFunction(() => {
    poller.begin();
    // Back from another modal above this one.
    $(document).on('shown.bs.modal', '.sd-dialog', () => poller.begin());
  });
})();

// SPDX-License-Identifier: Apache-2.0
/*
 * Follows a volume on its way to an instance, and sends the page's form once when the volume is
 * Available. A tab that nobody sees is followed too, but slowly: the person waits for it.
 *
 * <form data-sd-follow="address" [data-sd-moving]> on a plain page, with [data-sd-part=steps],
 * [data-sd-problem=paused], [data-sd-problem=expired] and [data-sd-announce]
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // The steps of a form as they were sent: what is drawn of them differs from that.
  const drawn = new WeakMap();

  const current = () =>
    document.querySelector('.static_page form[data-sd-follow][data-sd-moving]');

  const problem = (form, kind) => form.querySelector(`[data-sd-problem="${kind}"]`);

  const show = (form, said) => {
    if (said.html !== drawn.get(form)) {
      drawn.set(form, said.html);
      sd.fill(form.querySelector('[data-sd-part=steps]'), said.html);
    }
    const button = form.querySelector('.modal-footer [type=submit]');
    button.value = said.button;
    button.hidden = !said.button;
    if (said.close) {
      form.querySelector('.modal-footer .cancel').textContent = said.close;
    }
    if (form.dataset.sdStep !== said.step) {
      form.dataset.sdStep = said.step;
      sd.announce(form, said.announce);
      poller.fresh();
    }
    form.toggleAttribute('data-sd-moving', said.pending);
  };

  const received = (form, answer) => {
    if (!['silent', 'offline'].includes(answer.kind)) {
      problem(form, 'expired').hidden = answer.kind !== 'expired';
    }
    // Without an answer what is shown stays; the next look tells.
    const said = answer.said || {};
    if (said.step) {
      show(form, said);
    }
    return said;
  };

  const attach = (form) => {
    const data = sd.fieldsOf(form);
    data.set('auto', '1');
    return sd.request(form.action, {
      scope: '', method: 'POST', body: new URLSearchParams(data), token: sd.csrfToken(form)
    });
  };

  const look = async (form) => {
    const scope = form.dataset.sdScope;
    const said = received(form, await sd.request(form.dataset.sdFollow, { scope }));
    if (said.attach) {
      received(form, await attach(form));
    }
  };

  const poller = new sd.Poller({
    name: 'progress',
    target: current,
    look,
    paused: (form, paused) => { problem(form, 'paused').hidden = !paused; }
  });

  sd.on('click', '[data-sd-resume]', () => poller.resume());
  horizon.addInitFunction(() => {
    document.querySelectorAll('form[data-sd-follow] [data-sd-by-hand]').forEach((part) => {
      part.hidden = true;
    });
    poller.later();
  });
})();

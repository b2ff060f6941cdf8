// SPDX-License-Identifier: Apache-2.0
/*
 * Snapshots of several volumes. In the dialog: limits, button and the tick follow the volumes that
 * are ticked. On the page of a set: what moves is read again, while its tab is seen.
 *
 * <form data-sd-set="address"> with [name=include][data-size][data-type], data-needed. Its time:
 * ticked (after the last tick, before the server is asked).
 * <div data-sd-set-lines="address"> with [data-sd-moving] inside; <p data-sd-set-said role=status>
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // How many volumes were ticked when the server was asked last.
  const chosen = new WeakMap();

  const ticked = (form) => sd.all(form, '[name=include][type=checkbox]:checked');

  const isForced = (boxes) => boxes.some((box) => box.hasAttribute('data-needed'));

  // Accepting is only asked for where there is something to accept.
  const showTick = (form, force) => {
    const part = form.querySelector('[data-sd-part=acknowledge]');
    if (!part) {
      return;
    }
    part.hidden = !force;
    if (!force) {
      part.querySelector('[name=acknowledged]').checked = false;
    }
  };

  const showChosen = (form, answer) => {
    const button = form.querySelector('.modal-footer [type=submit]');
    if (!form.isConnected || form.hasAttribute('data-sd-busy') || !button) {
      return;
    }
    button.value = answer.button.label;
    button.classList.remove('btn-primary', 'btn-warning');
    button.classList.add(answer.button.kind);
    form.querySelector('[data-sd-part=footnote]').textContent = answer.button.title;
    const quota = sd.parsed(answer.quota).querySelector('.sd-quota');
    form.querySelector('[data-sd-part=quota]').replaceChildren(quota);
    sd.announce(form, answer.button.label);
  };

  const askChosen = async (form) => {
    const boxes = ticked(form);
    const query = new URLSearchParams({ force: isForced(boxes) ? '1' : '0' });
    boxes.forEach((box) => {
      query.append('size', box.dataset.size);
      query.append('type', box.dataset.type);
    });
    chosen.set(form, boxes.length);
    const { said } = await sd.request(form.dataset.sdSet, { query, scope: form.dataset.sdScope });
    // Without an answer what is shown stays: what is sent is judged anew in any case.
    if (said && boxes.length === chosen.get(form)) {
      showChosen(form, said);
    }
  };

  const choose = (box) => {
    const { form } = box;
    showTick(form, isForced(ticked(form)));
    sd.settle(form, sd.times(box, 'set').ticked, () => askChosen(form));
  };

  const lines = () => document.querySelector('[data-sd-set-lines]');

  const moving = () => document.querySelector('[data-sd-set-lines] [data-sd-moving]');

  const show = (fresh) => {
    const shown = lines().querySelector('.sd-set-lines');
    // Not the whole of it: each answer has another token for its form.
    if (!fresh || (fresh.textContent === shown.textContent &&
        fresh.hasAttribute('data-sd-moving') === shown.hasAttribute('data-sd-moving'))) {
      return;
    }
    const focused = shown.contains(document.activeElement) ? document.activeElement : null;
    const had = focused && (focused.getAttribute('href') || focused.type);
    shown.replaceWith(fresh);
    if (had) {
      const again = fresh.querySelector(`[href="${CSS.escape(had)}"], [type="${CSS.escape(had)}"]`);
      (again || lines().parentNode.querySelector('a')).focus();
    }
    poller.fresh();
    if (!moving()) {
      document.querySelector('[data-sd-set-said]').textContent =
        fresh.querySelector('[data-sd-set-summary]').textContent;
    }
  };

  const look = async () => {
    // The page's own address says where it belongs to.
    const { kind, said } = await sd.request(lines().dataset.sdSetLines, { scope: '', as: 'text' });
    if (kind === 'expired') {
      // The link below the lines leads to the login.
      poller.end();
    } else if (said) {
      show(sd.parsed(said).querySelector('.sd-set-lines'));
    }
  };

  const poller = new sd.Poller({ name: 'set', target: moving, look });

  sd.on('change', 'form[data-sd-set] [name=include]', choose);
  horizon.addInitFunction(() => poller.later());
})();

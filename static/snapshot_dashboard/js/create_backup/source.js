// SPDX-License-Identifier: Apache-2.0
/*
 * While a snapshot is chosen in Create Backup, nothing about the volume has to be accepted: the
 * tick is put away, and the button says what it does. The server judges by itself what is sent.
 *
 * <form data-sd-plain="label of the button"> with <select name="snapshot_id">,
 * [data-sd-part=acknowledge] and [data-sd-part=footnote].
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const FORM = 'form[data-sd-plain]';
  // What the situation of the volume demands of each form's button.
  const ofVolume = new WeakMap();

  const show = (form) => {
    const button = form.querySelector('.modal-footer [type=submit]');
    const demanded = ofVolume.get(form);
    if (!button || !demanded) {
      return;
    }
    const chosen = Boolean(form.elements.snapshot_id.value);
    form.querySelector('[data-sd-part=acknowledge]').hidden = chosen;
    form.querySelector('[data-sd-part=footnote]').hidden = chosen;
    button.className = chosen ? 'btn btn-primary' : demanded.className;
    button.value = chosen ? form.dataset.sdPlain : demanded.value;
    if (chosen || !demanded.described) {
      button.removeAttribute('aria-describedby');
    } else {
      button.setAttribute('aria-describedby', demanded.described);
    }
  };

  const begin = (form) => {
    const button = form.querySelector('.modal-footer [type=submit]');
    if (button) {
      // Where the volume itself cannot be backed up, a snapshot can be chosen all the same.
      button.hidden = false;
      const described = button.getAttribute('aria-describedby');
      ofVolume.set(form, { className: button.className, value: button.value, described });
    }
    show(form);
  };

  sd.on('change', `${FORM} [name=snapshot_id]`, (choice) => show(choice.form));
  // The second: the situation of the volume has changed, and with it the button.
  sd.on('sd:shown sd:changed', FORM, begin);
  horizon.addInitFunction(() => {
    document.querySelectorAll(FORM).forEach((form) => {
      if (!ofVolume.has(form)) {
        begin(form);
      }
    });
  });
})();

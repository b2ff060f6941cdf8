// SPDX-License-Identifier: Apache-2.0
/*
 * Says below the lists of Clean Up what is freed by the snapshots that are ticked.
 *
 * <form data-sd-clean-up> with [name=id][data-size], and [data-sd-freed] with data-text, in which
 * "{n}" and "{after}" stand for numbers, and data-used; one with data-gib counts GiB.
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const count = (box) => {
    const boxes = sd.all(box.form, '[name=id]:checked');
    const gib = boxes.reduce((sum, each) => sum + Number(each.dataset.size), 0);
    const figure = (value) => value.toLocaleString(document.documentElement.lang || undefined);
    sd.all(box.form, '[data-sd-freed]').forEach((line) => {
      const n = line.hasAttribute('data-gib') ? gib : boxes.length;
      const after = Math.max(Number(line.dataset.used) - n, 0);
      line.textContent = line.dataset.text.replace('{n}', figure(n)).replace('{after}', figure(after));
    });
  };

  sd.on('change', 'form[data-sd-clean-up] [name=id]', count);
})();

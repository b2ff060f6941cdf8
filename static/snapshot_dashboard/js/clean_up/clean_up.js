// SPDX-License-Identifier: Apache-2.0
/*
 * Says below the lists of Clean Up what is freed by the snapshots that are ticked.
 *
 * <form data-sd-clean-up> with [name=id][data-size], and [data-sd-freed] with data-text, in which
 * "{n}" and "{after}" stand for numbers, and data-used; one with data-gib counts GiB. A box has a
 * data-price in millionths where its price is known, and [data-sd-price] says what they are together:
 * data-text with "{price}", data-tiny for less than can be shown, data-left-out beside one without.
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const WHOLE_FROM = 100 * 100;

  const local = (value, places = 0) =>
    value.toLocaleString(document.documentElement.lang || undefined, {
      minimumFractionDigits: places,
      maximumFractionDigits: places
    });

  // Whole numbers are added and rounded: fractions of them would not be exact.
  const priced = (line, boxes) => {
    const known = boxes.filter((each) => each.dataset.price !== undefined);
    const millionths = known.reduce((sum, each) => sum + Number(each.dataset.price), 0);
    const cents = Math.floor((millionths + 5000) / 10000);
    const price =
      millionths < WHOLE_FROM * 10000
        ? local(cents / 100, 2)
        : local(Math.floor((millionths + 500000) / 1000000));
    const text = millionths && !cents ? line.dataset.tiny : line.dataset.text.replace('{price}', price);
    line.textContent = known.length < boxes.length ? `${text} ${line.dataset.leftOut}` : text;
  };

  const count = (box) => {
    const boxes = sd.all(box.form, '[name=id]:checked');
    const gib = boxes.reduce((sum, each) => sum + Number(each.dataset.size), 0);
    sd.all(box.form, '[data-sd-freed]').forEach((line) => {
      const n = line.hasAttribute('data-gib') ? gib : boxes.length;
      const after = Math.max(Number(line.dataset.used) - n, 0);
      line.textContent = line.dataset.text.replace('{n}', local(n)).replace('{after}', local(after));
    });
    sd.all(box.form, '[data-sd-price]').forEach((line) => {
      priced(line, boxes);
    });
  };

  sd.on('change', 'form[data-sd-clean-up] [name=id]', count);
})();

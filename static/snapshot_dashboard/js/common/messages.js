// SPDX-License-Identifier: Apache-2.0
/*
 * Horizon's messages on pages of ours: they are said to those who hear the page, they stay while a
 * pointer or the focus is on them, and the row of the volume of which a snapshot was requested is
 * shown once.
 *
 * .messages .alert with <span data-sd-made-of="id of a volume">; <p data-sd-live> in a live region
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const ALERT = '#main_content .messages .alert';

  // Stock's timer cannot be stopped. What it hides meanwhile is shown all the same (_list.scss),
  // and has its time anew when it is left.
  const hold = (alert) => {
    if (document.querySelector('.sd-list')) {
      alert.classList.add('sd-held');
    }
  };

  const leave = (alert, event) => {
    if (!alert.classList.contains('sd-held') || alert.contains(event.relatedTarget)) {
      return;
    }
    alert.classList.remove('sd-held');
    $(alert).stop(true, true).css({ display: '', opacity: '' });
    horizon.autoDismissAlert($(alert));
  };

  const say = (alerts) => {
    const voice = document.querySelector('[data-sd-live]');
    const words = alerts.map((alert) => alert.querySelector('p')?.textContent.trim());
    if (voice && words.length) {
      voice.textContent = words.join(' ').replace(/\s+/g, ' ');
    }
  };

  const showRow = (mark) => {
    const id = CSS.escape(mark.dataset.sdMadeOf);
    const row = document.querySelector(`.sd-list tr[data-object-id="${id}"]`);
    if (row) {
      row.classList.add('sd-made');
      row.scrollIntoView({ block: 'nearest' });
    }
  };

  sd.on('mouseover focusin', ALERT, hold);
  sd.on('mouseout focusout', ALERT, leave);
  horizon.addInitFunction(() => {
    const alerts = sd.all(document, ALERT);
    say(alerts);
    alerts.forEach((alert) => sd.all(alert, '[data-sd-made-of]').forEach(showRow));
  });
})();

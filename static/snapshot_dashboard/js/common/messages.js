// SPDX-License-Identifier: Apache-2.0
/*
 * Horizon's messages on pages of ours: they are said to those who hear the page, they stay while a
 * pointer or the focus is on them, and the row of the volume of which a snapshot was requested is
 * shown once.
 *
 * .messages .alert with <span data-sd-made-of="id of a volume">; <p data-sd-voice> in a live region,
 * where there is one
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const ALERT = '#main_content .messages .alert';
  const PANELS = /^(project|admin)\/(volumes|snapshots)\//;

  const isOurs = () => PANELS.test(window.location.pathname.slice(window.WEBROOT.length));

  // Stock's timer cannot be stopped. What it hides meanwhile is shown all the same (_list.scss),
  // and has its time anew when it is left.
  const hold = (alert) => {
    if (isOurs()) {
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

  // A page without a list has no live region.
  const voiceOf = (alert) => {
    const made = $('<p class="sr-only" role="status">');
    return document.querySelector('[data-sd-voice]') ||
      made.insertAfter(alert.closest('.messages'))[0];
  };

  const say = (alerts) => {
    const words = alerts.map((alert) => alert.querySelector('p')?.textContent.trim());
    const voice = voiceOf(alerts[0]);
    // What is in a region from the start is not heard.
    window.requestAnimationFrame(() => {
      voice.textContent = words.join(' ').replace(/\s+/g, ' ');
    });
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
    if (alerts.length && isOurs()) {
      say(alerts);
      alerts.forEach((alert) => sd.all(alert, '[data-sd-made-of]').forEach(showRow));
    }
  });
})();

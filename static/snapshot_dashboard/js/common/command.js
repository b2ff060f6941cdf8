// SPDX-License-Identifier: Apache-2.0
/*
 * Keeps the shown `openstack` command in step with what is typed, quoted as the server does it
 * (snapshot_dashboard/rules/commands.py; a browser test holds the two together).
 *
 * <pre class="sd-command-text" data-sd-command="openstack ..." data-sd-name="default name">
 * Fields of the same form: name (the last word), and every field with data-sd-option="size".
 * A select's first choice is the inherited one, which the command leaves out.
 */
(() => {
  'use strict';

  const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
  const PLAIN = /^[\w@%+=:,./-]+$/;

  const quoted = (text) => {
    const line = text.replace(INVISIBLE, ' ');
    return PLAIN.test(line) ? line : `'${line.replace(/'/g, "'\"'\"'")}'`;
  };

  const option = (field) => {
    const inherited = field.tagName === 'SELECT' && field.selectedIndex === 0;
    return field.value && !inherited ? ` --${field.dataset.sdOption}=${quoted(field.value)}` : '';
  };

  const update = (form) => {
    const shown = form.querySelector('[data-sd-command]');
    if (!shown) {
      return;
    }
    const options = Array.from(form.querySelectorAll('[data-sd-option]'), option);
    const name = form.elements.name.value || shown.dataset.sdName;
    shown.textContent = `${shown.dataset.sdCommand}${options.join('')} -- ${quoted(name)}`;
  };

  horizon.snapshotDashboard.on('input', 'form[data-sd-dialog]', update);
})();

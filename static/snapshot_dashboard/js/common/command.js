// SPDX-License-Identifier: Apache-2.0
/*
 * Keeps the shown `openstack` command in step with what is typed, quoted as the server does it
 * (snapshot_dashboard/rules/commands.py; a browser test holds the two together).
 *
 * <pre class="sd-command-text" data-sd-command="openstack ..." data-sd-name="default name">
 * Fields of the same form: name (the last word), and every field with data-sd-option="size".
 * A select's first choice is the inherited one, which the command leaves out.
 */
(function () {
  'use strict';

  var INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
  var PLAIN = /^[\w@%+=:,./-]+$/;

  function quoted(text) {
    var line = text.replace(INVISIBLE, ' ');
    return PLAIN.test(line) ? line : "'" + line.replace(/'/g, "'\"'\"'") + "'";
  }

  function option(field) {
    var inherited = field.tagName === 'SELECT' && field.selectedIndex === 0;
    return field.value && !inherited
      ? ' --' + field.dataset.sdOption + '=' + quoted(field.value) : '';
  }

  function update(form) {
    var shown = form.querySelector('[data-sd-command]');
    if (!shown) {
      return;
    }
    var options = Array.prototype.map.call(form.querySelectorAll('[data-sd-option]'), option);
    var name = form.elements.name.value || shown.dataset.sdName;
    shown.textContent = shown.dataset.sdCommand + options.join('') + ' -- ' + quoted(name);
  }

  document.addEventListener('input', function (event) {
    var form = event.target.closest('form[data-sd-dialog]');
    if (form) {
      update(form);
    }
  });
}());

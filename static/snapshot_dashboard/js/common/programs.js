// SPDX-License-Identifier: Apache-2.0
/*
 * Keeps the shown programs in step with what is typed, quoted as the server does it
 * (snapshot_dashboard/rules/programs/; a browser test holds the two together).
 *
 * <pre data-sd-program="language"> with <span data-sd-only data-sd-before> in it: it is shown where
 * the box "include" of this value is ticked, or always where that is empty. With data-sd-typed, the
 * name of a field of the same form, it is before, value, after, and nothing without a value:
 *   data-sd-quoting   how the value is quoted
 *   data-sd-default   what stands for an empty field
 *   data-sd-own       the value that is left out, because it is taken in any case
 *   data-sd-ending    follows the value
 *   data-sd-copied    tags that the box "copy_tags" adds to the typed ones, one in a line
 */
(() => {
  'use strict';

  const { all, on } = horizon.snapshotDashboard;

  const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
  const UNPRINTED = /[\uFFFE\uFFFF]/g;
  const WORD = /^[\w@%+=:,./-]+$/;
  const NUMBER = /^\d{1,9}$/;
  const LONGEST = 255;

  const plain = (text) => text.replace(INVISIBLE, ' ');

  const unicode = (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;

  const shell = (text) => {
    const line = plain(text);
    return WORD.test(line) ? line : `'${line.replace(/'/g, "'\"'\"'")}'`;
  };

  const quote = (text) => `"${plain(text).replace(/["\\]/g, '\\$&').replace(UNPRINTED, unicode)}"`;

  const trimmed = (text) => text.replace(/^[ \t]+|[ \t]+$/g, '');

  const pairs = (text) => {
    const lines = text.split(/\r\n|\r|\n/).filter((line) => line.includes('='));
    const found = lines.map((line) => {
      const at = line.indexOf('=');
      return [trimmed(line.slice(0, at)), trimmed(line.slice(at + 1))];
    });
    return [...new Map(found.filter(([name]) => name))];
  };

  const object = (quoted) => (text) =>
    `{${pairs(text).map((pair) => pair.map(quoted).join(': ')).join(', ')}}`;

  const json = (text) => quote(text).replace(/'/g, unicode);

  const QUOTED = {
    shell,
    json,
    text: quote,
    yaml: (text) => (text.includes('{') ? '!unsafe ' : '') + quote(text),
    hcl: (text) => quote(text).replace(/[$%](?=\{)/g, unicode),
    number: (text) => text,
    flag: () => '',
    properties: (text) => pairs(text).map((pair) => `--property=${shell(pair.join('='))}`).join(' '),
    json_object: object(json),
    object: object(quote)
  };

  // A tick to accept something says by being there that it is forced, whether it is set or not.
  const read = (form, name) => {
    const field = form.elements[name];
    if (!field || name === 'acknowledged') {
      return field ? 'yes' : '';
    }
    return field.matches?.('[type=checkbox], [type=radio]') && !field.checked ? '' : field.value;
  };

  const TAGS = ['properties', 'json_object', 'object'];

  const tags = (form, about) => {
    const copied = form.elements.copy_tags?.checked ? about.sdCopied : '';
    return pairs(`${copied}\n${form.elements[about.sdTyped].value}`).map((pair) => pair.join('=')).join('\n');
  };

  const typed = (form, about) => {
    const { sdTyped, sdQuoting, sdOwn, sdDefault, sdEnding } = about;
    if (TAGS.includes(sdQuoting)) {
      return tags(form, about);
    }
    const value = read(form, sdTyped);
    const usable = value !== sdOwn && (sdQuoting !== 'number' || NUMBER.test(value));
    return value && usable ? Array.from(value + sdEnding).slice(0, LONGEST).join('') : sdDefault;
  };

  const isIncluded = (form, id) =>
    !id || all(form, '[name=include]:checked').some((box) => box.value === id);

  const said = (form, about) => {
    if (!isIncluded(form, about.sdOnly)) {
      return '';
    }
    if (!about.sdTyped) {
      return about.sdBefore;
    }
    const value = typed(form, about);
    return value ? about.sdBefore + QUOTED[about.sdQuoting](value) + about.sdAfter : '';
  };

  const update = (form) => {
    all(form, '[data-sd-program] [data-sd-only]').forEach((piece) => {
      piece.textContent = said(form, piece.dataset);
    });
  };

  // What changes by itself may bring a tick or take it away.
  on('input sd:changed', 'form[data-sd-dialog]', update);
})();

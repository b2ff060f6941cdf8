// SPDX-License-Identifier: Apache-2.0
/*
 * Copies the text of a copy box (templates/snapshot_dashboard/common/_copy_box.html). Where the page
 * may not use the clipboard (plain HTTP), the text is selected, and the person is told which keys
 * to press.
 *
 * <pre class="sd-command-text"> <button data-sd-copy hidden> <span data-sd-copy-status>
 * A dialog's one voice says the same: <p role="status" data-sd-announce>
 */
(() => {
  'use strict';

  const { all, announce, on } = horizon.snapshotDashboard;

  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    element.focus();
  };

  const copy = (button) => {
    const box = button.closest('.sd-command');
    const text = box.querySelector('.sd-command-text');
    const say = (words) => {
      box.querySelector('[data-sd-copy-status]').textContent = words;
      announce(box.closest('form') || document, words);
    };
    const byHand = () => {
      select(text);
      say(button.dataset.sdByHand);
    };
    if (!navigator.clipboard) {
      byHand();
      return;
    }
    navigator.clipboard.writeText(text.textContent).then(() => say(button.dataset.sdCopied), byHand);
  };

  on('click', '[data-sd-copy]', copy);
  // The button is hidden while there is no script that could do its work. This event does not
  // bubble, so it is met on its way down.
  on('toggle', '.sd-command, .sd-programs', (box) => {
    all(box, '[data-sd-copy]').forEach((button) => { button.hidden = false; });
  }, 'prepare');
})();

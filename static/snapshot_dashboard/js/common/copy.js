// SPDX-License-Identifier: Apache-2.0
/*
 * Copies the command of a dialog. Where the page may not use the clipboard (plain HTTP), the
 * text is selected, and the person is told which keys to press.
 *
 * <pre class="sd-command-text"> <button data-sd-copy hidden> <span data-sd-copy-status>
 * A dialog's one voice says the same: <p role="status" data-sd-announce>
 */
(function () {
  'use strict';

  function select(element) {
    var range = document.createRange();
    range.selectNodeContents(element);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    element.focus();
  }

  function copy(button) {
    var box = button.closest('.sd-command');
    var text = box.querySelector('.sd-command-text');
    var say = function (words) {
      box.querySelector('[data-sd-copy-status]').textContent = words;
      var voice = (box.closest('form') || document).querySelector('[data-sd-announce]');
      if (voice) {
        voice.textContent = words;
      }
    };
    var byHand = function () {
      select(text);
      say(button.dataset.sdByHand);
    };
    if (!navigator.clipboard) {
      byHand();
      return;
    }
    navigator.clipboard.writeText(text.textContent).then(function () {
      say(button.dataset.sdCopied);
    }, byHand);
  }

  document.addEventListener('click', function (event) {
    var button = event.target.closest('[data-sd-copy]');
    if (button) {
      copy(button);
    }
  });

  // The button is hidden while there is no script that could do its work.
  document.addEventListener('toggle', function (event) {
    if (event.target.matches && event.target.matches('.sd-command')) {
      event.target.querySelector('[data-sd-copy]').hidden = false;
    }
  }, true);
}());

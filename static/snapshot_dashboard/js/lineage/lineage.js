// SPDX-License-Identifier: Apache-2.0
/*
 * The list of the Lineage tab with scripts: long groups are folded behind buttons, older snapshots
 * come into the list when they are wanted, and whether the picture is wanted is remembered.
 *
 * <div data-sd-lineage> with li[data-sd-node="kind:id"] and li[data-sd-more="address"]; it gets an
 * event "sd:look" with the ids of new snapshots and the marker with which to begin:
 * lineage_look.js finds the volumes made from them and gives them back with "sd:made".
 * panels/features/lineage/more.py answers.
 */
(function () {
  'use strict';

  var REMEMBERED = 'sd-lineage-view';
  var TREE = '[data-sd-lineage]';

  function all(within, css) {
    return Array.prototype.slice.call(within.querySelectorAll(css));
  }

  function parsed(html) {
    var list = new DOMParser().parseFromString('<ul>' + html + '</ul>', 'text/html');
    return Array.prototype.slice.call(list.querySelector('ul').children);
  }

  function item(tree, node) {
    return tree.querySelector('[data-sd-node="' + CSS.escape(node) + '"]');
  }

  // What can be unfolded is a button; what it unfolds may not have been read yet.
  function fold(within) {
    all(within, '[data-sd-more-text]').forEach(function (text) {
      var group = text.parentNode;
      var button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn btn-link sd-tree-button';
      button.textContent = text.textContent;
      button.setAttribute('aria-expanded', 'false');
      all(group, ':scope > a').forEach(function (link) { link.remove(); });
      all(group, ':scope > ul').forEach(function (list) { list.hidden = true; });
      text.replaceWith(button);
    });
  }

  // Puts lines into the list of a parent, but for those that have their place already.
  function put(tree, parent, lines) {
    var fresh = lines.filter(function (line) {
      return !line.dataset.sdNode || !item(tree, line.dataset.sdNode);
    });
    if (!fresh.length) {
      return;
    }
    var list = parent.querySelector(':scope > ul') ||
      parent.appendChild(document.createElement('ul'));
    fresh.forEach(function (line) { list.appendChild(line); });
    fold(list);
    // The picture does not know of them.
    all(tree, '[data-sd-picture], [data-sd-views]').forEach(function (part) { part.remove(); });
    tree.dispatchEvent(new Event('sd:shown', { bubbles: true }));
  }

  function read(tree, button) {
    var group = button.parentNode;
    horizon.snapshotLineage.ask(tree, group.dataset.sdMore, []).then(function (answer) {
      put(tree, group, parsed(answer.html));
      tree.querySelector('[data-sd-count]').textContent = answer.count;
      var ids = all(group, '[data-sd-node^="snapshot:"]').map(function (line) {
        return line.dataset.sdNode.split(':')[1];
      });
      if (!group.querySelector(':scope > ul')) {
        group.textContent = tree.dataset.sdNone;
        group.setAttribute('tabindex', '-1');
        group.focus();
      } else if (answer.look) {
        var wanted = { ids: ids, marker: answer.marker };
        tree.dispatchEvent(new CustomEvent('sd:look', { bubbles: true, detail: wanted }));
      }
    }).catch(function () {
      button.setAttribute('aria-expanded', 'false');
      tree.querySelector('[data-sd-said]').textContent = tree.dataset.sdUnread;
    }).then(function () {
      button.removeAttribute('aria-busy');
    });
  }

  function unfold(button) {
    var open = button.getAttribute('aria-expanded') === 'true';
    var list = button.parentNode.querySelector(':scope > ul');
    if (button.getAttribute('aria-busy')) {
      return;
    }
    button.setAttribute('aria-expanded', String(!open));
    if (list) {
      list.hidden = open;
    } else {
      button.setAttribute('aria-busy', 'true');
      read(button.closest(TREE), button);
    }
  }

  function view(tree, wanted) {
    all(tree, '[data-sd-view]').forEach(function (button) {
      button.setAttribute('aria-pressed', String(button.dataset.sdView === wanted));
    });
    tree.querySelector('[data-sd-picture]').hidden = wanted === 'list';
  }

  // A browser may forbid to remember anything.
  function remembered() {
    try {
      return window.localStorage.getItem(REMEMBERED);
    } catch (error) {
      return null;
    }
  }

  function remember(wanted) {
    try {
      window.localStorage.setItem(REMEMBERED, wanted);
    } catch (error) {
      return;
    }
  }

  // Stock takes Tab on the last button of a tab for the wish to see the next tab (horizon.tabs.js).
  function keepTab(event) {
    if (event.key === 'Tab') {
      event.stopPropagation();
    }
  }

  function begin(within) {
    all(within, TREE + ':not([data-sd-begun])').forEach(function (tree) {
      tree.dataset.sdBegun = '';
      tree.addEventListener('keydown', keepTab);
      fold(tree);
      if (tree.querySelector('[data-sd-picture]')) {
        tree.querySelector('[data-sd-views]').hidden = false;
        view(tree, remembered() === 'list' ? 'list' : 'picture');
      }
      tree.dispatchEvent(new Event('sd:shown', { bubbles: true }));
      tree.dispatchEvent(new CustomEvent('sd:look', { bubbles: true, detail: null }));
    });
  }

  document.addEventListener('click', function (event) {
    var button = event.target.closest('.sd-tree-button, [data-sd-view]');
    if (!button) {
      return;
    }
    if (button.dataset.sdView) {
      view(button.closest(TREE), button.dataset.sdView);
      remember(button.dataset.sdView);
    } else {
      unfold(button);
    }
  });
  document.addEventListener('sd:made', function (event) {
    Object.keys(event.detail).forEach(function (id) {
      var source = item(event.target, 'snapshot:' + id);
      if (source) {
        put(event.target, source, parsed(event.detail[id]));
      }
    });
  });
  horizon.addInitFunction(function () { begin(document); });
  horizon.tabs.addTabLoadFunction(function (tab) { begin($(tab)[0]); });
}());

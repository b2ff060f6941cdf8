// SPDX-License-Identifier: Apache-2.0
/*
 * The list of the Lineage tab with scripts: long groups are folded behind buttons, and older snapshots
 * come into the list when they are wanted.
 *
 * <div data-sd-lineage> with li[data-sd-node="kind:id"] and li[data-sd-more="address"]; it gets an
 * event "sd:look" with the ids of new snapshots and the marker with which to begin:
 * lineage/search.js finds the volumes made from them and gives them back with "sd:made".
 * panels/features/lineage/more.py answers.
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;
  const { all } = sd;

  const TREE = '[data-sd-lineage]';
  const begun = new WeakSet();

  const parsed = (html) => sd.nodes(html).filter((node) => node.nodeType === Node.ELEMENT_NODE);

  const item = (tree, node) => tree.querySelector(`[data-sd-node="${CSS.escape(node)}"]`);

  // What can be unfolded is a button; what it unfolds may not have been read yet.
  const fold = (within) => {
    all(within, '[data-sd-more-text]').forEach((text) => {
      const group = text.parentNode;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'btn btn-link sd-tree-button';
      button.textContent = text.textContent;
      button.setAttribute('aria-expanded', 'false');
      all(group, ':scope > a').forEach((link) => link.remove());
      all(group, ':scope > ul').forEach((list) => { list.hidden = true; });
      text.replaceWith(button);
    });
  };

  // Puts lines into the list of a parent, but for those that have their place already.
  const put = (tree, parent, lines) => {
    const fresh = lines.filter((line) => !line.dataset.sdNode || !item(tree, line.dataset.sdNode));
    if (!fresh.length) {
      return;
    }
    const list = parent.querySelector(':scope > ul') ||
      parent.appendChild(document.createElement('ul'));
    fresh.forEach((line) => list.appendChild(line));
    fold(list);
    sd.tell(tree, 'sd:shown');
  };

  const unfolded = (tree, group, answer) => {
    put(tree, group, parsed(answer.html));
    tree.querySelector('[data-sd-count]').textContent = answer.count;
    if (!group.querySelector(':scope > ul')) {
      group.textContent = tree.dataset.sdNone;
      group.setAttribute('tabindex', '-1');
      group.focus();
    } else if (answer.look) {
      const ids = all(group, '[data-sd-node^="snapshot:"]')
        .map((line) => line.dataset.sdNode.split(':')[1]);
      sd.tell(tree, 'sd:look', { ids, marker: answer.marker });
    }
  };

  const read = async (tree, button) => {
    const group = button.parentNode;
    button.setAttribute('aria-busy', 'true');
    const answer = await sd.askLineage(tree, group.dataset.sdMore, []);
    button.removeAttribute('aria-busy');
    if (answer) {
      unfolded(tree, group, answer);
    } else {
      button.setAttribute('aria-expanded', 'false');
      tree.querySelector('[data-sd-said]').textContent = tree.dataset.sdUnread;
    }
  };

  const unfold = (button) => {
    const open = button.getAttribute('aria-expanded') === 'true';
    const list = button.parentNode.querySelector(':scope > ul');
    if (button.getAttribute('aria-busy')) {
      return;
    }
    button.setAttribute('aria-expanded', String(!open));
    if (list) {
      list.hidden = open;
    } else {
      read(button.closest(TREE), button);
    }
  };

  // Stock takes Tab on the last button of a tab for the wish to see the next tab (horizon.tabs.js).
  const keepTab = (event) => {
    if (event.key === 'Tab') {
      event.stopPropagation();
    }
  };

  const begin = (within) => {
    all(within, TREE).filter((tree) => !begun.has(tree)).forEach((tree) => {
      begun.add(tree);
      tree.addEventListener('keydown', keepTab);
      fold(tree);
      sd.tell(tree, 'sd:shown');
      sd.tell(tree, 'sd:look', null);
    });
  };

  sd.on('click', '.sd-tree-button', unfold);
  sd.on('sd:made', TREE, (tree, event) => {
    Object.keys(event.detail).forEach((id) => {
      const source = item(tree, `snapshot:${id}`);
      if (source) {
        put(tree, source, parsed(event.detail[id]));
      }
    });
  });
  horizon.addInitFunction(() => begin(document));
  horizon.tabs.addTabLoadFunction((tab) => begin($(tab)[0]));
})();

// SPDX-License-Identifier: Apache-2.0
/*
 * Looks for volumes made from the snapshots of a Lineage tab: through all volumes of the project,
 * part by part, says how far it is, and can be stopped. One look after the other.
 *
 * <div data-sd-lineage data-sd-source="address"> with [data-sd-look="where to go on"],
 * [data-sd-said], [data-sd-stop], [data-sd-go-on]. "sd:look" begins, "sd:made" gives what is found.
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;
  const { all } = sd;

  const TREE = '[data-sd-lineage]';
  // What is left to look for in each tree, the first being looked for; and who does so now: one
  // that was stopped may still wait for its last answer when another one goes on.
  const waiting = new WeakMap();
  const running = new WeakMap();

  const shown = (tree) => {
    const nodes = all(tree, '[data-sd-node]').map((item) => item.dataset.sdNode);
    all(tree, '[data-sd-instances]').forEach((item) => {
      item.dataset.sdInstances.split(' ').forEach((id) => nodes.push(`instance:${id}`));
    });
    return nodes;
  };

  // All ids in one field: a server takes no more than a thousand fields. Returns what is said, null
  // where there is no answer to use.
  const ask = async (tree, source, fields) => {
    const body = new URLSearchParams([...fields, ['shown', shown(tree).join(' ')]]);
    const { sdScope, sdToken } = tree.dataset;
    const { said } = await sd.request(source, {
      scope: sdScope, method: 'POST', body, token: sdToken
    });
    return said || null;
  };

  const say = (tree, part, words) => {
    tree.querySelector(`[data-sd-${part}]`).textContent = words;
  };

  const offer = (tree, stop, goOn) => {
    // Before anything is hidden: then the focus may be nowhere already.
    const active = document.activeElement;
    all(tree, '[data-sd-stop]').forEach((part) => { part.hidden = !stop; });
    all(tree, '[data-sd-go-on]').forEach((part) => { part.hidden = !goOn; });
    if (tree.contains(active) && active.hidden) {
      tree.querySelector(goOn ? '[data-sd-go-on]' : '[data-sd-said]').focus();
    }
  };

  const stop = (tree) => {
    running.delete(tree);
    say(tree, 'said', tree.dataset.sdFailed);
    offer(tree, false, true);
  };

  // What has come is shown also where it was stopped meanwhile, and where it goes on is remembered;
  // but not by one in whose place another one looks by now.
  const taken = (tree, run, work, answer) => {
    sd.tell(tree, 'sd:made', answer.made);
    say(tree, 'count', answer.count);
    const queue = waiting.get(tree);
    if (queue[0] !== work || (running.has(tree) && running.get(tree) !== run)) {
      return;
    }
    Object.assign(work, { marker: answer.marker, done: answer.done, all: answer.all });
    if (!answer.marker) {
      queue.shift();
    }
    if (running.has(tree)) {
      say(tree, 'said', answer.said);
    }
  };

  const look = async (tree, run) => {
    const queue = waiting.get(tree);
    const isMine = () => running.get(tree) === run;
    while (isMine() && queue.length && tree.isConnected) {
      const [work] = queue;
      const answer = await ask(tree, tree.dataset.sdSource, [
        ['of', work.ids.join(' ')], ['marker', work.marker], ['done', work.done], ['all', work.all],
        ['page', tree.dataset.sdPage]
      ]);
      if (answer) {
        taken(tree, run, work, answer);
      } else if (isMine()) {
        stop(tree);
      }
    }
    if (isMine()) {
      running.delete(tree);
      offer(tree, false, false);
    }
  };

  const start = (tree) => {
    if (!running.has(tree)) {
      const run = {};
      running.set(tree, run);
      offer(tree, true, false);
      look(tree, run);
    }
  };

  // The page has looked through the first part for what it shows.
  const rest = (tree) => {
    const { sdLook, sdDone, sdAll } = tree.querySelector('[data-sd-look]').dataset;
    const ids = all(tree, '[data-sd-node^="snapshot:"]')
      .map((line) => line.dataset.sdNode.split(':')[1]);
    return { ids, marker: sdLook, done: sdDone, all: sdAll };
  };

  sd.on('sd:look', TREE, (tree, event) => {
    const queue = waiting.get(tree) || [];
    waiting.set(tree, queue);
    const fresh = event.detail;
    const work = fresh ? { ids: fresh.ids, marker: fresh.marker, done: 0, all: 0 } : rest(tree);
    const on = tree.querySelector('[data-sd-look-on]');
    if (work.ids.length && (fresh || on)) {
      all(tree, '[data-sd-look-on]').forEach((link) => link.remove());
      queue.push(work);
      start(tree);
    }
  });
  sd.on('click', '[data-sd-stop]', (button) => stop(button.closest(TREE)));
  sd.on('click', '[data-sd-go-on]', (button) => start(button.closest(TREE)));
  sd.askLineage = ask;
})();

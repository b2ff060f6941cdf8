// SPDX-License-Identifier: Apache-2.0
/*
 * Looks for volumes made from the snapshots of a Lineage tab: through all volumes of the project,
 * part by part, says how far it is, and can be stopped. One look after the other.
 *
 * <div data-sd-lineage data-sd-source="address"> with [data-sd-look="where to go on"],
 * [data-sd-said], [data-sd-stop], [data-sd-go-on]. "sd:look" begins, "sd:made" gives what is found.
 */
(function () {
  'use strict';

  var TREE = '[data-sd-lineage]';
  // What is left to look for in each tree, the first being looked for, and whether it is.
  var waiting = new WeakMap();
  var running = new WeakSet();

  function all(within, css) {
    return Array.prototype.slice.call(within.querySelectorAll(css));
  }

  function shown(tree) {
    var nodes = all(tree, '[data-sd-node]').map(function (item) { return item.dataset.sdNode; });
    all(tree, '[data-sd-instances]').forEach(function (item) {
      item.dataset.sdInstances.split(' ').forEach(function (id) { nodes.push('instance:' + id); });
    });
    return nodes;
  }

  // All ids in one field: a server takes no more than a thousand fields.
  function ask(tree, source, fields) {
    const body = new URLSearchParams([...fields, ['shown', shown(tree).join(' ')]]);
    const joint = source.indexOf('?') < 0 ? '?' : '&';
    return fetch(source + joint + tree.dataset.sdScope, {
      method: 'POST',
      body: body,
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'XMLHttpRequest', 'X-CSRFToken': tree.dataset.sdToken }
    }).then(function (response) {
      return response.ok ? response.json() : Promise.reject(response.status);
    });
  }

  function say(tree, part, words) {
    tree.querySelector('[data-sd-' + part + ']').textContent = words;
  }

  function offer(tree, stop, goOn) {
    // Before anything is hidden: then the focus may be nowhere already.
    var active = document.activeElement;
    all(tree, '[data-sd-stop]').forEach(function (part) { part.hidden = !stop; });
    all(tree, '[data-sd-go-on]').forEach(function (part) { part.hidden = !goOn; });
    if (tree.contains(active) && active.hidden) {
      tree.querySelector(goOn ? '[data-sd-go-on]' : '[data-sd-said]').focus();
    }
  }

  function next(tree) {
    var queue = waiting.get(tree);
    if (!queue.length || !tree.isConnected) {
      running.delete(tree);
      offer(tree, false, false);
      return;
    }
    var on = queue[0];
    const fields = [
      ['of', on.ids.join(' ')], ['marker', on.marker], ['done', on.done], ['all', on.all],
      ['page', tree.dataset.sdPage]
    ];
    ask(tree, tree.dataset.sdSource, fields).then(function (answer) {
      tree.dispatchEvent(new CustomEvent('sd:made', { bubbles: true, detail: answer.made }));
      say(tree, 'count', answer.count);
      on.marker = answer.marker;
      on.done = answer.done;
      on.all = answer.all;
      if (!answer.marker) {
        queue.shift();
      }
      // Stopped: what came meanwhile is shown, and where it goes on is remembered.
      if (running.has(tree)) {
        say(tree, 'said', answer.said);
        next(tree);
      }
    }).catch(function () {
      running.delete(tree);
      say(tree, 'said', tree.dataset.sdFailed);
      offer(tree, false, true);
    });
  }

  function start(tree) {
    if (!running.has(tree)) {
      running.add(tree);
      offer(tree, true, false);
      next(tree);
    }
  }

  function stop(tree) {
    running.delete(tree);
    say(tree, 'said', tree.dataset.sdFailed);
    offer(tree, false, true);
  }

  // The page has looked through the first part for what it shows.
  function rest(tree) {
    var place = tree.querySelector('[data-sd-look]');
    var ids = all(tree, '[data-sd-node^="snapshot:"]').map(function (line) {
      return line.dataset.sdNode.split(':')[1];
    });
    var come = place.dataset;
    return { ids: ids, marker: come.sdLook, done: come.sdDone, all: come.sdAll };
  }

  document.addEventListener('sd:look', function (event) {
    var tree = event.target;
    var queue = waiting.get(tree) || [];
    waiting.set(tree, queue);
    var fresh = event.detail;
    var work = fresh ? { ids: fresh.ids, marker: fresh.marker, done: 0, all: 0 } : rest(tree);
    var on = tree.querySelector('[data-sd-look-on]');
    if (work.ids.length && (fresh || on)) {
      all(tree, '[data-sd-look-on]').forEach(function (link) { link.remove(); });
      queue.push(work);
      start(tree);
    }
  });
  document.addEventListener('click', function (event) {
    var button = event.target.closest('[data-sd-stop], [data-sd-go-on]');
    if (button) {
      (button.hasAttribute('data-sd-stop') ? stop : start)(button.closest(TREE));
    }
  });
  horizon.snapshotLineage = { ask: ask };
}());

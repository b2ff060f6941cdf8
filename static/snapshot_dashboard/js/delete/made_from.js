// SPDX-License-Identifier: Apache-2.0
/*
 * Looks for volumes made from a snapshot, part after part, while its dialog can be used already.
 * Nothing waits for it, and it ends with the dialog.
 *
 * <div data-sd-dependents="address" data-sd-incomplete="..."> with [data-sd-found],
 * [data-sd-said], [data-sd-by-hand] and [data-sd-look-on]; [data-sd-first] is the head above.
 * Its time: patience (after which it asks before it goes on).
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // So many volumes are passed before a person who listens is told again.
  const ALOUD = 1000;
  // How far each box is.
  const progress = new WeakMap();

  const say = (box, words) => {
    box.querySelector('[data-sd-said]').textContent = words;
  };

  const sayAloud = (box, words) => {
    say(box, words);
    sd.announce(box.closest('form'), words);
  };

  const offerMore = (box, offered) => {
    box.querySelector('[data-sd-look-on]').hidden = !offered;
  };

  const incomplete = (box) => {
    sayAloud(box, box.dataset.sdIncomplete);
    offerMore(box, true);
  };

  // The heading counts all that was found; the list grows.
  const show = (box, html) => {
    const place = box.querySelector('[data-sd-found]');
    const seen = sd.all(place, 'li');
    place.replaceChildren(...sd.nodes(html));
    place.querySelector('ul').prepend(...seen);
    const head = box.closest('form').querySelector('[data-sd-first]');
    if (head) {
      head.hidden = false;
    }
  };

  const block = (box) => {
    const parts = sd.all(box.closest('form'), '.modal-footer [type=submit], [data-sd-possible]');
    parts.forEach((part) => { part.hidden = true; });
  };

  const taken = (box, answer) => {
    const { marker, done, all, found } = answer;
    const between = Math.floor(done / ALOUD) === Math.floor(progress.get(box).done / ALOUD);
    progress.set(box, { marker, done, all, found });
    if (answer.html) {
      show(box, answer.html);
    }
    if (answer.blocked) {
      block(box);
    }
    (marker && between ? say : sayAloud)(box, answer.said);
  };

  const look = async (box) => {
    const until = Date.now() + sd.times(box, 'made_from').patience;
    do {
      const { said } = await sd.request(box.dataset.sdDependents, {
        query: progress.get(box), scope: box.closest('form').dataset.sdScope
      });
      if (!box.isConnected) {
        return;
      }
      if (!said) {
        incomplete(box);
        return;
      }
      taken(box, said);
    } while (progress.get(box).marker && Date.now() <= until);
    if (progress.get(box).marker) {
      incomplete(box);
    }
  };

  const begin = (form) => {
    const box = form.querySelector('[data-sd-dependents]');
    if (!box || progress.has(box)) {
      return;
    }
    progress.set(box, { marker: '', done: 0, all: 0, found: 0 });
    // What a person without scripts found page by page is found anew.
    box.querySelector('[data-sd-found]').replaceChildren();
    const byHand = box.querySelector('[data-sd-by-hand]');
    if (byHand) {
      byHand.hidden = true;
    }
    look(box);
  };

  sd.on('sd:shown', 'form', begin);
  sd.on('click', '[data-sd-look-on] button', (button) => {
    const box = button.closest('[data-sd-dependents]');
    offerMore(box, false);
    look(box);
  });
  horizon.addInitFunction(() => {
    document.querySelectorAll('.static_page form[data-sd-dialog]').forEach(begin);
  });
})();

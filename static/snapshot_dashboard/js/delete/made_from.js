// SPDX-License-Identifier: Apache-2.0
/*
 * Looks for volumes made from a snapshot, part after part, while its dialog can be used already.
 * Nothing waits for it, and it ends with the dialog.
 *
 * <div data-sd-dependents="address" data-sd-incomplete="..."> with [data-sd-found],
 * [data-sd-said], [data-sd-by-hand] and [data-sd-look-on]; [data-sd-first] is the head above.
 */
(function () {
  'use strict';

  // Milliseconds after which it asks before it goes on.
  var PATIENCE = 60000;
  // So many volumes are passed before a person who listens is told again.
  var ALOUD = 1000;

  function say(box, words, quietly) {
    box.querySelector('[data-sd-said]').textContent = words;
    var voice = box.closest('form').querySelector('[data-sd-announce]');
    if (voice && !quietly) {
      voice.textContent = words;
    }
  }

  function offerMore(box, offered) {
    box.querySelector('[data-sd-look-on]').hidden = !offered;
  }

  function incomplete(box) {
    say(box, box.dataset.sdIncomplete);
    offerMore(box, true);
  }

  // The heading counts all that was found; the list grows.
  function show(box, answer) {
    var place = box.querySelector('[data-sd-found]');
    var seen = Array.from(place.querySelectorAll('li'));
    var fresh = new DOMParser().parseFromString(answer.html, 'text/html').body;
    var list = fresh.querySelector('ul');
    list.prepend.apply(list, seen);
    place.replaceChildren.apply(place, Array.from(fresh.childNodes));
    var head = box.closest('form').querySelector('[data-sd-first]');
    if (head) {
      head.hidden = false;
    }
  }

  function block(box) {
    box.closest('form').querySelectorAll('.modal-footer [type=submit], [data-sd-possible]').forEach(
      function (part) { part.hidden = true; });
  }

  function taken(box, answer, since) {
    var between = Math.floor(answer.done / ALOUD) === Math.floor(box.sdState.done / ALOUD);
    box.sdState = {
      marker: answer.marker, done: answer.done, all: answer.all, found: answer.found
    };
    if (answer.html) {
      show(box, answer);
    }
    if (answer.blocked) {
      block(box);
    }
    if (!answer.marker) {
      say(box, answer.said);
    } else if (Date.now() - since > PATIENCE) {
      incomplete(box);
    } else {
      say(box, answer.said, between);
      ask(box, since);
    }
  }

  function ask(box, since) {
    var query = new URLSearchParams(box.sdState);
    var scope = box.closest('form').dataset.sdScope;
    fetch(box.dataset.sdDependents + '?' + query + '&' + scope, {
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'XMLHttpRequest' }
    }).then(function (response) {
      return response.ok ? response.json() : null;
    }).catch(function () {
      return null;
    }).then(function (answer) {
      if (!box.isConnected) {
        return;
      }
      if (answer) {
        taken(box, answer, since);
      } else {
        incomplete(box);
      }
    });
  }

  function begin(form) {
    var box = form.querySelector('[data-sd-dependents]');
    if (!box || box.sdState) {
      return;
    }
    box.sdState = { marker: '', done: 0, all: 0, found: 0 };
    // What a person without scripts found page by page is found anew.
    box.querySelector('[data-sd-found]').replaceChildren();
    var byHand = box.querySelector('[data-sd-by-hand]');
    if (byHand) {
      byHand.hidden = true;
    }
    ask(box, Date.now());
  }

  document.addEventListener('sd:shown', function (event) {
    begin(event.target);
  });
  document.addEventListener('click', function (event) {
    if (event.target.closest('[data-sd-look-on] button')) {
      var box = event.target.closest('[data-sd-dependents]');
      offerMore(box, false);
      ask(box, Date.now());
    }
  });
  horizon.addInitFunction(function () {
    document.querySelectorAll('.static_page form[data-sd-dialog]').forEach(begin);
  });
}());

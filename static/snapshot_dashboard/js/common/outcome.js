// SPDX-License-Identifier: Apache-2.0
/*
 * Looks for what became of a form whose answer was lost, for as long as that may help. It never
 * sends the form again: that is for the person, and makes no second object.
 *
 * <form data-sd-outcome="address"> with [data-sd-problem=outcome]; the input "request" names it.
 */
(function () {
  'use strict';

  // Seconds between the looks, about two minutes together.
  var PAUSES = [1, 2, 3, 5, 8, 12, 15, 20, 25, 30];
  // "None" is believed only when a request can no longer be on its way to us.
  var SURE = 45;

  function box(form) {
    return form.querySelector('[data-sd-problem=outcome]');
  }

  function say(form, html) {
    var said = new DOMParser().parseFromString(html, 'text/html').querySelector('.sd-problem');
    form.querySelectorAll('.sd-problem').forEach(function (other) {
      var around = other.closest('[data-sd-problem]');
      if (around) {
        around.hidden = true;
      } else {
        other.remove();
      }
    });
    box(form).replaceChildren(said);
    box(form).hidden = false;
    said.focus();
  }

  function made(form, html) {
    say(form, html);
    form.querySelectorAll('[data-sd-possible], .modal-footer [type=submit]').forEach(
      function (part) { part.hidden = true; });
    form.removeAttribute('data-sd-live');
  }

  function checking(form) {
    var shown = Array.from(form.querySelectorAll('[data-sd-pending]')).filter(function (each) {
      return each.offsetParent !== null;
    })[0];
    if (shown && !shown.querySelector('.sd-checking')) {
      $('<p class="sd-checking">').text(box(form).dataset.sdChecking).appendTo(shown);
    }
  }

  function follow(form, look, since) {
    if (look === PAUSES.length) {
      return;
    }
    window.setTimeout(function () {
      if (isMine(form, since)) {
        ask(form, look, since);
      }
    }, PAUSES[look] * 1000);
  }

  // Not when it was sent again meanwhile, closed, or replaced.
  function isMine(form, since) {
    return form.isConnected && !form.hasAttribute('data-sd-busy') &&
      form.dataset.sdFollowed === String(since);
  }

  function ask(form, look, since) {
    var query = new URLSearchParams({ request: form.elements.request.value });
    fetch(form.dataset.sdOutcome + '?' + query + '&' + form.dataset.sdScope, {
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'XMLHttpRequest' }
    }).then(function (response) {
      return response.ok ? response.json() : { state: 'unreached' };
    }).catch(function () {
      return { state: 'unreached' };
    }).then(function (answer) {
      if (!isMine(form, since)) {
        return;
      }
      var sure = (Date.now() - since) / 1000 > SURE;
      if (answer.state === 'made') {
        made(form, answer.html);
      } else if (answer.html && ((answer.state === 'none' && sure) || look + 1 === PAUSES.length)) {
        say(form, answer.html);
      } else {
        follow(form, look + 1, since);
      }
    });
  }

  function begin(form) {
    var since = Date.now();
    form.dataset.sdFollowed = String(since);
    form.dataset.sdLost = '';
    checking(form);
    follow(form, 0, since);
  }

  document.addEventListener('sd:lost', function (event) {
    begin(event.target);
  });
  document.addEventListener('sd:shown', function (event) {
    if (event.target.querySelector('.sd-problem[data-sd-pending]:not([hidden] *)')) {
      begin(event.target);
    }
  });
}());

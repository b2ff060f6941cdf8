// SPDX-License-Identifier: Apache-2.0
/*
 * Sends the form of one of our dialogs, and keeps the dialog with everything typed whatever
 * comes back. Stock's handler closes the dialog on an error; ours comes first and stops it.
 *
 * <form data-sd-dialog data-sd-sending="Creating..."> inside .modal
 *   <div hidden data-sd-problem="lost">, <div hidden data-sd-problem="expired">
 *
 * The form gets an event "sd:shown" when it has been put into the page, "sd:lost" when the answer
 * to it was lost, and "sd:sent" when it has done what it is for. An event "sd:changed" tells in its detail, as HTML, what has changed
 * meanwhile: it is shown in [data-sd-changed] and said by [data-sd-announce].
 */
(function () {
  'use strict';

  function csrfToken(form) {
    // The cookie is newer than the form after somebody logged in again in another tab.
    var name = form.dataset.sdCsrfCookie;
    var found = document.cookie.split('; ').filter(function (pair) {
      return pair.indexOf(name + '=') === 0;
    })[0];
    return found ? decodeURIComponent(found.slice(name.length + 1))
      : form.elements.csrfmiddlewaretoken.value;
  }

  function buttons(form) {
    return Array.prototype.slice.call(form.querySelectorAll('.modal-footer [type=submit]'));
  }

  function busy(form, sending) {
    buttons(form).forEach(function (button) {
      if (sending) {
        button.dataset.sdLabel = button.value;
        button.value = form.dataset.sdSending;
      } else if (button.dataset.sdLabel) {
        button.value = button.dataset.sdLabel;
      }
      button.disabled = sending;
    });
    form.toggleAttribute('data-sd-busy', sending);
  }

  // What became of it is looked for by outcome.js, and the volume is followed by live.js.
  function shown(form, what) {
    form.dispatchEvent(new CustomEvent('sd:' + what, { bubbles: true }));
  }

  function tell(form, kind) {
    if (kind) {
      // What an earlier answer said no longer holds.
      form.querySelectorAll('.sd-problem').forEach(function (problem) {
        if (!problem.closest('[data-sd-problem]')) {
          problem.remove();
        }
      });
    }
    form.querySelectorAll('[data-sd-problem=expired] .sd-claim').forEach(function (text) {
      // Whether nothing was created is not known while an answer is lost.
      text.hidden = form.hasAttribute('data-sd-lost');
    });
    form.querySelector('[data-sd-changed]').hidden = true;
    form.querySelectorAll('[data-sd-problem]').forEach(function (box) {
      box.hidden = box.dataset.sdProblem !== kind;
      if (!box.hidden) {
        box.querySelector('.sd-problem').focus();
      }
    });
    if (kind === 'lost') {
      form.toggleAttribute('data-sd-lost', true);
      // A dialog that only changes something has nothing that could be looked for.
      if (form.dataset.sdOutcome) {
        shown(form, 'lost');
      }
    }
  }

  // What is known of an answer that did not come, or is none of ours.
  function lose(form, why) {
    form.querySelectorAll('[data-sd-problem=lost] [data-sd-why]').forEach((line) => {
      line.hidden = line.dataset.sdWhy !== why;
    });
    tell(form, 'lost');
  }

  function firstSeen(content, selector) {
    return Array.from(content.querySelectorAll(selector)).filter(function (element) {
      return !element.closest('[hidden]');
    })[0];
  }

  function firstToRead(content) {
    return firstSeen(content, '.sd-problem') ||
      firstSeen(content, '[aria-invalid=true], .has-error .form-control') ||
      firstSeen(content, 'input[type=text], select, .cancel');
  }

  function goToFirst(content) {
    var target = firstToRead(content);
    if (target) {
      target.focus();
    }
  }

  function replace(form, html) {
    var page = new DOMParser().parseFromString(html, 'text/html');
    var fresh = page.querySelector('.sd-content');
    if (!fresh) {
      lose(form, 'elsewhere');
      return;
    }
    var warning = page.querySelector('.sd-dialog').getAttribute('aria-describedby');
    var dialog = form.closest('.sd-dialog');
    if (warning) {
      dialog.setAttribute('aria-describedby', warning);
    } else {
      dialog.removeAttribute('aria-describedby');
    }
    var content = form.closest('.sd-content');
    content.replaceWith(document.adoptNode(fresh));
    fresh.querySelector('form').toggleAttribute('data-sd-lost', form.hasAttribute('data-sd-lost'));
    goToFirst(fresh);
    shown(fresh.querySelector('form'), 'shown');
  }

  function answered(form, response) {
    var location = response.headers.get('X-Horizon-Location');
    if (response.status === 401 || (response.status === 403 && !location)) {
      tell(form, 'expired');
      return null;
    }
    if (response.type === 'opaqueredirect') {
      // Ours redirect by a header: this is somebody's who stands before the dashboard.
      lose(form, 'elsewhere');
      return null;
    }
    if (!response.ok) {
      lose(form, 'failed');
      return null;
    }
    if (location) {
      shown(form, 'sent');
      leave(location);
      return null;
    }
    return response.text().then(function (html) { replace(form, html); });
  }

  function leave(address) {
    var here = window.location.pathname + window.location.search;
    if (address === here) {
      window.location.reload();
    } else {
      window.location.assign(address);
    }
  }

  function send(form) {
    var data = new FormData(form);
    data.delete('csrfmiddlewaretoken');
    data.set('next', window.location.pathname + window.location.search);
    busy(form, true);
    tell(form, '');
    var leaving = false;
    fetch(form.action, {
      method: 'POST',
      body: new URLSearchParams(data),
      credentials: 'same-origin',
      redirect: 'manual',
      headers: {
        'X-Requested-With': 'XMLHttpRequest',
        'X-CSRFToken': csrfToken(form)
      }
    }).then(function (response) {
      leaving = response.ok && response.headers.has('X-Horizon-Location');
      return answered(form, response);
    }).catch(function () {
      lose(form, navigator.onLine ? 'silent' : 'offline');
    }).then(function () {
      if (!leaving) {
        busy(form, false);
      }
    });
  }

  // A dialog that changes by itself says so to everybody: the line stays until it is sent.
  document.addEventListener('sd:changed', (event) => {
    const form = event.target;
    const said = new DOMParser().parseFromString(event.detail, 'text/html').body;
    form.querySelector('[data-sd-announce]').textContent = said.textContent;
    const line = form.querySelector('[data-sd-changed]');
    line.replaceChildren(...said.childNodes);
    line.hidden = !line.textContent;
  });

  // Capturing, so that it runs before stock's handler for every form in a modal.
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.matches('.static_page form[data-sd-dialog]')) {
      // Somebody may have logged in again in another tab.
      form.elements.csrfmiddlewaretoken.value = csrfToken(form);
    }
    if (!form.matches('.modal form[data-sd-dialog]')) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (!form.hasAttribute('data-sd-busy')) {
      send(form);
    }
  }, true);

  horizon.addInitFunction(function () {
    // After stock's own, which knows neither a problem nor a dialog without fields.
    horizon.modals.addModalInitFunction(function (modal) {
      if ($(modal).is('.sd-dialog')) {
        goToFirst($(modal)[0]);
        shown($(modal).find('form')[0], 'shown');
      }
    });
  });
}());

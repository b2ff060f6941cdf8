// SPDX-License-Identifier: Apache-2.0
/*
 * Lets a list of instances follow what is typed into its search. What was chosen stays in it.
 *
 * <fieldset data-sd-picker="address"> with input "search", [data-sd-part=instances] and radio
 * buttons "instance"; the form's [data-sd-announce] says how many are shown.
 */
(function () {
  'use strict';

  // Milliseconds without another key, before the service is asked.
  var PAUSE = 300;
  var timer = null;

  function ask(picker) {
    var form = picker.closest('form');
    var search = form.elements.search;
    var asked = search.value;
    var chosen = picker.querySelector('[name=instance]:checked');
    var query = new URLSearchParams({
      search: asked,
      instance: chosen ? chosen.value : ''
    });
    fetch(picker.dataset.sdPicker + '?' + query + '&' + form.dataset.sdScope, {
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'XMLHttpRequest' }
    }).then(function (response) {
      return response.ok ? response.json() : {};
    }).then(function (answer) {
      // Meanwhile somebody may have typed on.
      if (answer.html && picker.isConnected && search.value === asked) {
        show(picker, answer);
      }
    }).catch(function () {
      // The list that is shown stays.
    });
  }

  function show(picker, answer) {
    var list = picker.querySelector('[data-sd-part=instances]');
    var chosen = list.querySelector('[name=instance]:checked');
    var focused = list.contains(document.activeElement) && document.activeElement.id;
    var fresh = new DOMParser().parseFromString(answer.html, 'text/html').body.childNodes;
    list.replaceChildren.apply(list, Array.from(fresh));
    if (chosen && document.getElementById(chosen.id)) {
      document.getElementById(chosen.id).checked = true;
    }
    if (focused && document.getElementById(focused)) {
      document.getElementById(focused).focus();
    }
    picker.closest('form').querySelector('[data-sd-announce]').textContent = answer.said;
  }

  // It would be what Enter presses in every other field, hidden or not.
  function dropButton() {
    document.querySelectorAll('[data-sd-picker] [name=find]').forEach(function (button) {
      button.remove();
    });
  }

  function isSearch(element) {
    return element.name === 'search' && element.closest('[data-sd-picker]');
  }

  document.addEventListener('sd:shown', dropButton);
  horizon.addInitFunction(dropButton);
  document.addEventListener('input', function (event) {
    var picker = isSearch(event.target);
    if (picker) {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, PAUSE, picker);
    }
  });
  document.addEventListener('keydown', function (event) {
    var picker = event.key === 'Enter' && isSearch(event.target);
    if (picker) {
      // To search is not to send the form.
      event.preventDefault();
      window.clearTimeout(timer);
      ask(picker);
    }
  });
}());

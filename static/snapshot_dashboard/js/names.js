// SPDX-License-Identifier: Apache-2.0
/*
 * Fills in names of volumes and instances that the page shows by short id: one request for all
 * of them, after the page is there.
 *
 * <a href="..." data-sd-name="instance:ID"><bdi>short id</bdi></a>
 */
(function () {
  'use strict';

  var asked = {};

  function missing() {
    return Array.prototype.slice.call(document.querySelectorAll('a[data-sd-name]'));
  }

  function show(names) {
    missing().forEach(function (link) {
      var name = names[link.dataset.sdName];
      if (name) {
        link.querySelector('bdi').textContent = name;
        link.removeAttribute('data-sd-name');
      }
    });
  }

  function ask() {
    var wanted = missing().map(function (link) {
      return link.dataset.sdName;
    }).filter(function (key, index, all) {
      return !asked[key] && all.indexOf(key) === index;
    });
    if (!wanted.length) {
      return;
    }
    wanted.forEach(function (key) { asked[key] = true; });
    var query = wanted.map(function (key) { return 'q=' + encodeURIComponent(key); }).join('&');
    fetch(window.WEBROOT + 'project/volumes/names/?' + query, {
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'XMLHttpRequest' }
    }).then(function (response) {
      return response.ok ? response.json() : { names: {} };
    }).then(function (answer) {
      show(answer.names);
    }, function () {
      // Without names the short ids stay: they are links that work.
    });
  }

  horizon.addInitFunction(ask);
}());

// SPDX-License-Identifier: Apache-2.0
/*
 * Fills in names of volumes and instances that the page shows by short id: one request for all
 * of them, after the page is there.
 *
 * <a href="..." data-sd-name="instance:ID"><bdi>short id</bdi></a>
 */
(function () {
  'use strict';

  // More would not fit into one address.
  var AT_ONCE = 50;
  // Every key that was asked for, with its name once that is known.
  var known = {};
  // What does not exist for this person, with what is said of it.
  var gone = {};

  // The panel that has made this page is there; another one an operator may have taken away.
  function address() {
    const path = window.location.pathname.slice(window.WEBROOT.length);
    const panel = path.match(/^(project|admin)\/(volumes|snapshots|instances)\//);
    const own = panel && panel[0] !== 'admin/instances/';
    return window.WEBROOT + (own ? panel[0] : 'project/volumes/') + 'names/shown/';
  }

  function missing() {
    return Array.prototype.slice.call(document.querySelectorAll('a[data-sd-name], span[data-sd-name]'));
  }

  function show() {
    missing().forEach(function (link) {
      var name = known[link.dataset.sdName];
      if (gone[link.dataset.sdName]) {
        // Its page would say no more.
        link.removeAttribute('href');
        link.append(' ' + gone[link.dataset.sdName]);
        link.removeAttribute('data-sd-name');
      }
      if (name) {
        link.querySelector('bdi').textContent = name;
        link.removeAttribute('data-sd-name');
      }
    });
  }

  function ask() {
    show();
    var wanted = missing().map(function (link) {
      return link.dataset.sdName;
    }).filter(function (key, index, all) {
      return !(key in known) && all.indexOf(key) === index;
    });
    if (!wanted.length) {
      return;
    }
    wanted = wanted.slice(0, AT_ONCE);
    wanted.forEach(function (key) { known[key] = ''; });
    var query = wanted.map(function (key) { return 'q=' + encodeURIComponent(key); }).join('&');
    var page = document.querySelector('[data-sd-scope]');
    var scope = page ? '&' + page.dataset.sdScope : '';
    fetch(address() + '?' + query + scope, {
      credentials: 'same-origin',
      headers: { 'X-Requested-With': 'XMLHttpRequest' }
    }).then(function (response) {
      return response.ok ? response.json() : { names: {} };
    }).then(function (answer) {
      Object.assign(known, answer.names);
      Object.assign(gone, answer.gone);
      ask();
    }, function () {
      // Without names the short ids stay: they are links that work.
    });
  }

  // A dialog mentions others too.
  document.addEventListener('sd:shown', ask);
  horizon.addInitFunction(function () {
    ask();
    // Stock's refresh puts a new row in place of the old one, and tells its table so.
    // Where it has several rows, stock's sorting keeps that to itself, and then says it is done.
    $(document).on('update updateComplete', 'table.datatable', ask);
  });
}());

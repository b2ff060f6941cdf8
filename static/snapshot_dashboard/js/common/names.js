// SPDX-License-Identifier: Apache-2.0
/*
 * Fills in names of volumes and instances that the page shows by short id: one request for all
 * of them, after the page is there.
 *
 * <a href="..." data-sd-name="instance:ID"><bdi>short id</bdi></a>
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  // More would not fit into one address.
  const AT_ONCE = 50;
  // Every key that was asked for, with its name once that is known.
  const known = {};
  // What does not exist for this person, with what is said of it.
  const gone = {};

  // The panel that has made this page is there; another one an operator may have taken away.
  const address = () => {
    const path = window.location.pathname.slice(window.WEBROOT.length);
    const panel = path.match(/^(project|admin)\/(volumes|snapshots|instances)\//);
    const own = panel && panel[0] !== 'admin/instances/';
    return `${window.WEBROOT}${own ? panel[0] : 'project/volumes/'}names/shown/`;
  };

  const missing = () =>
    Array.from(document.querySelectorAll('a[data-sd-name], span[data-sd-name]'));

  const show = () => {
    missing().forEach((link) => {
      const key = link.dataset.sdName;
      if (gone[key]) {
        // Its page would say no more.
        link.removeAttribute('href');
        link.append(` ${gone[key]}`);
        link.removeAttribute('data-sd-name');
      }
      if (known[key]) {
        link.querySelector('bdi').textContent = known[key];
        link.removeAttribute('data-sd-name');
      }
    });
  };

  const ask = async () => {
    show();
    const keys = new Set(missing().map((link) => link.dataset.sdName));
    const wanted = Array.from(keys).filter((key) => !(key in known)).slice(0, AT_ONCE);
    if (!wanted.length) {
      return;
    }
    wanted.forEach((key) => { known[key] = ''; });
    const page = document.querySelector('[data-sd-scope]');
    const answer = await sd.request(address(), {
      query: wanted.map((key) => ['q', key]), scope: page ? page.dataset.sdScope : ''
    });
    const said = answer.said || {};
    Object.assign(known, said.names);
    Object.assign(gone, said.gone);
    // Without names the short ids stay: they are links that work. Of the others some may be known.
    if (['answered', 'refused'].includes(answer.kind)) {
      ask();
    }
  };

  // A dialog mentions others too, and so does what comes into a lineage.
  sd.on('sd:shown', '*', ask);
  horizon.addInitFunction(() => {
    ask();
    // Stock's refresh puts a new row in place of the old one, and tells its table so.
    // Where it has several rows, stock's sorting keeps that to itself, and then says it is done.
    $(document).on('update updateComplete', 'table.datatable', ask);
  });
})();

// SPDX-License-Identifier: Apache-2.0
/*
 * Keeps what somebody types into one of our dialogs while he is on another page, and the way back
 * to it: in this tab of the browser, for an hour, until it is sent or cancelled.
 *
 * <form data-sd-dialog data-sd-owner="user" data-sd-scope="project and region"
 *   data-sd-left="You have left ..."
 *   data-sd-back="Go back" data-sd-discard="Discard"> with [data-sd-kept], which says that what was
 * typed is here again. Hidden fields and ticks that confirm are never kept, and nothing of a form
 * without data-sd-owner. Its time: longest.
 */
(() => {
  'use strict';

  const { on, times } = horizon.snapshotDashboard;

  const PREFIX = 'sd-kept:';
  const FORM = 'form[data-sd-owner]';
  const TYPED = 'input[type=text], input[type=number], input[type=search], input[type=radio], ' +
    'input[type=date], ' +
    'input[name=include], input[name=incremental], textarea, select, input:not([type])';

  const addressOf = (form) => {
    const url = new URL(form.action);
    url.searchParams.delete('next');
    return url.pathname + url.search;
  };

  // Where the dialog opens as a page of its own, with its own way back.
  const pageOf = (form) => {
    const url = new URL(form.action);
    url.searchParams.set('next', form.elements.next.value);
    form.querySelectorAll('[name=detached]').forEach((each) => {
      url.searchParams.append('detached', each.value);
    });
    return url.pathname + url.search;
  };

  // Nobody else is shown what somebody typed, nor he himself in another project or region.
  const ownerOf = (form) => `${form.dataset.sdOwner} ${form.dataset.sdScope}`;

  // A browser may refuse to keep anything.
  const store = (act) => {
    try {
      return act(window.sessionStorage);
    } catch {
      return null;
    }
  };

  const read = (key) => {
    const entry = store((kept) => JSON.parse(kept.getItem(key)));
    // What an earlier release has kept has no end.
    if (entry && !(Date.now() < entry.until)) {
      drop(key);
      return null;
    }
    return entry;
  };

  const drop = (key) => {
    store((kept) => kept.removeItem(key));
  };

  const keys = () => store((kept) => Object.keys(kept).filter((key) => key.startsWith(PREFIX))) || [];

  const fields = (form) =>
    Array.from(form.querySelectorAll(TYPED)).filter((each) => each.name && !each.readOnly);

  const isChoice = (field) => field.matches('[type=radio], [type=checkbox]');

  const stateOf = (field) => isChoice(field) ? field.checked : field.value;

  // One of several of a name is told apart by its value.
  const nameOf = (field) => isChoice(field) ? `${field.name}=${field.value}` : field.name;

  const save = (form, more) => {
    if (!fields(form).length) {
      return;
    }
    const values = {};
    fields(form).forEach((field) => { values[nameOf(field)] = stateOf(field); });
    const entry = Object.assign({
      owner: ownerOf(form),
      until: Date.now() + times(form, 'kept').longest,
      page: pageOf(form),
      said: [form.dataset.sdLeft, form.dataset.sdBack, form.dataset.sdDiscard],
      values: values
    }, more);
    store((kept) => kept.setItem(PREFIX + addressOf(form), JSON.stringify(entry)));
  };

  const put = (field, value) => {
    const changed = stateOf(field) !== value;
    if (changed && isChoice(field)) {
      field.checked = value;
    } else if (changed) {
      field.value = value;
    }
    // A choice that is not offered any more is not made.
    return changed && stateOf(field) === value;
  };

  const restore = (form) => {
    const key = PREFIX + addressOf(form);
    const entry = read(key);
    if (!entry) {
      return;
    }
    if (entry.owner !== ownerOf(form)) {
      drop(key);
      return;
    }
    const changed = fields(form).filter((field) => {
      const name = nameOf(field);
      return name in entry.values && put(field, entry.values[name]);
    });
    if (changed.length) {
      form.querySelector('[data-sd-kept]').hidden = false;
    }
    changed.forEach((field) => {
      // Nothing is sent that cannot be seen.
      const folded = field.closest('details');
      if (folded) {
        folded.open = true;
      }
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    });
    save(form);
  };

  const button = (text) => {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'btn btn-default btn-sm';
    made.textContent = text;
    return made;
  };

  // On another page: what was left, and the way back to it.
  const remind = (key, entry) => {
    const above = document.querySelector('#content_body .page-breadcrumb');
    const line = document.createElement('div');
    line.className = 'alert alert-info sd-left';
    line.setAttribute('role', 'status');
    const said = document.createElement('p');
    said.textContent = entry.said[0];
    const back = document.createElement('a');
    back.className = 'btn btn-default btn-sm';
    back.href = entry.page;
    back.textContent = entry.said[1];
    const discard = button(entry.said[2]);
    discard.addEventListener('click', () => {
      drop(key);
      line.remove();
    });
    line.append(said, back, ' ', discard);
    if (above) {
      // In the material theme the bar of the page lies above the first line.
      above.after(line);
    } else {
      document.body.prepend(line);
    }
  };

  const begin = () => {
    const open = document.querySelector(`.static_page ${FORM}`);
    if (open) {
      restore(open);
    }
    const here = open ? PREFIX + addressOf(open) : '';
    if (document.querySelector('input[type=password]')) {
      return;
    }
    keys().filter((key) => key !== here).forEach((key) => {
      const entry = read(key);
      if (entry?.sent) {
        // It was sent as a page, and did not come back.
        drop(key);
      } else if (entry?.left) {
        remind(key, entry);
      }
    });
  };

  on('input change', FORM, (form, event) => {
    // Not what a script of ours does.
    if (event.isTrusted) {
      save(form);
    }
  });
  // Before stock opens another modal above this one.
  on('click', '.sd-dialog a[href], .sd-dialog [data-dismiss=modal]', (link) => {
    const form = link.closest('.sd-dialog').querySelector(FORM);
    if (!form || link.target === '_blank') {
      return;
    }
    if (link.matches('.cancel, [data-dismiss=modal]')) {
      drop(PREFIX + addressOf(form));
      return;
    }
    if (link.matches('.ajax-modal') && form.closest('.modal')) {
      const url = new URL(link.href);
      url.searchParams.set('next', pageOf(form));
      link.setAttribute('href', url.pathname + url.search);
    }
    save(form, { left: true });
  }, 'prepare');
  on('submit', `.static_page ${FORM}`, (form) => save(form, { sent: true }));
  on('sd:sent', FORM, (form) => drop(PREFIX + addressOf(form)));
  on('sd:shown', FORM, restore);
  horizon.addInitFunction(() => {
    begin();
    // Back from another modal above this one.
    $(document).on('shown.bs.modal', '.sd-dialog', (event) => {
      const form = event.target.querySelector(FORM);
      if (form && read(PREFIX + addressOf(form))) {
        save(form);
      }
    });
  });
})();

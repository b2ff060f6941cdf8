// SPDX-License-Identifier: Apache-2.0
/*
 * Keeps what somebody types into one of our dialogs while he is on another page, and the way back
 * to it: in this tab of the browser, for an hour, until it is sent or cancelled.
 *
 * <form data-sd-dialog data-sd-owner="user" data-sd-scope="project and region"
 *   data-sd-left="You have left ..."
 *   data-sd-back="Go back" data-sd-discard="Discard"> with [data-sd-kept], which says that what was
 * typed is here again. Hidden fields and ticks that confirm are never kept, and nothing of a form
 * without data-sd-owner.
 */
(function () {
  'use strict';

  const PREFIX = 'sd-kept:';
  // Milliseconds.
  const LONGEST = 60 * 60 * 1000;
  const FORM = 'form[data-sd-owner]';
  const TYPED = 'input[type=text], input[type=number], input[type=search], input[type=radio], ' +
    'input[name=include], textarea, select, input:not([type])';

  function addressOf(form) {
    const url = new URL(form.action);
    url.searchParams.delete('next');
    return url.pathname + url.search;
  }

  // Where the dialog opens as a page of its own, with its own way back.
  function pageOf(form) {
    const url = new URL(form.action);
    url.searchParams.set('next', form.elements.next.value);
    form.querySelectorAll('[name=detached]').forEach((each) => {
      url.searchParams.append('detached', each.value);
    });
    return url.pathname + url.search;
  }

  // Nobody else is shown what somebody typed, nor he himself in another project or region.
  function ownerOf(form) {
    return form.dataset.sdOwner + ' ' + form.dataset.sdScope;
  }

  // A browser may refuse to keep anything.
  function store(act) {
    try {
      return act(window.sessionStorage);
    } catch (error) {
      return null;
    }
  }

  function read(key) {
    const entry = store((kept) => JSON.parse(kept.getItem(key)));
    if (entry && Date.now() - entry.time > LONGEST) {
      drop(key);
      return null;
    }
    return entry;
  }

  function drop(key) {
    store((kept) => kept.removeItem(key));
  }

  function keys() {
    return store((kept) => Object.keys(kept).filter((key) => key.startsWith(PREFIX))) || [];
  }

  function fields(form) {
    return Array.from(form.querySelectorAll(TYPED)).filter((each) => each.name && !each.readOnly);
  }

  function valueOf(field) {
    return field.matches('[type=radio], [type=checkbox]') ? field.checked : field.value;
  }

  // One of several of a name is told apart by its value.
  function nameOf(field) {
    return field.matches('[type=radio], [type=checkbox]') ? field.name + '=' + field.value : field.name;
  }

  function save(form, more) {
    if (!fields(form).length) {
      return;
    }
    const values = {};
    fields(form).forEach((field) => { values[nameOf(field)] = valueOf(field); });
    const entry = Object.assign({
      owner: ownerOf(form),
      time: Date.now(),
      page: pageOf(form),
      said: [form.dataset.sdLeft, form.dataset.sdBack, form.dataset.sdDiscard],
      values: values
    }, more);
    store((kept) => kept.setItem(PREFIX + addressOf(form), JSON.stringify(entry)));
  }

  function put(field, value) {
    const changed = valueOf(field) !== value;
    if (changed && field.matches('[type=radio], [type=checkbox]')) {
      field.checked = value;
    } else if (changed) {
      field.value = value;
    }
    // A choice that is not offered any more is not made.
    return changed && valueOf(field) === value;
  }

  function restore(form) {
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
      field.dispatchEvent(new Event('input', { bubbles: true }));
      field.dispatchEvent(new Event('change', { bubbles: true }));
    });
    save(form);
  }

  function button(text) {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'btn btn-default btn-sm';
    made.textContent = text;
    return made;
  }

  // On another page: what was left, and the way back to it.
  function remind(key, entry) {
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
  }

  function begin() {
    const open = document.querySelector('.static_page ' + FORM);
    if (open) {
      restore(open);
    }
    const here = open ? PREFIX + addressOf(open) : '';
    if (document.querySelector('input[type=password]')) {
      return;
    }
    keys().filter((key) => key !== here).forEach((key) => {
      const entry = read(key);
      if (entry && entry.sent) {
        // It was sent as a page, and did not come back.
        drop(key);
      } else if (entry && entry.left) {
        remind(key, entry);
      }
    });
  }

  function formOf(event) {
    return event.target.closest(FORM);
  }

  ['input', 'change'].forEach((kind) => {
    document.addEventListener(kind, (event) => {
      if (event.isTrusted && formOf(event)) {
        save(formOf(event));
      }
    });
  });
  // Before stock opens another modal above this one.
  document.addEventListener('click', (event) => {
    const link = event.target.closest('.sd-dialog a[href], .sd-dialog [data-dismiss=modal]');
    const form = link && link.closest('.sd-dialog').querySelector(FORM);
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
  }, true);
  document.addEventListener('submit', (event) => {
    if (event.target.matches('.static_page ' + FORM)) {
      save(event.target, { sent: true });
    }
  });
  document.addEventListener('sd:sent', (event) => drop(PREFIX + addressOf(event.target)));
  // The tree of a lineage tells of itself by the same event.
  document.addEventListener('sd:shown', (event) => event.target.matches(FORM) && restore(event.target));
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
}());

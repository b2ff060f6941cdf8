// SPDX-License-Identifier: Apache-2.0
/*
 * What our scripts share, as horizon.snapshotDashboard: requests, the HTML of an answer, events in
 * a stated order, and looking again and again while something changes. It comes before them all in
 * enabled/_1399_snapshot_dashboard.py.
 *
 * Every time that a script waits stands in the page, in milliseconds: data-sd-times of the element
 * or of one around it. snapshot_dashboard/panels/common/script_times.py has them all.
 */
(() => {
  'use strict';

  const times = (element, name) => {
    const told = element.closest('[data-sd-times]');
    return (told && JSON.parse(told.dataset.sdTimes)[name]) || {};
  };

  // ---- Requests ------------------------------------------------------------------------------

  // The cookie is newer than the form after somebody logged in again in another tab.
  const csrfToken = (form) => {
    const name = `${form.dataset.sdCsrfCookie}=`;
    const found = document.cookie.split('; ').find((pair) => pair.startsWith(name));
    return found ? decodeURIComponent(found.slice(name.length))
      : form.elements.csrfmiddlewaretoken.value;
  };

  // What a form sends, but for its token, which goes into a header.
  const fieldsOf = (form) => {
    const data = new FormData(form);
    data.delete('csrfmiddlewaretoken');
    return data;
  };

  const addressOf = (address, query, scope) => {
    const more = [new URLSearchParams(query).toString(), scope].filter(Boolean).join('&');
    return more ? address + (address.includes('?') ? '&' : '?') + more : address;
  };

  const kindOf = (response, method) => {
    const leads = response.headers.has('X-Horizon-Location');
    if (response.type === 'opaqueredirect') {
      return 'elsewhere';
    }
    if (response.status === 401 || (response.status === 403 && method === 'POST' && !leads)) {
      return 'expired';
    }
    if (!response.ok) {
      return { 304: 'unchanged', 409: 'switched' }[response.status] || 'refused';
    }
    return leads ? 'done' : 'answered';
  };

  /*
   * Asks the dashboard, and tells what became of it. It never rejects. "kind" of the answer:
   *   answered    "said" is what was asked for: an object, or HTML
   *   done        a form has done what it is for: "location" is where to go
   *   unchanged   it is still what "tag" stands for
   *   switched    another project or region has become the current one
   *   expired     logged out, or logged in again since
   *   elsewhere   a redirect: ours never answer a script so, but what stands before a dashboard does
   *   refused     an error
   *   unreadable  something else than what was asked for: a worker of another release
   *   silent, offline   no answer; nobody knows whether it has arrived
   *
   * scope: the project and region that the page belongs to; empty where the address or the body says it.
   */
  const request = async (address, options) => {
    const { scope = '', query = {}, as = 'json', method = 'GET', body, token, tag } = options;
    const headers = { 'X-Requested-With': 'XMLHttpRequest' };
    if (token) {
      headers['X-CSRFToken'] = token;
    }
    if (tag) {
      headers['If-None-Match'] = tag;
    }
    try {
      // The browser's own cache would answer 200 where the server says that nothing has changed.
      const response = await fetch(addressOf(address, query, scope), {
        method, body, headers, cache: 'no-store', credentials: 'same-origin', redirect: 'manual'
      });
      const kind = kindOf(response, method);
      const said = kind === 'answered' ? await response[as]() : null;
      const location = response.headers.get('X-Horizon-Location');
      return { kind, said, location, tag: response.headers.get('ETag') };
    } catch (error) {
      if (error instanceof SyntaxError) {
        return { kind: 'unreadable' };
      }
      return { kind: navigator.onLine ? 'silent' : 'offline' };
    }
  };

  // ---- The HTML of a page and of an answer ----------------------------------------------------

  const all = (within, css) => Array.from(within.querySelectorAll(css));

  const parsed = (html) => new DOMParser().parseFromString(html, 'text/html');

  const nodes = (html) => Array.from(parsed(html).body.childNodes);

  // A focus in what is replaced goes to the box.
  const fill = (box, html) => {
    const hadFocus = box.contains(document.activeElement);
    box.replaceChildren(...nodes(html));
    if (hadFocus) {
      box.focus();
    }
  };

  // To those who hear the page.
  const announce = (within, words) => {
    const voice = within.querySelector('[data-sd-announce]');
    if (voice) {
      voice.textContent = words;
    }
  };

  // ---- Events ---------------------------------------------------------------------------------

  // In this order, whatever the order of our files is. The first three come before any handler of
  // stock's: one that may stop the event, one that notes something, and one that acts in stock's place.
  const CAPTURED = ['guard', 'prepare', 'act'];
  const STEPS = [...CAPTURED, 'follow'];
  const handlers = new Map();
  const stopped = new WeakSet();

  // Neither stock's handlers nor the steps that follow hear of it.
  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    stopped.add(event);
  };

  const handle = (event, step) => {
    handlers.get(event.type).filter((each) => each.step === step).forEach((each) => {
      const element = event.target.closest?.(each.css);
      if (!element || stopped.has(event)) {
        return;
      }
      try {
        each.act(element, event);
      } catch (error) {
        // Only this handler fails, as if it were a listener of its own.
        window.setTimeout(() => { throw error; });
      }
    });
  };

  // Calls act(element, event) for events at an element that "css" names, or inside of one.
  const on = (kinds, css, act, step = 'follow') => {
    kinds.split(' ').forEach((kind) => {
      if (!handlers.has(kind)) {
        handlers.set(kind, []);
        document.addEventListener(kind, (event) => {
          CAPTURED.forEach((each) => handle(event, each));
        }, true);
        document.addEventListener(kind, (event) => handle(event, 'follow'));
      }
      if (!STEPS.includes(step)) {
        throw new Error(`No step of an event: ${step}`);
      }
      handlers.get(kind).push({ css, act, step });
    });
  };

  const tell = (element, kind, detail) => {
    element.dispatchEvent(new CustomEvent(kind, { bubbles: true, detail }));
  };

  // ---- Looking again and again ----------------------------------------------------------------

  const pollers = new Set();
  // Those that go on by themselves when somebody is there again.
  const asleep = new Set();
  let lastInput = Date.now();

  /*
   * Looks at something until there is nothing to follow any more: less and less often while nothing
   * changes, not in a tab that nobody sees, and not while nobody is there, since that would keep a
   * session alive.
   *
   *   name          of its times: first, slower, slowest (pauses), busy (until it tries again); idle:
   *                 without a key or a pointer for so long nobody is there; unseen: its pause in
   *                 a tab that nobody sees, where it looks there too
   *   target()      returns what is followed now, or null
   *   look(target)  asks; its promise is waited for. fresh() in it: something has changed
   *   isBusy(target)   whether it has to wait for something else; may be left out
   *   paused(target, whether)   shows that nobody is there, with a button that calls resume();
   *                 left out, it goes on by itself when somebody is there again
   */
  class Poller {
    constructor(options) {
      Object.assign(this, { looks: 0, last: Date.now(), timer: null, asking: false }, options);
      pollers.add(this);
    }

    pause(target) {
      const { first, slower, slowest, unseen } = times(target, this.name);
      return document.hidden ? unseen : Math.min(first * slower ** this.looks, slowest);
    }

    // Looks after the pause that is due, counted from the last look.
    later() {
      window.clearTimeout(this.timer);
      const target = this.target();
      const wait = target && !this.asking ? this.pause(target) : NaN;
      if (wait >= 0) {
        this.wait(this.last + wait - Date.now());
      }
    }

    wait(milliseconds) {
      this.timer = window.setTimeout(() => this.now(), milliseconds);
    }

    fresh() {
      this.looks = 0;
    }

    // Not a sign that somebody is there: a script begins this too, when others have made something.
    begin() {
      this.last = Date.now();
      this.fresh();
      this.later();
    }

    // Somebody wants it now.
    resume() {
      lastInput = Date.now();
      this.fresh();
      this.now();
    }

    // The tab is seen again, or no more.
    turned() {
      this.fresh();
      this.later();
    }

    now() {
      window.clearTimeout(this.timer);
      const target = this.target();
      if (!target || this.asking || !(this.pause(target) >= 0)) {
        return;
      }
      const { idle, busy } = times(target, this.name);
      const paused = Date.now() - lastInput > idle;
      if (this.paused) {
        this.paused(target, paused);
      } else if (paused) {
        asleep.add(this);
      }
      if (!paused && this.isBusy && this.isBusy(target)) {
        this.wait(busy);
      } else if (!paused) {
        this.ask(target);
      }
    }

    async ask(target) {
      this.asking = true;
      this.last = Date.now();
      this.looks += 1;
      try {
        await this.look(target);
      } finally {
        this.asking = false;
        this.later();
      }
    }

    // For good.
    end() {
      this.target = () => null;
      window.clearTimeout(this.timer);
      pollers.delete(this);
    }
  }

  ['keydown', 'pointerdown', 'pointermove', 'input'].forEach((kind) => {
    document.addEventListener(kind, (event) => {
      // Not what a script of ours does.
      if (event.isTrusted) {
        lastInput = Date.now();
        asleep.forEach((each) => each.later());
        asleep.clear();
      }
    }, { passive: true });
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) {
      // Somebody is there again.
      lastInput = Date.now();
    }
    pollers.forEach((each) => each.turned());
  });

  // ---- When somebody is done ------------------------------------------------------------------

  const waiting = new WeakMap();

  // Acts when nothing has asked for it again for so long.
  const settle = (element, milliseconds, act) => {
    window.clearTimeout(waiting.get(element));
    waiting.set(element, window.setTimeout(act, milliseconds));
  };

  horizon.snapshotDashboard = {
    times, csrfToken, fieldsOf, request, all, parsed, nodes, fill, announce, on, stop, tell, Poller,
    settle
  };
})();

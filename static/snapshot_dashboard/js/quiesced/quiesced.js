// SPDX-License-Identifier: Apache-2.0
/*
 * Follows quiesced snapshots on their page until nothing changes any more. It only looks; what is
 * left to do has a button. Slower each time, and not at all while nobody sees the page.
 *
 * <div class="sd-frozen" data-sd-follow data-sd-said="what it says"> <p role="status" data-sd-announce>
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const followed = () => document.querySelector('.sd-frozen[data-sd-follow]');

  const show = (old, fresh) => {
    if (!old.isConnected || !fresh || old.outerHTML === fresh.outerHTML) {
      return;
    }
    if (fresh.dataset.sdSaid !== old.dataset.sdSaid) {
      sd.announce(document, fresh.dataset.sdSaid);
    }
    // What somebody has the focus on stays until the next look.
    if (!old.contains(document.activeElement)) {
      old.replaceWith(fresh);
    }
  };

  const look = async (old) => {
    // The page's own address says where it belongs to. Without an answer the next look may succeed.
    const { said } = await sd.request(window.location.href, { scope: '', as: 'text' });
    if (said) {
      show(old, sd.parsed(said).querySelector('.sd-frozen'));
    }
  };

  const poller = new sd.Poller({ name: 'quiesced', target: followed, look });
  horizon.addInitFunction(() => poller.later());
})();

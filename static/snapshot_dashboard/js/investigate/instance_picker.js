// SPDX-License-Identifier: Apache-2.0
/*
 * Lets a list of instances follow what is typed into its search. What was chosen stays in it.
 *
 * <fieldset data-sd-picker="address"> with input "search", [data-sd-part=instances] and radio
 * buttons "instance"; the form's [data-sd-announce] says how many are shown. Its time: typed
 * (without another key, before the service is asked).
 */
(() => {
  'use strict';

  const sd = horizon.snapshotDashboard;

  const SEARCH = '[data-sd-picker] [name=search]';

  const show = (picker, answer) => {
    const list = picker.querySelector('[data-sd-part=instances]');
    const chosen = list.querySelector('[name=instance]:checked');
    const focused = list.contains(document.activeElement) && document.activeElement.id;
    list.replaceChildren(...sd.nodes(answer.html));
    if (chosen && document.getElementById(chosen.id)) {
      document.getElementById(chosen.id).checked = true;
    }
    if (focused && document.getElementById(focused)) {
      document.getElementById(focused).focus();
    }
    sd.announce(picker.closest('form'), answer.said);
  };

  const ask = async (search) => {
    const picker = search.closest('[data-sd-picker]');
    const asked = search.value;
    const chosen = picker.querySelector('[name=instance]:checked');
    const { said } = await sd.request(picker.dataset.sdPicker, {
      query: { search: asked, instance: chosen ? chosen.value : '' },
      scope: search.form.dataset.sdScope
    });
    // Meanwhile somebody may have typed on. Without an answer the list that is shown stays.
    if (said?.html && picker.isConnected && search.value === asked) {
      show(picker, said);
    }
  };

  // It would be what Enter presses in every other field, hidden or not.
  const dropButton = () => {
    document.querySelectorAll('[data-sd-picker] [name=find]').forEach((button) => button.remove());
  };

  sd.on('sd:shown', '*', dropButton);
  horizon.addInitFunction(dropButton);
  sd.on('input', SEARCH, (search) => {
    sd.settle(search, sd.times(search, 'picker').typed, () => ask(search));
  });
  sd.on('keydown', SEARCH, (search, event) => {
    if (event.key === 'Enter') {
      // To search is not to send the form.
      event.preventDefault();
      sd.settle(search, 0, () => ask(search));
    }
  });
})();

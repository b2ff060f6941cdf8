// SPDX-License-Identifier: Apache-2.0
/*
 * "Launch Anyway" in a modal: Horizon reads the buttons that open its wizard when a page arrives,
 * and a modal arrives later. Only the button is read: names beside it are anybody's.
 *
 * <span data-sd-launch><button ng-click="...">
 */
(() => {
  'use strict';

  horizon.addInitFunction(() => {
    horizon.modals.addModalInitFunction((modal) => {
      $(modal).find('[data-sd-launch]').each((_index, button) => {
        window.recompileAngularContent($(button));
      });
    });
  });
})();

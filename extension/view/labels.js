/** The words for where a panel stands, the same in every view. */

import { t } from "./i18n.js";

/** @param {Wire.PanelState} state */
export const stateInWords = (state) => t(`state_${state.replace("-", "_")}`);

/** @param {Wire.Reviewed} reviewed */
export const reviewedInWords = (reviewed) => t(`reviewed_${reviewed}`);

/** @param {Wire.Flag} flag */
export const flagInWords = (flag) => t(`flag_${flag}`);

/** Calls of a form: what is wrong is said at the foot of the page, and nothing typed is lost. */

import { CallError } from "../view/client.js";
import { t } from "../view/i18n.js";

/**
 * Has the host carry out a call, and says why if it does not.
 *
 * @template {Wire.FromView} M
 * @param {Studio.App} app
 * @param {M} method
 * @param {Rpc.ParamsOf<M>} params
 * @param {(text: string) => void} [tell]  who is told what is wrong
 * @returns {Promise<Rpc.ResultOf<M> | null>} null when it was not carried out, or nobody knows
 */
export async function tried(app, method, params, tell = (text) => app.say(text, "fault")) {
  const down = app.link.state !== "up";
  try {
    return await app.ask(method, params);
  } catch (error) {
    if (error instanceof CallError) tell(error.message);
    else tell(t(down ? "start_down" : "start_lost"));
    return null;
  }
}

/** JSON-RPC 2.0 without ports: envelopes, and ids that carry their way back. */

import { Code, Most } from "./protocol.js";

/** A call was not carried out; the other end gets the code and the text. */
export class CallError extends Error {
  /**
   * @param {number} code
   * @param {string} text
   */
  constructor(code, text) {
    super(text);
    this.code = code;
  }
}

/** @type {(id: Rpc.Id, method: string, params: object) => Rpc.Request} */
export const request = (id, method, params) => ({ jsonrpc: "2.0", id, method, params: { ...params } });

/** @type {(method: string, params: object) => Rpc.Notification} */
export const notification = (method, params) => ({ jsonrpc: "2.0", method, params: { ...params } });

/** @type {(id: Rpc.Id, value: object) => Rpc.Result} */
export const result = (id, value) => ({ jsonrpc: "2.0", id, result: value });

/** @type {(id: Rpc.Id | null, code: number, text: string) => Rpc.Failure} */
export const failure = (id, code, text) => ({
  jsonrpc: "2.0",
  id,
  error: { code, message: text.slice(0, Most.error).toWellFormed() },
});

/** @type {(id: Rpc.Id, error: unknown) => Rpc.Failure} */
export const failureOf = (id, error) =>
  error instanceof CallError
    ? failure(id, error.code, error.message)
    : failure(id, Code.INTERNAL, error instanceof Error ? error.message : String(error));

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {unknown} value
 * @returns {value is Rpc.Id}
 */
function isId(value) {
  return Number.isSafeInteger(value) || (typeof value === "string" && value.length <= Most.id);
}

/**
 * What a message from the other end of a port is, or null when it is not a JSON-RPC message.
 *
 * @param {unknown} message
 * @returns {{request: Rpc.Request} | {answer: Rpc.Answer} | {notification: Rpc.Notification} | null}
 */
export function sort(message) {
  if (!isObject(message) || message["jsonrpc"] !== "2.0") return null;
  const { id, method, params = {} } = message;
  if (method !== undefined) {
    if (typeof method !== "string" || !isObject(params)) return null;
    if (id === undefined || id === null) return { notification: notification(method, params) };
    return isId(id) ? { request: request(id, method, params) } : null;
  }
  if (isId(id) && isObject(message["result"])) return { answer: result(id, message["result"]) };
  const { error } = message;
  if (!isObject(error) || !Number.isSafeInteger(error["code"]) || (id !== null && !isId(id))) return null;
  return { answer: failure(id, Number(error["code"]), String(error["message"])) };
}

/**
 * An id that says who asked, so that the answer finds its way back without a map: `tab:7:41`.
 *
 * @typedef {{ from: "tab" | "view" | "worker", port: number, number: number }} Asker
 * @type {(asker: Asker) => string}
 */
export const stamp = ({ from, port, number }) => `${from}:${port}:${number}`;

/** @type {(id: Rpc.Id | null) => Asker | null} */
export function askerOf(id) {
  const parts = /^(tab|view|worker):(\d{1,16}):(\d{1,16})$/.exec(String(id));
  if (!parts) return null;
  const from = /** @type {Asker["from"]} */ (parts[1]);
  return { from, port: Number(parts[2]), number: Number(parts[3]) };
}

/** @type {(answer: Rpc.Answer, id: Rpc.Id) => Rpc.Answer} */
export const readdress = (answer, id) => ({ ...answer, id });

/**
 * How long to wait before try number `tries` (from 0): doubling from `first` to `most`
 * milliseconds, and up to a half of it taken away at random, so that many never come at once.
 *
 * @param {number} tries
 * @param {{ first: number, most: number, random?: () => number }} pace
 */
export function backoff(tries, { first, most, random = Math.random }) {
  const whole = Math.min(most, first * 2 ** Math.min(tries, 30));
  return Math.round(whole * (1 - random() / 2));
}

/** The line to the server: it says what to show, so that no timer of the page matters. */

import { switches } from "./visit.js";

export class Socket {
  #hear;
  #socket = null;
  #opened;

  /**
   * @param {() => void} opened Called on every new connection.
   * @param {(message: any) => void} hear
   */
  constructor(opened, hear) {
    this.#opened = opened;
    this.#hear = hear;
    this.#connect();
  }

  /** Tell the server a wish; dropped while there is no connection, as a new one starts afresh. */
  wish(wish, content = {}) {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ wish, ...content }));
    }
  }

  #connect() {
    const socket = new WebSocket(`wss://${location.host}/backend-api/socket${switches}`);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#opened());
    socket.addEventListener("message", (event) => this.#hear(JSON.parse(event.data)));
    // The one timer of the page: nobody else can say that the server is back.
    socket.addEventListener("close", () => setTimeout(() => this.#connect(), 500));
  }
}

/** Younger than the browsers that we run in, and than what TypeScript knows: Chrome has it since version 140. */
interface Uint8ArrayConstructor {
  fromBase64?(text: string): Uint8Array<ArrayBuffer>;
}

/** Whether a value is one of the platform's, also one that an iframe or a popup made: `instanceof` knows its own realm only. */
export const isA = <T>(type: abstract new (...args: never[]) => T, value: unknown): value is T =>
  value instanceof type || Object.prototype.toString.call(value) === `[object ${type.name}]`;

/** Promises of things that views show too. */

/**
 * Runs an action; a rejection (or what it throws at once) reaches who waits for it, and is no
 * unhandled error of the program where nobody does.
 */
export function quiet<T>(action: () => Promise<T>): Promise<T> {
  const promise = (async () => action())();
  promise.catch(() => {});
  return promise;
}

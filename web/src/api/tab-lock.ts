// One tab at a time: the refresh token is spent by its use, so two tabs must never send the same one.

const KEY = 'gonsters.lock';
/** A tab that was closed while holding the lock blocks the others no longer than this. */
const HELD_MS = 25_000;
const SETTLE_MS = 30;
const RETRY_MS = 100;

/** Web Locks where the browser has them; over plain HTTP in a plant it has not, and a claim in the shared storage is used. */
export async function withTabLock<T>(work: () => Promise<T>): Promise<T> {
  if ('locks' in navigator) return navigator.locks.request(KEY, work);
  const claim = await claimStorage();
  try {
    return await work();
  } finally {
    if (localStorage.getItem(KEY) === claim) localStorage.removeItem(KEY);
  }
}

async function claimStorage(): Promise<string> {
  const me = Math.random().toString(36).slice(2);
  for (;;) {
    const [, until] = (localStorage.getItem(KEY) ?? '').split(' ');
    if (until === undefined || Number(until) < Date.now()) {
      const claim = `${me} ${Date.now() + HELD_MS}`;
      localStorage.setItem(KEY, claim);
      // Two tabs may have written at once: the one that still stands after a moment has it.
      await wait(SETTLE_MS);
      if (localStorage.getItem(KEY) === claim) return claim;
    }
    await wait(RETRY_MS);
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

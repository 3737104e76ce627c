// A lock among the tabs of a browser: a refresh token must not be sent twice, and an alarm sounds in one tab only.

const KEY = 'gonsters.lock';
/** A tab that was closed while holding the lock blocks the others no longer than this. */
const HELD_MS = 25_000;
const CLAIM_CHECK_MS = 30;
const RETRY_MS = 100;

/** Web Locks where the browser has them; over plain HTTP in a plant it has not, and a claim in the shared storage is used. */
export async function withTabLock<T>(work: () => Promise<T>, name = KEY): Promise<T> {
  if ('locks' in navigator) return navigator.locks.request(name, work);
  const claim = await claimStorage(name);
  try {
    return await work();
  } finally {
    if (localStorage.getItem(name) === claim) localStorage.removeItem(name);
  }
}

async function claimStorage(name: string): Promise<string> {
  const me = Math.random().toString(36).slice(2);
  for (;;) {
    const [, until] = (localStorage.getItem(name) ?? '').split(' ');
    if (until === undefined || Number(until) < Date.now()) {
      const claim = `${me} ${Date.now() + HELD_MS}`;
      localStorage.setItem(name, claim);
      // Two tabs may have written at once: the one whose entry remains after a moment holds the lock.
      await wait(CLAIM_CHECK_MS);
      if (localStorage.getItem(name) === claim) return claim;
    }
    await wait(RETRY_MS);
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

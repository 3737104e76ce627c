// Detects that the server serves a newer build of the page, and reloads the page.

const CHECK_MS = 5 * 60_000;
const RELOADED_KEY = 'gonsters.reloaded';
/** A reload that changed nothing is not tried again at once. */
const BETWEEN_RELOADS_MS = 60_000;

/** What this build was loaded from: the names change with the content. */
const LOADED = [...document.querySelectorAll('head script[type="module"], head link[rel="stylesheet"]')].flatMap(
  (element) => element.getAttribute('src') ?? element.getAttribute('href') ?? [],
);

/** null where the server does not answer. */
export async function isNewBuild(): Promise<boolean | null> {
  try {
    const response = await fetch('/', { cache: 'no-store', headers: { accept: 'text/html' } });
    if (!response.ok) return null;
    const page = await response.text();
    return !LOADED.every((name) => page.includes(name));
  } catch {
    return null;
  }
}

/** Asks now and every few minutes; a hidden tab checks when it becomes visible. @returns a function that ends it */
export function watchForNewBuild(found: () => void): () => void {
  let isReported = false;
  const check = async () => {
    if (isReported || document.hidden || (await isNewBuild()) !== true || isReported) return;
    isReported = true;
    void navigator.serviceWorker?.getRegistration().then((registration) => registration?.update());
    found();
  };
  void check();
  const ask = () => void check();
  const timer = setInterval(ask, CHECK_MS);
  document.addEventListener('visibilitychange', ask);
  return () => {
    isReported = true;
    clearInterval(timer);
    document.removeEventListener('visibilitychange', ask);
  };
}

/** For automatic reloads. */
export function reloadOnce(): void {
  const lastMs = Number(sessionStorage.getItem(RELOADED_KEY) ?? 0);
  if (Date.now() - lastMs < BETWEEN_RELOADS_MS) return;
  sessionStorage.setItem(RELOADED_KEY, String(Date.now()));
  window.location.reload();
}
